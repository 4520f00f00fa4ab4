import type { HttpFact } from '../shared/session/httpFacts.ts';
import type { Session } from '../shared/session/types.ts';
import type { HttpRequest } from '../shared/store/schema.ts';
import { headerOf, transportOf } from './http/streamRequest.ts';
import { applyHttpFact } from './httpFacts.ts';
import { CLOCK_DRIFT, isOfWire, matchNearly, matchRequest, withoutFragment } from './join.ts';
import type { Ledger, Live } from './ledger.ts';
import { newHttpStream, newRequest } from './records.ts';

/**
 * After a response, wait this long for the page to report the stream, ms. A page that is very busy may report it later,
 * and is given its stream then.
 */
export const PAGE_TELLS_WITHIN = 1000;
/** Chromium's debugger may report a worker's request that has no tab for the HTTP layer: so long it may take, ms. */
const WIRE_TELLS_WITHIN = 300;

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
): Promise<HttpRequest | undefined> {
  let request = await ledger.request(id);
  if (!request) {
    if (fact.type !== 'RequestStarted') return undefined;
    request = newRequest(id, session, fact);
    ledger.putRequest(request);
  } else if (fact.type === 'RequestStarted') return undefined;
  if (fact.type === 'RequestSent') {
    request.lastEventId = headerOf(fact.headers, 'last-event-id');
    request.headersKnown = !fact.provisional;
    // The debugger has said it already.
    if (!isOfWire(request) && request.transport !== 'EventSource')
      request.transport = transportOf(fact.headers);
  } else if (fact.type === 'ResponseStarted' || fact.type === 'RequestEnded' || fact.type === 'WireSilent') {
    request.answeredAt ??= fact.at;
    ledger.answered(request);
  }
  if (request.stream) {
    await apply(ledger, request, [fact]);
    return request;
  }
  request.held.push(fact);
  ledger.putRequest(request);
  return request;
}

/**
 * Finds for the requests that wait the exchanges that they are. What no page reports, a worker's request for one, is a
 * stream of its own.
 *
 * @param now - monotonic, ms
 * @param all - everything that was reported so far has been applied: what no page has reported is no page's
 * @returns when to look again (monotonic, ms): the page may still report what has been answered. Infinity for never
 */
export async function joinRequests(
  ledger: Ledger,
  session: string,
  now: number,
  all: boolean,
): Promise<number> {
  let again = Infinity;
  for (const request of await ledger.heldRequests(session)) {
    if (await joinTwin(ledger, request)) continue;
    const waiting = request.worker ? [] : await ledger.waiting(session);
    // Without its headers the ID that it carries is not known yet.
    const sent = request.held.some((fact) => fact.type !== 'RequestStarted');
    const match = sent ? matchRequest(request, waiting) : undefined;
    if (match) {
      await join(ledger, request, match.waiting, match.certain);
      continue;
    }
    if (!sent || request.answeredAt === undefined) continue;
    const patience = !request.worker ? PAGE_TELLS_WITHIN : request.tab < 0 ? WIRE_TELLS_WITHIN : 0;
    const due = ledger.answered(request) + patience;
    if (now < due || !all) {
      again = Math.min(again, Math.max(due, now));
      continue;
    }
    const earlier = request.worker ? [] : await ledger.waitingEarlier(request);
    const tolerance = await toleranceOf(ledger, session);
    const near = matchNearly(request, [...new Set([...waiting, ...earlier])], tolerance);
    if (near) await join(ledger, request, near.waiting, near.certain);
    else await adopt(ledger, request);
  }
  return again;
}

/** Where the wall clock has jumped, the order alone tells. */
async function toleranceOf(ledger: Ledger, session: string): Promise<number> {
  return (await ledger.session(session))?.clockSetAt === undefined ? CLOCK_DRIFT : Infinity;
}

/** Another layer has reported this request, and it is known whose it is. The wire's report counts: it has the bytes. */
async function joinTwin(ledger: Ledger, request: HttpRequest): Promise<boolean> {
  const twin = ledger.twins.take(request);
  if (!twin) return false;
  if (!isOfWire(request)) {
    ledger.endRequest(request);
    return true;
  }
  const live = await ledger.live(twin.stream, twin.exchange);
  if (!live) return false;
  ledger.endRequest(twin);
  delete live.exchange.http;
  await join(ledger, request, live, true);
  return true;
}

async function join(ledger: Ledger, request: HttpRequest, live: Live, certain: boolean): Promise<void> {
  ledger.twins.joined(request);
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
  const before = lives.filter(
    ({ stream, exchange }) =>
      (stream.frame === 'worker' || stream.unclaimed) &&
      stream.state === 'reconnecting' &&
      stream.frameId === request.frameId &&
      [stream.url, exchange.url].some((url) => withoutFragment(url) === request.url),
  );
  // A reconnection carries the last ID that its stream was given, or none: another request is another stream's.
  const sameId = before.filter((live) => live.lastEventId === request.lastEventId || !request.headersKnown);
  const next = sameId[0];
  await join(
    ledger,
    request,
    next ? continueStream(ledger, session, next, request) : beginStream(ledger, session, request),
    sameId.length <= 1,
  );
}

function continueStream(ledger: Ledger, session: Session, before: Live, request: HttpRequest): Live {
  return ledger.addExchange(session, before, before.exchange.endedAt ?? request.startedAt);
}

function beginStream(ledger: Ledger, session: Session, request: HttpRequest): Live {
  return ledger.addStream(session, newHttpStream(session, request), request.startedAt);
}

async function apply(ledger: Ledger, request: HttpRequest, facts: HttpFact[]): Promise<void> {
  const session = await ledger.session(request.session);
  const live = session && (await ledger.live(request.stream, request.exchange));
  for (const fact of facts) {
    if (session && live) await applyHttpFact(ledger, session, live, request, fact);
    const over =
      fact.type === 'RequestEnded' || fact.type === 'WireSilent' || (fact.type === 'WireBroken' && fact.gone);
    if (over) ledger.endRequest(request);
  }
}
