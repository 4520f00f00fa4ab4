import type { HttpRequest } from '../../shared/store/schema.ts';
import { isOfWire, isSameMethod, withoutFragment } from './sameAddress.ts';
import { isLate, type Waiting } from './waiting.ts';

/**
 * A document that has been told that it goes may still connect again: Firefox lets it run for a while on a busy machine.
 * At most so long, ms.
 */
export const GOES_WITHIN = 5000;

/** Chromium's debugger does not say which frame a request is of: of any, or of one below the main frame. */
export const UNKNOWN_FRAME = -2;
export const CHILD_FRAME = -3;

export function isOfFrame(request: HttpRequest, waiting: Waiting): boolean {
  const { frameId } = waiting.stream;
  if (request.frameId === UNKNOWN_FRAME) return true;
  if (request.frameId === CHILD_FRAME) return frameId !== 0 && isOfDocument(request, waiting);
  return frameId === request.frameId;
}

export function isOfDocument({ documentUrl }: HttpRequest, { stream }: Waiting): boolean {
  return withoutFragment(stream.documentUrl) === withoutFragment(documentUrl);
}

/**
 * @param tolerance - how far the clocks may be apart, ms
 * @param going - how long a document may go on after it has reported that it goes, ms
 */
export function fits(
  request: HttpRequest,
  { stream, exchange, lastUrl }: Waiting,
  tolerance: number,
  going: number,
): boolean {
  if (stream.session !== request.session) return false;
  if (!isSameMethod(stream.method, request.method)) return false;
  // The debugger says for certain what sent it; headers do not.
  if (isOfWire(request) && request.transport !== stream.transport) return false;
  const url = withoutFragment(request.url);
  if (url !== withoutFragment(stream.url) && url !== withoutFragment(lastUrl)) return false;
  // What was open when recording began was sent before that; what was connecting, until it was answered.
  if (isLate({ stream, exchange })) {
    const answered = Math.min(exchange.respondedAt ?? Infinity, exchange.endedAt ?? Infinity);
    const isReconnecting = stream.transport === 'EventSource';
    const until = isReconnecting ? Math.max(exchange.startedAt, answered) : exchange.startedAt;
    return request.startedAt <= until + tolerance && !isOverBefore(request, exchange.startedAt - tolerance);
  }
  if (request.startedAt < exchange.startedAt - tolerance) return false;
  // What has been answered or has ended was sent before that.
  const ended = (exchange.endedAt ?? Infinity) + (exchange.end === 'unload' ? going : 0);
  const over = Math.min(exchange.respondedAt ?? Infinity, ended);
  return request.startedAt <= over + tolerance;
}

function isOverBefore({ held }: HttpRequest, time: number): boolean {
  return held.some((fact) => fact.type === 'RequestEnded' && fact.at < time);
}
