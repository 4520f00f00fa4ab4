import type { HttpRequest } from '../../shared/store/schema.ts';
import type { Live } from './ledger.ts';
import { isLate, RESOLUTION } from './waiting.ts';

/**
 * A stream sends its first request at once: where it was opened before this life of the background, and the request came
 * after that, the life before has seen another one, and was killed with it.
 */
export function lostItsRequest(request: HttpRequest, { stream, exchange }: Live, since: number): boolean {
  if (exchange.number > 1 || isLate({ stream, exchange }) || request.late || request.method === '')
    return false;
  return exchange.startedAt < since && request.startedAt > since + RESOLUTION;
}
