import { headerOf } from '../../shared/session/headerOf.ts';
import type { HttpSide } from '../../shared/session/types.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';
import { isOfWire, isSameMethod } from './sameAddress.ts';
import { CLOCK_DRIFT } from './waiting.ts';

/**
 * Chromium reports a request twice where the HTTP layer and the debugger both see it: a worker's, or one that begins while
 * the debugger is being attached. Their ids do not compare, and neither of the two is reported first for certain.
 */

/**
 * The page's process stamps the debugger's report, and the browser's process the other one a moment later: at most so much
 * later on a busy machine, ms.
 */
const LATER_BY = 300;
/** Times are rounded to this, ms. */
const ROUNDING = 20;
/** Requests that were joined or are over, and whose other report may still come. */
const MAX_RECENT = 500;

/**
 * The requests of which one layer has told whose they are. What a work has changed counts when it is written, and not at all
 * when it fails.
 */
export class Twins {
  #recent = new Map<string, HttpRequest>();
  /** As it was when the last work was written. */
  #written = new Map<string, HttpRequest>();

  /** It is known whose this request is. */
  joined(request: HttpRequest): void {
    if (request.twin) return;
    this.#recent.set(request.id, request);
    if (this.#recent.size > MAX_RECENT) this.#recent.delete(this.#recent.keys().next().value!);
  }

  /** The same request as another layer has reported it. It is given once. */
  take(request: HttpRequest): HttpRequest | undefined {
    let nearest: HttpRequest | undefined;
    for (const other of this.#recent.values()) {
      if (!isSame(request, other)) continue;
      if (!nearest || apart(request, other) < apart(request, nearest)) nearest = other;
    }
    if (nearest) this.#recent.delete(nearest.id);
    return nearest;
  }

  /** It is not known any more. */
  drop(id: string): void {
    this.#recent.delete(id);
  }

  [Symbol.iterator](): Iterator<HttpRequest> {
    return this.#recent.values();
  }

  settle(): void {
    this.#written = copyOf(this.#recent);
  }

  takeBack(): void {
    this.#recent = copyOf(this.#written);
  }
}

/** Requests change while facts are applied to them. */
function copyOf(requests: ReadonlyMap<string, HttpRequest>): Map<string, HttpRequest> {
  return new Map([...requests].map(([id, request]) => [id, { ...request }]));
}

function isSame(a: HttpRequest, b: HttpRequest): boolean {
  if (isOfWire(a) === isOfWire(b)) return false;
  const [wire, http] = isOfWire(a) ? [a, b] : [b, a];
  if (wire.session !== http.session || wire.url !== http.url) return false;
  if (!isSameMethod(wire.method || methodOf(wire), http.method)) return false;
  if (wire.headersKnown && http.headersKnown && wire.lastEventId !== http.lastEventId) return false;
  const unseen = wire.method === '' || http.late === true;
  // The wire was taken off before the response, and the other layer has seen nothing before that.
  if (http.late && wire.cut && wire.answeredAt === undefined)
    return wire.startedAt <= http.startedAt + ROUNDING;
  // Its beginning was not seen: what both have seen is the response.
  const [first, second] = unseen ? [wire.answeredAt, http.answeredAt] : [wire.startedAt, http.startedAt];
  if (first === undefined || second === undefined) return false;
  // The clock of the debugger is known only as well as its first reports were fast.
  const later = wire.method === '' ? CLOCK_DRIFT : ROUNDING;
  return second - first >= -later && second - first <= LATER_BY;
}

/** The method of a request whose beginning the wire has not seen: that of an `EventSource` is "`GET`"; '' for others. */
function methodOf({ transport }: HttpRequest): string {
  return transport === 'EventSource' ? 'GET' : '';
}

/** Whether the wire saw this request of the HTTP layer, as it is told of an exchange that is over. */
export function isTwinOf(request: HttpRequest, { requestedAt, requestHeaders }: HttpSide): boolean {
  if (request.headersKnown && (headerOf(requestHeaders, 'last-event-id') ?? '') !== request.lastEventId)
    return false;
  const later = request.startedAt - requestedAt;
  return later >= -ROUNDING && later <= LATER_BY;
}

function apart(a: HttpRequest, b: HttpRequest): number {
  return Math.abs(a.startedAt - b.startedAt);
}
