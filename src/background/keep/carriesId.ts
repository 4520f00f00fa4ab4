import type { HttpRequest } from '../../shared/store/schema.ts';
import { isHeard, isLate, RESOLUTION, type Waiting } from './waiting.ts';

/**
 * "If the EventSource object's last event ID string is not the empty string, then: … set (`Last-Event-ID`,
 * lastEventIDValue) in request's header list": the first request carries none, later ones what the page was given last.
 *
 * A reconnection without an ID looks like the request of another stream that the page has not reported yet: it is taken
 * when the page has reported how it went.
 */
export function maySayId({ lastEventId, headersKnown }: HttpRequest, { stream, exchange }: Waiting): boolean {
  if (stream.transport !== 'EventSource' || !headersKnown) return true;
  if (lastEventId === '') return exchange.lastEventIdBefore === '';
  return exchange.number > 1 || stream.openedBeforeRecording;
}

export function saysItsId(request: HttpRequest, waiting: Waiting): boolean {
  const { stream, exchange } = waiting;
  if (stream.transport !== 'EventSource') return true;
  // It may have waited to connect again when recording began: this would be its next connection, or a later one.
  if (isLate(waiting) && request.startedAt > exchange.startedAt + RESOLUTION && !isHeard(waiting))
    return false;
  const { lastEventId, headersKnown } = request;
  if (!headersKnown) {
    // Those of one that was noticed by its response do not come any more.
    const isNoticed = request.late && exchange.respondedAt !== undefined;
    return exchange.number === 1 && (stream.openedBeforeRecording || isNoticed === true);
  }
  if (exchange.number === 1) return maySayId(request, waiting);
  if (lastEventId !== '' && lastEventId === exchange.lastEventIdBefore) return true;
  if (lastEventId === '' && exchange.lastEventIdBefore !== '') return false;
  return isHeard(waiting);
}
