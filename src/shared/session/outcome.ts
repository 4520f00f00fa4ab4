import type { ExchangeOutline } from './exchangeOutline.ts';
import { endedByPage, isOver } from './exchangeTimes.ts';
import { hasOtherType } from './hasOtherType.ts';
import type { Exchange } from './types.ts';

/**
 * Why an exchange is over. `status`: answered by a status that is no stream's. `type`: answered by something that is no event
 * stream. `page`: the page closed it or gave it up. `unload`: it went with the page. `network`: the HTTP layer says that it
 * failed. `failed`: the page says so, and nobody saw why. `lost`: an end or a failure, which an `EventSource` does not tell
 * apart. `end`: the server ended it.
 */
export type EndReason = 'status' | 'type' | 'page' | 'unload' | 'network' | 'failed' | 'lost' | 'end';

export interface Outcome {
  reason: EndReason;
  /** Something went wrong. What the page ended is no failure, whatever the browser calls it. */
  isFailed: boolean;
  /** What the browser says of the failure; '' when it says nothing. */
  detail: string;
}

/** How an exchange came out; undefined while it lasts. */
export function outcomeOf(exchange: Exchange | ExchangeOutline): Outcome | undefined {
  const reason = reasonOf(exchange);
  if (!reason) return undefined;
  const isFailed = reason !== 'page' && reason !== 'unload' && reason !== 'end';
  return { reason, isFailed, detail: isFailed ? exchange.http?.error || exchange.error || '' : '' };
}

function reasonOf(exchange: Exchange | ExchangeOutline): EndReason | undefined {
  const { status, http, end } = exchange;
  if (status !== undefined && status !== 0 && status !== 200) return 'status';
  if (end === 'unload') return 'unload';
  if (endedByPage(exchange)) return 'page';
  // A browser drops such a response, and may call that a failure.
  if ('headers' in exchange ? hasOtherType(exchange) : (exchange as ExchangeOutline).otherType) return 'type';
  if (http?.error && !http.aborted) return 'network';
  if (end === 'error') return 'failed';
  if (end === 'disconnect') return 'lost';
  if (!isOver(exchange)) return undefined;
  return http?.aborted && end === undefined ? 'page' : 'end';
}
