import type { HttpRequest } from '../../shared/store/schema.ts';
import { isOfWire } from './sameAddress.ts';

/** Browsers number their requests. */
const byNumber = new Intl.Collator('en', { numeric: true });

/**
 * Requests in the order in which they were sent. Of one that was noticed late (by its response, after a restart of the
 * background), the HTTP layer knows that it was sent before those with higher numbers.
 */
export function inOrder(requests: readonly HttpRequest[]): HttpRequest[] {
  const sorted = [...requests].sort((a, b) => byNumber.compare(a.id, b.id));
  const sentBy = new Map<HttpRequest, number>();
  let next = Infinity;
  for (const request of [...sorted].reverse()) {
    if (!isOfWire(request)) next = Math.min(next, request.startedAt);
    sentBy.set(request, isOfWire(request) ? request.startedAt : next);
  }
  return sorted.sort((a, b) => sentBy.get(a)! - sentBy.get(b)!);
}
