import { type ClockJump, elapsed } from '../../session/clockJumps.ts';
import { beganAt, endedAt } from '../../session/exchangeTimes.ts';
import type { Exchange } from '../../session/types.ts';
import { EntryKind } from '../../sse/types.ts';
import type { ExchangeColumns } from './columns.ts';
import { ascending, distances, percentile } from './percentiles.ts';

/** How the bytes of one connection came. All lengths of time in ms. */
export interface Arrival {
  /** Time between the last events that follow each other; NaN with fewer than two. */
  between: { p50: number; p95: number; p99: number; max: number };
  /** From the request to the first byte of the body; undefined when there is none. */
  firstByte: number | undefined;
  /** From the request to the first event. */
  firstEvent: number | undefined;
  /** The longest time without a byte, between two chunks or before the end; 0 when there was none. */
  longestSilence: number;
  /** From the last byte to the end of the connection, or to `now` while it is open. */
  silenceAtEnd: number;
}

/** ms from the last byte of a connection to its end, or to `now` while it is open; 0 where no byte came. */
export function silenceAtEnd(
  exchange: Exchange,
  { chunkTimes }: ExchangeColumns,
  now: number,
  jumps: readonly ClockJump[] = [],
): number {
  const last = chunkTimes.at(-1);
  return last === undefined ? 0 : elapsed(last, endedAt(exchange) ?? now, jumps);
}

/** @param jumps - of the clock: no time passed in them */
export function arrivalOf(
  exchange: Exchange,
  columns: ExchangeColumns,
  now: number,
  jumps: readonly ClockJump[] = [],
): Arrival {
  const events: number[] = [];
  columns.kinds.forEach((kind, i) => {
    if (kind === EntryKind.event) events.push(columns.times[i]!);
  });
  const between = ascending(distances(events, jumps));
  const begin = beganAt(exchange);
  const { firstChunk, firstEventAt, silences } = columns.all;
  const atEnd = silenceAtEnd(exchange, columns, now, jumps);
  return {
    between: {
      p50: percentile(between, 50),
      p95: percentile(between, 95),
      p99: percentile(between, 99),
      max: percentile(between, 100),
    },
    firstByte: firstChunk ? elapsed(begin, firstChunk.time, jumps) : undefined,
    firstEvent: firstEventAt === undefined ? undefined : elapsed(begin, firstEventAt, jumps),
    longestSilence: silences.reduce((most, { from, to }) => Math.max(most, elapsed(from, to, jumps)), atEnd),
    silenceAtEnd: atEnd,
  };
}
