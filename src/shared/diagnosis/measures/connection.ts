import { endedByPage } from '../../session/exchangeTimes.ts';
import type { Exchange, Transport } from '../../session/types.ts';
import type { ExchangeColumns } from './columns.ts';

/** One connection of a logical stream, with its columns. */
export interface Connection {
  exchange: Exchange;
  columns: ExchangeColumns;
  transport: Transport;
}

/** Its bytes are known as they came: comments, `retry`, problems, types that nobody hears. */
export function hasBytes({ exchange }: Connection): boolean {
  return exchange.fidelity !== 'events';
}

/** The times of its chunks are those at which they came. */
export function hasChunkTimes(connection: Connection): boolean {
  return hasBytes(connection) && connection.exchange.timesFrom === undefined;
}

/** The times of its events are those at which they came. */
export function hasTimes({ exchange }: Connection): boolean {
  return exchange.timesFrom !== 'estimate';
}

/** The page closed its object while that waited to connect again: nothing was sent. */
export function wasNeverMade({ exchange, columns }: Connection): boolean {
  return (
    !exchange.http &&
    exchange.respondedAt === undefined &&
    columns.chunkTimes.length === 0 &&
    endedByPage(exchange)
  );
}

/** It failed for good, and no layer saw a request or an answer: the browser refused it. */
export function wasNeverSent({ exchange, columns, transport }: Connection): boolean {
  const { http, respondedAt, status, end } = exchange;
  return (
    transport === 'EventSource' &&
    end === 'error' &&
    !http &&
    !status &&
    respondedAt === undefined &&
    columns.chunkTimes.length === 0
  );
}

/** A charset that is not UTF-8; '' where there is none, or where it is UTF-8. */
export function refusedCharset(contentType: string): string {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? '';
  return charset.toLowerCase() === 'utf-8' ? '' : charset;
}
