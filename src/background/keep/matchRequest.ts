import type { HttpRequest } from '../../shared/store/schema.ts';
import { maySayId, saysItsId } from './carriesId.ts';
import { fits, GOES_WITHIN, isOfDocument, isOfFrame, UNKNOWN_FRAME } from './fits.ts';
import { isHeard, isLate, RESOLUTION, type Waiting } from './waiting.ts';

/**
 * What the contents of both sides say: what the page was given of an exchange is in what the wire has brought of the request, or it is
 * certainly not.
 */
export type Evidence = 'same' | 'other';

export interface Match<T extends Waiting> {
  waiting: T;
  /** False where another stream could have sent this request as well. */
  certain: boolean;
}

/**
 * Whose request this is: first in, first out per frame, method and URL, among the exchanges whose interval holds the
 * beginning of the request. A last event ID tells apart what the order does not.
 *
 * @param since - from when on every request was heard, ms since the epoch: the order of others tells nothing for certain
 * @param evidence - what the contents say, for those of which both sides have some
 */
export function matchRequest<T extends Waiting>(
  request: HttpRequest,
  waiting: readonly T[],
  since = Number.NEGATIVE_INFINITY,
  evidence: ReadonlyMap<T, Evidence> = new Map(),
): Match<T> | undefined {
  const fitting = waiting.filter(
    (one) => evidence.get(one) !== 'other' && isOfFrame(request, one) && fits(request, one, RESOLUTION, 0),
  );
  const match = firstOf(
    request,
    fitting.filter((one) => saysItsId(request, one)),
    since,
    evidence,
  );
  // The background did not live to hear of every request: it may be that of another one, which the page is still to report.
  if (match && isOlder(match.waiting, since) && startsApart(request, match.waiting) > RESOLUTION)
    return undefined;
  if (!match || match.waiting.exchange.lastEventIdBefore === request.lastEventId) return match;
  // Of the others the page has not told yet how they went, and one of them may have been given this ID unseen.
  const isOpen = fitting.some((one) => maySayId(request, one) && !saysItsId(request, one));
  if (!isOpen) return match;
  return isHeard(match.waiting) ? { ...match, certain: false } : undefined;
}

/** The first exchange of a stream, from before every request was heard. */
function isOlder(waiting: Waiting, since: number): boolean {
  return waiting.exchange.number === 1 && !isLate(waiting) && waiting.exchange.startedAt < since;
}

/**
 * The same for a request that no exchange fits exactly, when the page has had time to report it. Clocks may be apart, and
 * Chromium takes a frame that was made a moment ago for its parent. Never certain.
 *
 * @param tolerance - how far the clocks may be apart, ms
 */
export function matchNearly<T extends Waiting>(
  request: HttpRequest,
  waiting: readonly T[],
  tolerance: number,
  evidence: ReadonlyMap<T, Evidence> = new Map(),
): Match<T> | undefined {
  const fitting = waiting.filter(
    (one) =>
      evidence.get(one) !== 'other' && fits(request, one, tolerance, GOES_WITHIN) && maySayId(request, one),
  );
  const ofFrame = fitting.filter((one) => isOfFrame(request, one));
  const likely = ofFrame.length > 0 ? ofFrame : fitting;
  const heard = likely.filter((one) => isHeardSo(request, one));
  const candidates = preferSame(heard.length > 0 ? heard : likely, evidence);
  candidates.sort((a, b) => apart(request, a) - apart(request, b));
  return candidates[0] && { waiting: candidates[0], certain: false };
}

/** How far what the two sides saw of one thing is apart: of the response, or else of the beginning, ms. */
function apart({ startedAt, answeredAt }: HttpRequest, { exchange }: Waiting): number {
  return answeredAt !== undefined && exchange.respondedAt !== undefined
    ? Math.abs(exchange.respondedAt - answeredAt)
    : Math.abs(exchange.startedAt - startedAt);
}

function preferSame<T extends Waiting>(candidates: T[], evidence: ReadonlyMap<T, Evidence>): T[] {
  const same = candidates.filter((one) => evidence.get(one) === 'same');
  return same.length > 0 ? same : candidates;
}

function firstOf<T extends Waiting>(
  request: HttpRequest,
  fitting: T[],
  since: number,
  evidence: ReadonlyMap<T, Evidence>,
): Match<T> | undefined {
  if (fitting.length === 0) return undefined;
  fitting.sort((a, b) => a.exchange.startedAt - b.exchange.startedAt || a.stream.number - b.stream.number);
  const sameDocument = fitting.filter((one) => isOfDocument(request, one));
  const nearest = request.frameId <= UNKNOWN_FRAME && sameDocument.length > 0 ? sameDocument : fitting;
  const sameId = nearest.filter(
    ({ stream, exchange }) =>
      stream.transport === 'EventSource' && exchange.lastEventIdBefore === request.lastEventId,
  );
  // A request without an ID may be any's first one.
  const likely = request.lastEventId !== '' && sameId.length > 0 ? sameId : nearest;
  // What the page has heard of it tells more than the order.
  const heard = likely.filter((one) => isHeardSo(request, one));
  const candidates = preferSame(heard.length > 0 ? heard : likely, evidence);
  // Streams that were opened one after the other send their first requests in that order; how long each waits
  // before it connects again is its own affair, and what was open before recording is reported at once.
  const isInOrder = candidates.every(
    (one) => one.exchange.number === 1 && !isLate(one) && one.exchange.startedAt >= since,
  );
  // The requests of some may never have been heard: the order tells less than the times.
  if (candidates.some(({ exchange }) => exchange.startedAt < since)) {
    candidates.sort((a, b) => startsApart(request, a) - startsApart(request, b));
  }
  return { waiting: candidates[0]!, certain: candidates.length === 1 || isInOrder };
}

/** How far the beginnings are apart, ms; a reconnection begins long before its request does, when the page begins to wait. */
function startsApart(request: HttpRequest, waiting: Waiting): number {
  const { number, startedAt } = waiting.exchange;
  return number === 1 ? Math.abs(startedAt - request.startedAt) : apart(request, waiting);
}

/**
 * A request is rather not of a stream that was closed before it was sent, or answered; one that an `EventSource`
 * could not take ("fail the connection") not of one that the page has seen open.
 */
function isHeardSo({ held, startedAt }: HttpRequest, { stream, exchange }: Waiting): boolean {
  const isGone = exchange.respondedAt === undefined && exchange.end !== 'unload';
  if (isGone && (exchange.endedAt ?? Infinity) < startedAt) return false;
  const answer = held.find((fact) => fact.type === 'ResponseStarted');
  if (answer?.type !== 'ResponseStarted') return true;
  if (answer.status === 200) return exchange.respondedAt !== undefined || exchange.endedAt === undefined;
  return stream.transport !== 'EventSource' || exchange.respondedAt === undefined;
}
