import type { Exchange, Session } from '../../shared/session/types.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';
import { join } from './applyToExchange.ts';
import type { Ledger, Live } from './ledger.ts';
import { newHttpStream } from './records.ts';
import { isOfWire, withoutFragment } from './sameAddress.ts';
import { RESOLUTION } from './waiting.ts';

/** Connections of a worker's stream that were refused one after the other, as far back as it is asked what came before. */
const MOST_REFUSED = 20;

/** A stream without a page side, or the next exchange of one. */
export async function adopt(ledger: Ledger, request: HttpRequest): Promise<void> {
  const session = await ledger.sessionForStream(request.session);
  if (!session) {
    ledger.endRequest(request);
    return;
  }
  const before = await reconnecting(ledger, request);
  // A reconnection carries the last ID that its stream was given, or none: another request is another stream's. Without the
  // wire nobody knows what a worker was given.
  const sameId: Live[] = [];
  for (const live of before) {
    const isSameId = live.lastEventId === request.lastEventId || !request.headersKnown;
    if (isSameId || !(await isSeenWhole(ledger, live))) sameId.push(live);
  }
  const next = sameId[0];
  await join(
    ledger,
    request,
    next ? continueStream(ledger, session, next, request) : beginStream(ledger, session, request),
    sameId.length <= 1,
  );
}

/** Streams without a page side that wait to connect again, to where this request goes. */
async function reconnecting(ledger: Ledger, request: HttpRequest): Promise<Live[]> {
  const { session, transport, url: to, startedAt } = request;
  return (await ledger.liveStreams(session)).filter(
    (live) =>
      (live.stream.frame === 'worker' || live.stream.unclaimed) &&
      mayWait(ledger, live) &&
      live.stream.transport === transport &&
      isOfSender(request, live) &&
      // It was sent beside that connection, not after it.
      (live.exchange.endedAt ?? 0) <= startedAt + RESOLUTION &&
      [live.stream.url, live.exchange.url].some((url) => withoutFragment(url) === to),
  );
}

/** It waits to connect again; or the background was not there to be told of the end of its connection. */
function mayWait(ledger: Ledger, { stream, exchange }: Live): boolean {
  const isLost = exchange.startedAt < ledger.since && !isOfWire({ id: exchange.http?.request ?? '' });
  return stream.state === 'reconnecting' || (stream.state === 'open' && isLost);
}

/** The HTTP layer takes a worker for the page that has made it. */
function isOfSender(request: HttpRequest, { stream, exchange }: Live): boolean {
  const { worker, frameId } = request;
  const isSeenByHttp = !isOfWire({ id: exchange.http?.request ?? '' });
  if (stream.frameId === frameId) return true;
  return worker ? stream.unclaimed === true && isSeenByHttp : stream.frame === 'worker' && !isOfWire(request);
}

/** Whether the wire has seen what the stream was given last. A connection that was refused has given nothing. */
async function isSeenWhole(ledger: Ledger, { stream, exchange }: Live): Promise<boolean> {
  let last: Exchange | undefined = exchange;
  for (let back = 1; back <= MOST_REFUSED && last?.respondedAt === undefined; back++) {
    last = (await ledger.live(stream.id, exchange.number - back))?.exchange;
    if (!last) return true;
  }
  return last?.wire !== undefined;
}

function continueStream(ledger: Ledger, session: Session, before: Live, request: HttpRequest): Live {
  const { stream, exchange } = before;
  if (exchange.endedAt === undefined)
    Object.assign(exchange, { endedAt: request.startedAt, end: 'disconnect' });
  if (request.worker && stream.unclaimed) {
    Object.assign(stream, { frame: 'worker', frameId: request.frameId });
    ledger.claimed(stream);
  }
  return ledger.addExchange(session, before, exchange.endedAt ?? request.startedAt);
}

function beginStream(ledger: Ledger, session: Session, request: HttpRequest): Live {
  return ledger.addStream(session, newHttpStream(session, request), request.startedAt);
}
