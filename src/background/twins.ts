import type { HttpRequest } from '../shared/store/schema.ts';
import { isSameMethod } from './join.ts';

/**
 * Chromium reports a request twice where the HTTP layer and the debugger both see it: a worker's, or one that begins while
 * the debugger is being attached. Their ids do not compare, and neither of the two is reported first for certain.
 */

/** The two reports of one request are stamped by two processes, at most so far apart, ms. */
const SAME_REQUEST = 300;
/** Requests that were joined or are over, and whose other report may still come. */
const MAX_RECENT = 500;

/** The requests of which one layer has told whose they are. */
export class Twins {
  readonly #recent = new Map<string, HttpRequest>();

  /** It is known whose this request is. */
  joined(request: HttpRequest): void {
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
}

function isSame(a: HttpRequest, b: HttpRequest): boolean {
  return (
    isOfWire(a) !== isOfWire(b) &&
    a.session === b.session &&
    a.url === b.url &&
    isSameMethod(a.method, b.method) &&
    apart(a, b) <= SAME_REQUEST
  );
}

function apart(a: HttpRequest, b: HttpRequest): number {
  return Math.abs(a.startedAt - b.startedAt);
}

export function isOfWire({ id }: Pick<HttpRequest, 'id'>): boolean {
  return id.startsWith('wire-');
}
