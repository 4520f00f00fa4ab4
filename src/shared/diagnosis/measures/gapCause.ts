import { endedAt } from '../../session/exchangeTimes.ts';
import { hasOtherType } from '../../session/hasOtherType.ts';
import { headerOf } from '../../session/headerOf.ts';
import { outcomeOf } from '../../session/outcome.ts';
import type { Mark } from '../../session/types.ts';
import { type Connection, refusedCharset, wasNeverSent } from './connection.ts';

/**
 * Why a connection was over: the server ended it (`end`), the network failed (`network`), the answer was none that a
 * client takes (`status`, `type`), the page closed it (`page`) or went away (`unload`), the browser froze the page
 * (`frozen`), the browser refused it before it was sent (`unsent`), the client was off line (`offline`). `lost`: an end or
 * a failure, which the page alone cannot tell apart.
 */
export type GapCause =
  | 'end'
  | 'network'
  | 'status'
  | 'type'
  | 'page'
  | 'unload'
  | 'frozen'
  | 'unsent'
  | 'offline'
  | 'lost';

export function endOf({ exchange, columns }: Connection): number {
  return endedAt(exchange) ?? columns.chunkTimes.at(-1) ?? exchange.startedAt;
}

/** Between a break and the mark that says that the client was off line: before, and after it, ms. */
const OFFLINE_BEFORE = 1000;
const OFFLINE_AFTER = 5000;
const OFFLINE_ERRORS = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|NS_ERROR_OFFLINE/;

/**
 * Why a connection that is over is over.
 *
 * @param marks - of the page: a freeze, or being off line, explains a loss
 */
export function causeOf(connection: Connection, marks: readonly Mark[]): GapCause {
  const { exchange, columns } = connection;
  const { end, http } = exchange;
  const reason = outcomeOf(exchange)?.reason;
  if (reason === 'unload' || reason === 'status') return reason;
  const from = columns.chunkTimes.at(-1) ?? exchange.startedAt;
  const to = endOf(connection);
  if (marks.some(({ kind, at }) => kind === 'freeze' && at >= from && at <= to)) return 'frozen';
  if (reason === 'page') return reason;
  // The browser drops such a response, and may call that a failure.
  if (exchange.status === 200 && !isStream(connection)) return 'type';
  if (wasNeverSent(connection)) return 'unsent';
  const isOffline = ({ kind, at }: Mark) =>
    kind === 'offline' && at >= to - OFFLINE_BEFORE && at <= to + OFFLINE_AFTER;
  if (end !== 'end' && (OFFLINE_ERRORS.test(http?.error ?? '') || marks.some(isOffline))) return 'offline';
  if (reason === 'failed') return connection.transport === 'EventSource' ? 'lost' : 'network';
  return reason ?? 'lost';
}

function isStream(connection: Connection): boolean {
  const { headers, http } = connection.exchange;
  if (hasOtherType(connection.exchange)) return false;
  // Chromium drops it, and calls that an abort; Firefox reads on.
  const type = headerOf(headers, 'content-type') ?? '';
  return !(refusedCharset(type) && http?.error && connection.columns.all.bytes === 0);
}

/** The browser's name of the failure, the status, or the type that came instead. */
export function detailOf(connection: Connection): string {
  const { status, http, headers, error } = connection.exchange;
  if (status !== undefined && status !== 0 && status !== 200) return String(status);
  if (status === 200 && !isStream(connection)) return headerOf(headers, 'content-type') || 'no Content-Type';
  if (http?.error) return http.error;
  return error ?? '';
}
