import type { Exchange, Stream } from '../shared/session/types.ts';
import type { HttpRequest } from '../shared/store/schema.ts';

/** Clocks of page and browser process differ by so much at most, ms. */
const CLOCK_SLACK = 100;

/** Frame of a request of which the browser does not say whose it is: Chromium's debugger. */
export const UNKNOWN_FRAME = -2;

/** An exchange that the page told of, and whose request on the wire is not known yet. */
export interface Waiting {
  stream: Stream;
  exchange: Exchange;
  /** Where the stream's exchange before ended up: Chromium reconnects to the end of a redirect. */
  lastUrl: string;
}

export interface Match<T extends Waiting> {
  waiting: T;
  /** False where another stream could have sent this request as well. */
  certain: boolean;
}

/**
 * Whose request this is: first in, first out per frame, method and URL. A last event ID tells apart what the order
 * does not.
 */
export function matchRequest<T extends Waiting>(
  request: HttpRequest,
  waiting: readonly T[],
): Match<T> | undefined {
  const fitting = waiting
    .filter((one) => fits(request, one))
    .sort((a, b) => a.exchange.startedAt - b.exchange.startedAt || a.stream.number - b.stream.number);
  if (fitting.length === 0) return undefined;
  const sameDocument = fitting.filter(
    ({ stream }) => withoutFragment(stream.documentUrl) === withoutFragment(request.documentUrl),
  );
  const nearest = request.frameId === UNKNOWN_FRAME && sameDocument.length > 0 ? sameDocument : fitting;
  const sameId = nearest.filter(
    ({ stream, exchange }) =>
      stream.transport === 'EventSource' && exchange.lastEventIdBefore === request.lastEventId,
  );
  const candidates = sameId.length > 0 ? sameId : nearest;
  // Streams that were opened one after the other send their first requests in that order; how long each waits
  // before it connects again is its own affair.
  const reconnecting = candidates.filter((one) => one.exchange.number > 1);
  return { waiting: candidates[0]!, certain: candidates.length === 1 || reconnecting.length === 0 };
}

function fits(request: HttpRequest, { stream, exchange, lastUrl }: Waiting): boolean {
  if (stream.session !== request.session) return false;
  if (stream.frameId !== request.frameId && request.frameId !== UNKNOWN_FRAME) return false;
  if (stream.method.toUpperCase() !== request.method.toUpperCase()) return false;
  const url = withoutFragment(request.url);
  if (url !== withoutFragment(stream.url) && url !== withoutFragment(lastUrl)) return false;
  if (request.startedAt < exchange.startedAt - CLOCK_SLACK) return false;
  // What has been answered or has ended was sent before that.
  return (
    request.startedAt <=
    Math.min(exchange.respondedAt ?? Infinity, exchange.endedAt ?? Infinity) + CLOCK_SLACK
  );
}

/** The stream that was recorded from the wire, and is the one that a page now tells of. */
export function matchUnclaimed(
  streams: readonly Stream[],
  opened: { at: number; method: string; url: string; frameId: number; late: boolean },
): Stream | undefined {
  if (opened.late) return undefined;
  const url = withoutFragment(opened.url);
  return streams.find(
    (stream) =>
      (stream.frameId === opened.frameId || stream.frameId === UNKNOWN_FRAME) &&
      stream.method.toUpperCase() === opened.method.toUpperCase() &&
      withoutFragment(stream.url) === url &&
      Math.abs(stream.openedAt - opened.at) <= CLOCK_SLACK,
  );
}

export function withoutFragment(url: string): string {
  const at = url.indexOf('#');
  return at < 0 ? url : url.slice(0, at);
}
