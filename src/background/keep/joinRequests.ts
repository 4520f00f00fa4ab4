import { headerOf } from '../../shared/session/headerOf.ts';
import type { HttpFact } from '../../shared/session/httpFacts.ts';
import type { Exchange, Session, Stream } from '../../shared/session/types.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';
import { transportOf } from '../sources/http/streamRequest.ts';
import { applyHttpFact } from './applyHttpFact.ts';
import { evidenceOf, MOST_LOOKED_AT } from './evidence.ts';
import type { Ledger, Live } from './ledger.ts';
import {
  CLOCK_DRIFT,
  isLate,
  isOfWire,
  isSameMethod,
  matchNearly,
  matchRequest,
  RESOLUTION,
  withoutFragment,
} from './matchRequest.ts';
import { requestOf, wireBytesOf } from './reclaim.ts';
import { newHttpStream, newRequest } from './records.ts';
import { isTwinOf } from './twins.ts';

/**
 * After a response, wait this long for the page to report the stream, ms. A page that is very busy may report it later,
 * and is given its stream then.
 */
export const PAGE_TELLS_WITHIN = 1000;
/** Connections of a worker's stream that were refused one after the other, as far back as it is asked what came before. */
const MOST_REFUSED = 20;
/** The debugger may tell of the end of a worker's connection after the next one has begun: so long it may take, ms. */
const END_TOLD_WITHIN = 2500;
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
    // The browser tells of the response late, and the background was killed since it was told of the request.
    if (fact.method === '' && (await ledger.hasRecorded(session, id, fact.url))) return undefined;
    request = newRequest(id, session, fact);
    ledger.putRequest(request);
  } else if (fact.type === 'RequestStarted') return undefined;
  if (fact.type === 'RequestSent') {
    request.lastEventId = headerOf(fact.headers, 'last-event-id') ?? '';
    request.headersKnown = !fact.provisional;
    // The debugger has said it already.
    if (!isOfWire(request) && request.transport !== 'EventSource')
      request.transport = transportOf(fact.headers);
    ledger.putRequest(request);
  } else if (fact.type === 'ResponseStarted' || fact.type === 'RequestEnded' || fact.type === 'WireSilent') {
    request.answeredAt ??= fact.at;
    ledger.answered(request);
    ledger.putRequest(request);
  }
  if (fact.type === 'WireBroken') {
    request.cut = true;
    ledger.putRequest(request);
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
 * @param clockSetAt - when the wall clock was last set forward; monotonic, ms
 * @param all - everything that was reported so far has been applied: what no page has reported is no page's
 * @param life - from when on every request was heard, and when the wall clock last jumped, as far as the background has seen; ms
 * since the epoch
 * @returns when to look again (monotonic, ms): the page may still report what has been answered. Infinity for never
 */
export async function joinRequests(
  ledger: Ledger,
  session: string,
  now: number,
  clockSetAt: number,
  all: boolean,
  { since, jumpedAt }: { since?: number; jumpedAt?: number | undefined } = {},
): Promise<number> {
  let again = Infinity;
  await releaseOthers(ledger, session, since);
  await joinLate(ledger, session);
  await reclaim(ledger, session, since);
  const unsent: HttpRequest[] = [];
  const passed: HttpRequest[] = [];
  for (const request of await ledger.heldRequests(session)) {
    // What was joined since may be the twin of an earlier one: this one must not take it.
    await joinTwins(ledger, passed);
    if (await joinTwin(ledger, request)) continue;
    passed.push(request);
    const waiting = request.worker ? [] : await ledger.waiting(session);
    const sent = isSent(request);
    if (!sent) unsent.push(request);
    // First in, first out: one that was sent before it may take the exchange that it would take.
    if (unsent.some((earlier) => earlier !== request && isAlike(earlier, request))) continue;
    const evidence = await evidenceOf(ledger, request, waiting);
    const match = sent
      ? matchRequest(
          request,
          waiting.filter((one) => !lostItsRequest(request, one, ledger.since)),
          since,
          evidence,
        )
      : undefined;
    if (match) {
      await join(ledger, request, match.waiting, match.certain);
      continue;
    }
    if (!sent || request.answeredAt === undefined) continue;
    const due = ledger.answered(request) + (await patienceWith(ledger, request));
    if (now < due || !all) {
      again = Math.min(again, Math.max(due, now));
      continue;
    }
    const earlier = request.worker ? [] : await ledger.waitingEarlier(request);
    // A page that speaks first after the clock was set says all its times by the clock of then.
    const isBeside = ledger.answered(request) <= clockSetAt + PAGE_TELLS_WITHIN;
    const tolerance = isBeside ? Infinity : await toleranceOf(ledger, session, jumpedAt);
    if ((await isOfEarlier(ledger, request)) || (await isKnownOtherwise(ledger, request))) {
      ledger.endRequest(request);
      continue;
    }
    const possible = [...new Set([...waiting, ...earlier])];
    const near = matchNearly(request, possible, tolerance, await evidenceOf(ledger, request, possible));
    if (near) await join(ledger, request, near.waiting, near.certain);
    else await adopt(ledger, request);
  }
  // The last of them may be what an earlier one waited for.
  await joinTwins(ledger, passed);
  return again;
}

/**
 * A page says only now that an exchange was over when its request was sent: a policy had forbidden it, or a script closed it while it
 * waited. The request is another one's. Where the nearest was taken, times may be off: then only if there is another one.
 */
async function releaseOthers(ledger: Ledger, session: string, since: number | undefined): Promise<void> {
  for (const live of await ledger.joined(session)) {
    if (!wasOverBeforeSent(live)) continue;
    const request = await requestOf(ledger, live);
    const isOther = (): Promise<boolean> => hasOther(ledger, request!, since);
    if (request && !request.twin && (live.exchange.http!.certain || (await isOther())))
      await release(ledger, live, request);
  }
}

function wasOverBeforeSent({ exchange }: Live): boolean {
  const { http, endedAt = Infinity, end, pageBytes = 0, pageEvents = 0 } = exchange;
  if (!http || end === 'unload' || pageBytes + pageEvents > 0) return false;
  return endedAt < http.requestedAt - RESOLUTION;
}

async function hasOther(ledger: Ledger, request: HttpRequest, since: number | undefined): Promise<boolean> {
  return matchRequest(request, await ledger.waiting(request.session), since) !== undefined;
}

/** Its request is another one's: both wait again. */
async function release(ledger: Ledger, live: Live, request: HttpRequest): Promise<void> {
  const session = await ledger.session(live.stream.session);
  if (!session) return;
  request.held = withBytes(request.held, await wireBytesOf(ledger, live));
  const { exchange } = live;
  if (exchange.bytes > 0) await ledger.replace(session, live);
  takeOff(ledger, live);
  delete exchange.wire;
  delete exchange.pageFirst;
  ledger.wireOver(live);
  ledger.twins.drop(request.id);
  ledger.putRequest(request);
}

function withBytes(held: HttpFact[], bytes: HttpFact[]): HttpFact[] {
  const at = held.findIndex(({ type }) => type === 'ResponseStarted') + 1;
  return [...held.slice(0, at), ...bytes, ...held.slice(at)];
}

/** A page that was too busy to speak reports the streams that were taken for nobody's. */
async function reclaim(ledger: Ledger, id: string, since: number | undefined): Promise<void> {
  const waiting = await ledger.waiting(id);
  const urls = waiting.flatMap(({ stream, lastUrl }) => [stream.url, lastUrl]).map(withoutFragment);
  const unclaimed = await ledger.unclaimed(id, new Set(urls));
  unclaimed.sort((a, b) => a.openedAt - b.openedAt);
  for (const stream of unclaimed) {
    while (stream.exchanges > 0 && (await reclaimFirst(ledger, stream, since)));
  }
}

async function reclaimFirst(ledger: Ledger, stream: Stream, since: number | undefined): Promise<boolean> {
  const session = await ledger.session(stream.session);
  const first = session && (await ledger.live(stream.id, 1));
  const request = first && (await requestOf(ledger, first));
  if (!request) return false;
  const waiting = (await ledger.waiting(stream.session)).filter(
    (one) => !lostItsRequest(request, one, ledger.since),
  );
  const { held } = request;
  request.held = withBytes(held, await wireBytesOf(ledger, first, MOST_LOOKED_AT));
  const evidence = await evidenceOf(ledger, request, waiting);
  const match =
    matchRequest(request, waiting, since, evidence) ?? matchNearly(request, waiting, CLOCK_DRIFT, evidence);
  if (!match) return false;
  request.held = withBytes(held, await wireBytesOf(ledger, first));
  await ledger.removeFirst(session, stream);
  await join(ledger, request, match.waiting, match.certain);
  return true;
}

async function joinTwins(ledger: Ledger, requests: readonly HttpRequest[]): Promise<void> {
  for (const request of requests) {
    const waits = request.stream === '' && (await ledger.request(request.id)) === request;
    if (waits) await joinTwin(ledger, request);
  }
}

/**
 * A stream sends its first request at once: where it was opened before this life of the background, and the request came
 * after that, the life before has seen another one, and was killed with it.
 */
function lostItsRequest(request: HttpRequest, { stream, exchange }: Live, since: number): boolean {
  if (exchange.number > 1 || isLate({ stream, exchange }) || request.late || request.method === '')
    return false;
  return exchange.startedAt < since && request.startedAt > since + RESOLUTION;
}

/** How long to wait, ms, before a request that has been answered is taken for nobody's who has told of it. */
async function patienceWith(ledger: Ledger, request: HttpRequest): Promise<number> {
  if (!request.worker) return PAGE_TELLS_WITHIN;
  if (request.tab < 0) return WIRE_TELLS_WITHIN;
  return (await mayContinue(ledger, request)) ? END_TOLD_WITHIN : 0;
}

/** The worker has a stream of this address open, whose end may be told late: then this request goes on with it. */
async function mayContinue(ledger: Ledger, request: HttpRequest): Promise<boolean> {
  const lives = await ledger.liveStreams(request.session);
  return lives.some(
    ({ stream, exchange }) =>
      stream.frame === 'worker' &&
      stream.transport === 'EventSource' &&
      stream.state === 'open' &&
      workerOf(exchange.http?.request) === workerOf(request.id) &&
      withoutFragment(stream.url) === request.url,
  );
}

/** The part of the debugger's name of a request that is its worker's. */
function workerOf(id = ''): string {
  return id.slice(0, id.lastIndexOf('-'));
}

function isAlike(a: HttpRequest, b: HttpRequest): boolean {
  return a.url === b.url && isSameMethod(a.method, b.method);
}

/** Without its headers the ID that a request carries is not known yet. */
function isSent({ held }: HttpRequest): boolean {
  return held.some((fact) => fact.type !== 'RequestStarted');
}

/** What was open when recording began is the youngest of the requests that it can be: the others were over. */
async function joinLate(ledger: Ledger, session: string): Promise<void> {
  const late = (await ledger.waiting(session)).filter(isLate);
  if (late.length === 0) return;
  for (const request of (await ledger.heldRequests(session)).reverse()) {
    if (request.worker || !isSent(request) || (await joinTwin(ledger, request))) continue;
    const match = matchRequest(
      request,
      late.filter(({ exchange }) => !exchange.http),
    );
    if (match) await join(ledger, request, match.waiting, match.certain);
  }
}

/** It was over when recording began: an earlier connection of a stream that was there already. */
async function isOfEarlier(ledger: Ledger, request: HttpRequest): Promise<boolean> {
  const end = request.held.find((fact) => fact.type === 'RequestEnded');
  if (end?.type !== 'RequestEnded' || isOfWire(request)) return false;
  return (await ledger.streams(request.session)).some(
    (stream) =>
      stream.openedBeforeRecording &&
      end.at < stream.openedAt &&
      isAlike({ ...request, url: withoutFragment(stream.url), method: stream.method }, request),
  );
}

/** The wire has reported this request, and it was over, and out of memory, before the HTTP layer could report it too. */
async function isKnownOtherwise(ledger: Ledger, request: HttpRequest): Promise<boolean> {
  if (isOfWire(request)) return false;
  return (await ledger.seenOtherwise(request)).some((side) => isTwinOf(request, side));
}

/**
 * Where the wall clock has jumped, the order alone tells. The background may have seen it where no page has: in none of them two
 * batches lay on both sides of it.
 */
async function toleranceOf(ledger: Ledger, id: string, jumpedAt: number | undefined): Promise<number> {
  const session = await ledger.session(id);
  const isJumped = session?.clockSetAt !== undefined || (jumpedAt ?? 0) > (session?.startedAt ?? Infinity);
  return isJumped ? Infinity : CLOCK_DRIFT;
}

/**
 * Another layer has reported this request, and it is known whose it is. The wire's report counts: it has the bytes. The other
 * one tells of the end where the wire was taken off before.
 */
async function joinTwin(ledger: Ledger, request: HttpRequest): Promise<boolean> {
  const twin = ledger.twins.take(request);
  if (!twin) return false;
  const live = await ledger.live(twin.stream, twin.exchange);
  if (!isOfWire(request)) {
    if (live) await joinBeside(ledger, twin, request, live);
    else ledger.endRequest(request);
    return true;
  }
  if (!live) return false;
  if (isOfNext(request, twin, live)) {
    ledger.twins.joined(twin);
    return false;
  }
  await makeTwins(ledger, request, twin);
  const requestHeaders = live.exchange.http?.requestHeaders ?? [];
  delete live.exchange.http;
  await join(ledger, request, live, true);
  // The debugger was attached after it was sent.
  const joined: Live['exchange'] = live.exchange;
  if (!request.headersKnown && joined.http) joined.http.requestHeaders = requestHeaders;
  return true;
}

/** The debugger heard the response of this request when the page was done with what the other layer has reported. */
function isOfNext(wire: HttpRequest, http: HttpRequest, { exchange }: Live): boolean {
  if (wire.answeredAt === undefined || http.answeredAt === undefined) return false;
  return wire.answeredAt > http.answeredAt + RESOLUTION && (exchange.endedAt ?? Infinity) < wire.answeredAt;
}

/** The wire has reported this request of the HTTP layer before. */
async function joinBeside(
  ledger: Ledger,
  wire: HttpRequest,
  request: HttpRequest,
  live: Live,
): Promise<void> {
  await makeTwins(ledger, request, wire);
  const { http } = live.exchange;
  const certain = http?.certain ?? true;
  if (wire.cut) {
    // The wire saw it begin, and this layer how it went on.
    request.held = request.held.filter(({ type }) => type !== 'RequestStarted');
    if (http) http.request = request.id;
  } else await tellSent(ledger, wire, request);
  await join(ledger, request, live, certain);
}

/** Each of the two knows that the other layer has reported it, too. */
async function makeTwins(ledger: Ledger, request: HttpRequest, joined: HttpRequest): Promise<void> {
  request.twin = joined.id;
  const open = await ledger.request(joined.id);
  if (!open) return;
  open.twin = request.id;
  ledger.putRequest(open);
}

/** The debugger was attached after it had sent its request: the HTTP layer tells with what headers. */
async function tellSent(ledger: Ledger, wire: HttpRequest, request: HttpRequest): Promise<void> {
  const sent = request.held.find((fact) => fact.type === 'RequestSent');
  if (wire.headersKnown || !request.headersKnown || !sent) return;
  const open = await ledger.request(wire.id);
  for (const one of [open, wire])
    Object.assign(one ?? {}, { headersKnown: true, lastEventId: request.lastEventId });
  await apply(ledger, wire, [sent]);
}

async function join(ledger: Ledger, request: HttpRequest, live: Live, certain: boolean): Promise<void> {
  ledger.twins.joined(request);
  const { held } = request;
  const { stream } = live;
  // The debugger says for certain what sent it; headers do not.
  if (stream.unclaimed && isOfWire(request)) stream.transport = request.transport;
  request.stream = stream.id;
  request.exchange = live.exchange.number;
  request.held = [];
  if (!certain) request.certain = false;
  ledger.putRequest(request);
  await apply(ledger, request, held);
}

/** A stream without a page side, or the next exchange of one. */
async function adopt(ledger: Ledger, request: HttpRequest): Promise<void> {
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

async function apply(ledger: Ledger, request: HttpRequest, facts: HttpFact[]): Promise<void> {
  const session = await ledger.session(request.session);
  const live = session && (await ledger.live(request.stream, request.exchange));
  for (const fact of facts) {
    if (session && live && counts(request, live, fact)) {
      if (fact.type === 'RequestEnded' && wasOverBefore(live, fact.at)) {
        takeOff(ledger, live);
        await endWithTwin(ledger, request);
        return;
      }
      await applyHttpFact(ledger, session, live, request, fact);
    }
    const over =
      fact.type === 'RequestEnded' ||
      fact.type === 'WireClosed' ||
      fact.type === 'WireSilent' ||
      (fact.type === 'WireBroken' && fact.gone);
    if (over) ledger.endRequest(request);
  }
  if (live) sayCertain(request, live);
}

/** Of what an exchange has of a request, all is its own: no other stream could have sent it, and its last event ID is known. */
function sayCertain(request: HttpRequest, live: Live): void {
  const { http } = live.exchange;
  if (http?.request === request.id) http.certain = request.certain !== false && isIdKnown(request, live);
}

/**
 * What a page's own stream sends as its last event ID, the page has been given before. Of others the headers alone tell, and
 * they may have been told while the background was away.
 */
function isIdKnown({ headersKnown }: HttpRequest, live: Live): boolean {
  const { stream } = live;
  if (headersKnown || stream.transport !== 'EventSource') return true;
  return !isLate(live) && stream.frame !== 'worker' && !stream.unclaimed;
}

/** Of two layers that report one request one counts, and the other one for the end that the wire does not tell any more. */
function counts({ id }: HttpRequest, { exchange: { http, wire } }: Live, { type }: HttpFact): boolean {
  if (!http || http.request === id) return true;
  return type === 'RequestEnded' && wire !== 'live' && http.completedAt === undefined;
}

/** The page had the stream open when recording began, and this request was over by then: it was an earlier connection. */
function wasOverBefore(live: Live, endedAt: number): boolean {
  const { exchange } = live;
  return isLate(live) && exchange.wire === undefined && endedAt < exchange.startedAt - RESOLUTION;
}

/** Neither of the two layers tells more of it. */
async function endWithTwin(ledger: Ledger, request: HttpRequest): Promise<void> {
  const twin = request.twin && (await ledger.request(request.twin));
  if (twin) ledger.endRequest(twin);
  ledger.endRequest(request);
}

/** The exchange waits for its request again. */
function takeOff(ledger: Ledger, live: Live): void {
  const { stream, exchange } = live;
  exchange.url = stream.url;
  if (exchange.pageRespondedAt === undefined) delete exchange.respondedAt;
  else exchange.respondedAt = exchange.pageRespondedAt;
  if (exchange.number === 1) exchange.lastEventIdBefore = '';
  delete exchange.http;
  delete exchange.status;
  delete exchange.headers;
  if (exchange.bytes === 0) ledger.beginAgain(live);
  ledger.changed(live);
}
