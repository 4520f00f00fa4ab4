import { EntryKind } from '../../sse/types.ts';
import { type ClockJump, elapsed } from '../clock.ts';
import type { Exchange } from '../types.ts';
import type { ExchangeColumns } from './columns.ts';
import { ascending, distances, percentile } from './statistics.ts';

/** How the bytes of one connection came. All lengths of time in ms. */
export interface Arrival {
  /** Time between events that follow each other; NaN with fewer than two. */
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
  const begin = exchange.http?.requestedAt ?? exchange.startedAt;
  const { chunkTimes } = columns;
  const end = exchange.http?.completedAt ?? exchange.endedAt ?? now;
  const last = chunkTimes.at(-1);
  const silenceAtEnd = last === undefined ? 0 : elapsed(last, end, jumps);
  return {
    between: {
      p50: percentile(between, 50),
      p95: percentile(between, 95),
      p99: percentile(between, 99),
      max: percentile(between, 100),
    },
    firstByte: chunkTimes.length > 0 ? elapsed(begin, chunkTimes[0]!, jumps) : undefined,
    firstEvent: events.length > 0 ? elapsed(begin, events[0]!, jumps) : undefined,
    longestSilence: distances(chunkTimes, jumps).reduce((most, one) => Math.max(most, one), silenceAtEnd),
    silenceAtEnd,
  };
}
