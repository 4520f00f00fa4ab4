import { formatOf } from '../../shared/formats/formatOf.ts';
import { headerOf } from '../../shared/session/headerOf.ts';
import type { HttpFact } from '../../shared/session/httpFacts.ts';
import type { Exchange, HttpSide, Session, Stream } from '../../shared/session/types.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';

import { appendChunks } from './appendChunks.ts';
import type { Ledger, Live } from './ledger.ts';
import { markLost } from './marks.ts';
import { refineEnd } from './refineEnd.ts';
import { appendAhead, replaceReported } from './replaceReported.ts';

/** Writes one fact of the HTTP layer into the exchange that it belongs to. */
export async function applyHttpFact(
  ledger: Ledger,
  session: Session,
  live: Live,
  request: HttpRequest,
  fact: HttpFact,
): Promise<void> {
  const { stream, exchange } = live;
  ledger.changed(live);
  exchange.http ??= newHttpSide(request);
  const { http } = exchange;
  switch (fact.type) {
    case 'RequestStarted':
      http.requestedAt = fact.at;
      exchange.url = request.url;
      break;
    case 'RequestSent':
      http.requestHeaders = fact.headers;
      if (fact.provisional) http.provisional = true;
      else delete http.provisional;
      saidLastEventId(ledger, live, headerOf(fact.headers, 'last-event-id') ?? '');
      break;
    case 'Redirected':
      http.redirects.push({
        at: fact.at,
        status: fact.status,
        from: exchange.url,
        to: fact.to,
        headers: fact.headers,
      });
      exchange.url = fact.to;
      ledger.followUrl(live);
      break;
    case 'ResponseStarted':
      exchange.respondedAt = fact.at;
      exchange.status = fact.status;
      exchange.headers = fact.headers;
      http.protocol = fact.protocol;
      http.remoteAddress = fact.remoteAddress;
      http.fromCache = fact.fromCache;
      if (isPageless(stream)) stream.state = 'open';
      break;
    case 'WireAttached':
      attachWire(ledger, live);
      break;
    case 'WireBytes':
      if (exchange.wire !== 'live' || fact.times.length === 0) break;
      if (exchange.pageFirst) await replacePage(ledger, session, live);
      appendChunks(live, fact);
      await ledger.count(session, live);
      live.lastEventId = live.writer.lastEventId();
      await ledger.wireBrought(live);
      break;
    case 'WireBroken':
      await wireBroken(ledger, session, live, fact.at);
      break;
    case 'WireClosed':
      // Where it has brought nothing, what the page said stays.
      if (exchange.wire !== 'live' || exchange.pageFirst) break;
      // What the page reports now came after the end of the recording.
      exchange.wire = 'ended';
      ledger.wireOver(live);
      break;
    case 'WireSilent':
      await wireSilent(ledger, session, live, fact.at);
      break;
    case 'EvidenceSeen':
      http.evidence = fact.text;
      break;
    case 'RequestEnded':
      await requestEnded(ledger, session, live, fact);
      break;
  }
}

async function wireBroken(ledger: Ledger, session: Session, live: Live, at: number): Promise<void> {
  const { stream, exchange } = live;
  if (exchange.wire !== 'live') return;
  if (exchange.endedAt !== undefined) {
    // Its page had ended it, or had gone.
    await endSilentWire(ledger, session, live);
    exchange.http!.completedAt ??= exchange.endedAt;
    return;
  }
  await ledger.breakWire(live);
  await appendAhead(ledger, session, live);
  // No page reports what follows.
  if (isPageless(stream)) markLost(ledger, session, stream, at, 1, 'wire');
}

async function wireSilent(ledger: Ledger, session: Session, live: Live, at: number): Promise<void> {
  const { stream, exchange } = live;
  const http = exchange.http!;
  if (exchange.wire === 'live') await endSilentWire(ledger, session, live);
  // The other layer has told it.
  if (http.completedAt !== undefined) return;
  // Nothing tells when its document went.
  if (isPageless(stream)) endWithoutPage(live, { at: exchange.lastAt ?? at, error: '', aborted: true });
  http.completedAt = exchange.endedAt ?? at;
  http.aborted = true;
}

async function requestEnded(
  ledger: Ledger,
  session: Session,
  live: Live,
  fact: Extract<HttpFact, { type: 'RequestEnded' }>,
): Promise<void> {
  const { stream, exchange } = live;
  const http = exchange.http!;
  http.completedAt = fact.at;
  http.error = fact.error;
  http.aborted = fact.aborted || isOfGone(exchange, fact.error);
  if (exchange.pageFirst && exchange.bytes > 0) await endSilentWire(ledger, session, live);
  else if (exchange.wire === 'live') {
    delete exchange.pageFirst;
    exchange.wire = 'ended';
    live.writer.end();
    await ledger.count(session, live);
    ledger.wireOver(live);
  }
  if (isPageless(stream)) endWithoutPage(live, { ...fact, aborted: http.aborted });
  refineEnd(live);
}

/**
 * What Chromium says of a request whose page or worker has gone, once its response has begun; before that it says the same of
 * what it has blocked. A connection that breaks has an error of its own.
 */
function isOfGone({ respondedAt }: Exchange, error: string): boolean {
  return error === 'net::ERR_FAILED' && respondedAt !== undefined;
}

/** What the client really sent: it may have read more than we had of the exchange before. */
function saidLastEventId(ledger: Ledger, live: Live, id: string): void {
  const { exchange } = live;
  // The browsers do not agree on how other characters are shown.
  if (!/^[\x20-\x7e]+$/.test(id) || id === exchange.lastEventIdBefore) return;
  exchange.lastEventIdBefore = id;
  if (exchange.bytes === 0) ledger.beginAgain(live);
}

/** No page reports the life of this stream: the HTTP layer does. */
function isPageless(stream: Stream): boolean {
  return stream.frame === 'worker' || stream.unclaimed === true;
}

/**
 * The exchange will have the bytes of the wire, from the first one on: also where the page has spoken first. What it says
 * stays until they come: the wire may break before.
 */
function attachWire(ledger: Ledger, live: Live): void {
  const { exchange } = live;
  ledger.wireAttached(live);
  if (exchange.wire !== undefined) return;
  exchange.wire = 'live';
  exchange.pageFirst = true;
  if (exchange.bytes === 0) exchange.fidelity = 'bytes';
  else if (exchange.fidelity === 'events') exchange.pageEvents = exchange.events;
  else exchange.pageBytes = exchange.bytes;
}

/** The wire's bytes take the place of what the page said. */
async function replacePage(ledger: Ledger, session: Session, live: Live): Promise<void> {
  const { exchange } = live;
  if (exchange.bytes > 0) await replaceReported(ledger, session, live);
  delete exchange.pageFirst;
  exchange.fidelity = 'bytes';
}

/** All but the last moments, of which the browser did not tell, came from the wire. */
async function endSilentWire(ledger: Ledger, session: Session, live: Live): Promise<void> {
  const { exchange } = live;
  if (exchange.pageFirst && exchange.bytes > 0) await ledger.breakWire(live);
  else {
    const { fidelity } = exchange;
    await ledger.breakWire(live);
    if (!(await appendAhead(ledger, session, live))) exchange.wire = 'ended';
    exchange.fidelity = fidelity;
  }
  live.writer.end();
  await ledger.count(session, live);
}

/** What the page would have told of its end, for a stream whose page side nobody sees. */
function endWithoutPage(
  { stream, exchange }: Live,
  fact: Pick<Extract<HttpFact, { type: 'RequestEnded' }>, 'at' | 'error' | 'aborted'>,
): void {
  exchange.endedAt = fact.at;
  exchange.end = fact.aborted ? 'abort' : fact.error ? 'error' : 'end';
  if (fact.error && !fact.aborted) exchange.error = fact.error;
  const type = headerOf(exchange.headers, 'content-type');
  const wasStream =
    exchange.status === undefined ||
    (exchange.status === 200 && (exchange.wire !== undefined || formatOf(type) !== undefined));
  if (stream.transport === 'EventSource' && !fact.aborted && wasStream) stream.state = 'reconnecting';
  else {
    stream.state = 'ended';
    stream.end = exchange.end;
  }
}

function newHttpSide(request: HttpRequest): HttpSide {
  return {
    request: request.id,
    requestedAt: request.startedAt,
    ...(request.late ? { late: true as const } : {}),
    requestHeaders: [],
    redirects: [],
    protocol: '',
    remoteAddress: '',
    fromCache: false,
    certain: true,
  };
}
