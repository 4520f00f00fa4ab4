import type { HttpFact } from '../shared/session/httpFacts.ts';
import type { HttpRequest } from '../shared/store/schema.ts';
import { headerOf, transportOf } from './http/streamRequest.ts';
import { applyHttpFact } from './httpFacts.ts';
import { matchRequest, withoutFragment } from './join.ts';
import type { Ledger, Live } from './ledger.ts';
import { newHttpStream, newRequest } from './records.ts';

/**
 * How long the page has to say that a request which was answered is one of its streams, ms. A page that is very busy
 * may say so later, and has its stream then.
 */
export const PAGE_TELLS_WITHIN = 1000;
/** Chromium's debugger may show a worker's request that has no tab for the HTTP layer: so long it may take, ms. */
const WIRE_TELLS_WITHIN = 300;
/** Two layers that see a request begin so close to each other, ms, see the same one. */
const SAME_REQUEST = 50;

/**
 * Takes a fact of the HTTP layer: into the exchange that its request is, or aside until that is known.
 *
 * @returns the request, where it is known
 */
export async function takeHttpFact(
  ledger: Ledger,
  session: string,
  id: string,
  fact: HttpFact,
  now: number,
): Promise<HttpRequest | undefined> {
  let request = await ledger.request(id);
  if (!request) {
    if (fact.type !== 'RequestStarted') return undefined;
    request = newRequest(id, session, fact);
    ledger.putRequest(request);
  } else if (fact.type === 'RequestStarted') return undefined;
  if (fact.type === 'RequestSent') {
    request.lastEventId = headerOf(fact.headers, 'last-event-id');
    if (request.transport !== 'EventSource') request.transport = transportOf(fact.headers);
  } else if (fact.type === 'ResponseStarted' || fact.type === 'RequestEnded') request.answeredAt ??= now;
  if (request.stream) {
    await apply(ledger, request, [fact]);
    return request;
  }
  request.held.push(fact);
  ledger.putRequest(request);
  return request;
}

/**
 * Finds for the requests that wait the exchanges that they are. What nobody claims, a worker's request for one, is a
 * stream of its own.
 *
 * @returns when to look again: the page may still claim what has been answered
 */
export async function joinRequests(ledger: Ledger, session: string, now: number): Promise<number> {
  let again = Infinity;
  for (const request of await ledger.heldRequests(session)) {
    const waiting = await ledger.waiting(session);
    // Without its headers the ID that it carries is not known yet.
    const sent = request.held.some((fact) => fact.type !== 'RequestStarted');
    const match = sent ? matchRequest(request, request.worker ? [] : waiting) : undefined;
    if (match) {
      await join(ledger, request, match.waiting, match.certain);
      continue;
    }
    if (!sent || request.answeredAt === undefined) continue;
    const patience = !request.worker ? PAGE_TELLS_WITHIN : request.tab < 0 ? WIRE_TELLS_WITHIN : 0;
    if (now - request.answeredAt >= patience) await adopt(ledger, request);
    else again = Math.min(again, request.answeredAt + patience);
  }
  return again;
}

async function join(ledger: Ledger, request: HttpRequest, live: Live, certain: boolean): Promise<void> {
  const { held } = request;
  request.stream = live.stream.id;
  request.exchange = live.exchange.number;
  request.held = [];
  ledger.putRequest(request);
  await apply(ledger, request, held);
  if (live.exchange.http) live.exchange.http.certain = certain;
}

/** A stream without a page side, or the next exchange of one. */
async function adopt(ledger: Ledger, request: HttpRequest): Promise<void> {
  const session = await ledger.sessionForStream(request.session);
  if (!session) {
    ledger.endRequest(request);
    return;
  }
  const lives = await ledger.liveStreams(session.id);
  const twin = lives.some(
    ({ exchange }) =>
      exchange.http &&
      exchange.http.request !== request.id &&
      request.tab < 0 &&
      exchange.wire !== undefined &&
      withoutFragment(exchange.url) === request.url &&
      Math.abs(exchange.http.requestedAt - request.startedAt) <= SAME_REQUEST,
  );
  if (twin) {
    ledger.endRequest(request);
    return;
  }
  const before = lives.filter(
    ({ stream, exchange }) =>
      stream.frame === 'worker' &&
      stream.state === 'reconnecting' &&
      stream.frameId === request.frameId &&
      [stream.url, exchange.url].some((url) => withoutFragment(url) === request.url),
  );
  const sameId = before.filter((live) => live.lastEventId === request.lastEventId);
  const next = sameId[0] ?? before[0];
  const live = next
    ? ledger.addExchange(session, next, next.exchange.endedAt ?? request.startedAt)
    : ledger.addStream(session, newHttpStream(session, request), request.startedAt);
  await join(ledger, request, live, sameId.length === 1 || before.length <= 1);
}

async function apply(ledger: Ledger, request: HttpRequest, facts: HttpFact[]): Promise<void> {
  const session = await ledger.session(request.session);
  const live = session && (await ledger.live(request.stream, request.exchange));
  for (const fact of facts) {
    if (session && live) applyHttpFact(ledger, session, live, request, fact);
    if (fact.type === 'RequestEnded') ledger.endRequest(request);
  }
}
