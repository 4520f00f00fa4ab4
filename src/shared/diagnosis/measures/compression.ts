import { endedAt } from '../../session/exchangeTimes.ts';
import { headerOf } from '../../session/headerOf.ts';
import type { Exchange } from '../../session/types.ts';
import { type Connection, hasChunkTimes } from './connection.ts';
import type { Lumps } from './lumps.ts';

/** Silence after the headers from which on a compressor holds events back, ms. */
const LEAST_SILENCE = 5000;

/** Connections that are looked at, the last ones. */
export const MOST_LOOKED = 20;

/** What is asked of the facts of a stream. */
interface Measures {
  now: number;
  between(from: number, to: number): number;
  lumps(connection: Connection): Lumps;
}

/** How a response is compressed; '' where it is not. */
export function encodingOf({ headers }: Exchange): string {
  const encoding = headerOf(headers, 'content-encoding')?.trim() ?? '';
  return encoding.toLowerCase() === 'identity' ? '' : encoding;
}

/**
 * Whether a compressed response was held back: no byte for five seconds after its headers, or lumps.
 *
 * @returns the silence in ms where nothing came, the lumps where something did
 */
export function heldByCompressor(
  facts: Measures,
  connection: Connection,
): { silence: number } | { lumps: Lumps } | undefined {
  const { exchange, columns } = connection;
  if (encodingOf(exchange) === '' || exchange.status !== 200) return undefined;
  const answered = exchange.respondedAt;
  if (columns.all.events === 0 && columns.all.entries === 0 && answered !== undefined) {
    const silence = facts.between(answered, endedAt(exchange) ?? facts.now);
    return silence >= LEAST_SILENCE ? { silence } : undefined;
  }
  if (!hasChunkTimes(connection)) return undefined;
  const lumps = facts.lumps(connection);
  return lumps.buffered ? { lumps } : undefined;
}
