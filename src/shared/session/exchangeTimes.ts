import type { ExchangeOutline } from './exchangeOutline.ts';
import type { Exchange, HttpSide } from './types.ts';

type Began = Pick<Exchange, 'startedAt'> & { http?: Pick<HttpSide, 'requestedAt'> | undefined };
type Ended = Pick<Exchange, 'endedAt' | 'end'> & { http?: Pick<HttpSide, 'completedAt'> | undefined };
type Times = Pick<
  ExchangeOutline,
  'startedAt' | 'respondedAt' | 'firstAt' | 'lastAt' | 'endedAt' | 'end' | 'status' | 'http'
>;

/** When its request went out, ms since the epoch. Where the HTTP layer did not see it, when the page began. */
export function beganAt({ http, startedAt }: Began): number {
  return http?.requestedAt ?? startedAt;
}

/** When its response had begun, ms since the epoch: at the latest with its first bytes. Undefined where neither was seen. */
export function answeredBy({
  respondedAt,
  firstAt,
}: Pick<Exchange, 'respondedAt' | 'firstAt'>): number | undefined {
  return respondedAt ?? firstAt;
}

/** When it became an open stream, ms since the epoch; undefined where it did not: it waits, was refused, or failed before. */
export function openedAt({ respondedAt, firstAt, status, http }: Times): number | undefined {
  if (status !== undefined && status !== 0 && status !== 200) return undefined;
  return respondedAt ?? (http?.error ? undefined : firstAt);
}

/**
 * When it was over, ms since the epoch; undefined while it lasts. Who ends it knows it best: the page, where that closed the
 * stream, aborted it or went away; otherwise the HTTP layer, since a busy page hears of an end late.
 */
export function endedAt(exchange: Ended): number | undefined {
  const ofHttp = exchange.http?.completedAt;
  return endedByPage(exchange) ? (exchange.endedAt ?? ofHttp) : (ofHttp ?? exchange.endedAt);
}

export function isOver(exchange: Ended): boolean {
  return endedAt(exchange) !== undefined;
}

/** The last moment that is known of it, ms since the epoch: its end, or its last sign of life. */
export function knownUntil(exchange: Times): number {
  return endedAt(exchange) ?? exchange.lastAt ?? answeredBy(exchange) ?? beganAt(exchange);
}

/** The page closed it or gave it up, or it went with the page. */
export function endedByPage({ end }: Pick<Exchange, 'end'>): boolean {
  return end === 'close' || end === 'abort' || end === 'cancel' || end === 'unload';
}
