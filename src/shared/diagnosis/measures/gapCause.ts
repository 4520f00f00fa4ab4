import { headerOf } from '../../session/headerOf.ts';
import type { Exchange, Mark } from '../../session/types.ts';
import { type Connection, endedAt, refusedCharset, wasNeverSent } from './connection.ts';

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
  return exchange.endedAt ?? endedAt(exchange) ?? columns.chunkTimes.at(-1) ?? exchange.startedAt;
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
  const { end, http, status } = exchange;
  if (end === 'unload') return 'unload';
  const from = columns.chunkTimes.at(-1) ?? exchange.startedAt;
  const to = endOf(connection);
  if (marks.some(({ kind, at }) => kind === 'freeze' && at >= from && at <= to)) return 'frozen';
  if (end === 'close' || end === 'abort' || end === 'cancel') return 'page';
  if (status !== undefined && status !== 0 && status !== 200) return 'status';
  // The browser drops such a response, and may call that a failure.
  if (status === 200 && !isStream(connection)) return 'type';
  if (wasNeverSent(connection)) return 'unsent';
  const isOffline = ({ kind, at }: Mark) =>
    kind === 'offline' && at >= to - OFFLINE_BEFORE && at <= to + OFFLINE_AFTER;
  if (end !== 'end' && (OFFLINE_ERRORS.test(http?.error ?? '') || marks.some(isOffline))) return 'offline';
  if (http?.error && !http.aborted) return 'network';
  if (end === 'end') return 'end';
  if (end === 'error' && connection.transport !== 'EventSource') return 'network';
  return 'lost';
}

function isStream(connection: Connection): boolean {
  const { headers, http } = connection.exchange;
  if (headers === undefined || headers.length === 0) return true;
  const type = contentType(headers);
  if (!/^\s*text\/event-stream\s*(;|$)/i.test(type)) return false;
  // Chromium drops it, and calls that an abort; Firefox reads on.
  return !(refusedCharset(type) && http?.error && connection.columns.all.bytes === 0);
}

function contentType(headers: Exchange['headers']): string {
  return headerOf(headers, 'content-type') ?? '';
}

export function detailOf(connection: Connection): string {
  const { status, http, headers, error } = connection.exchange;
  if (status !== undefined && status !== 0 && status !== 200) return String(status);
  if (status === 200 && !isStream(connection)) return contentType(headers) || 'no Content-Type';
  if (http?.error) return http.error;
  return error ?? '';
}
