import { type Histogram, histogramOf } from '../../shared/diagnosis/measures/histogram.ts';
import { ascending, percentile } from '../../shared/diagnosis/measures/percentiles.ts';
import { type ClockJump, elapsed } from '../../shared/session/clockJumps.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { StreamIndex } from './streamIndex.ts';

/** Percentiles of a measure; NaN where there is nothing to measure. */
export interface Spread {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Numbers about the entries of one stream, or of all streams of a session. */
export interface Statistics {
  entries: number;
  events: number;
  comments: number;
  problems: number;
  /** Events and their bytes of data, the most frequent type first. */
  types: { type: string; events: number; bytes: number }[];
  /** Time between neighbouring events of one stream, ms. */
  between: Spread;
  betweenHistogram: Histogram;
  /** Bytes of data of an event. */
  size: Spread;
  sizeHistogram: Histogram;
  /** Events in equal spans of time. */
  rate: { from: number; span: number; counts: number[] } | undefined;
}

const RATE_SPANS = 120;
/** Differences are told from 0.1 ms on, sizes from a byte. */
const LEAST_BETWEEN = 0.1;

/**
 * Numbers about streams, each by its columns.
 *
 * @param jumps - of the clock: no time passed in them
 */
export function statisticsOf(indexes: readonly StreamIndex[], jumps: readonly ClockJump[] = []): Statistics {
  const kinds = [0, 0, 0, 0, 0];
  const types = new Map<string, { events: number; bytes: number }>();
  const between: number[] = [];
  const sizes: number[] = [];
  let first = Infinity;
  let last = -Infinity;
  for (const index of indexes) {
    const perType = index.types.map(() => ({ events: 0, bytes: 0 }));
    let before = Number.NaN;
    for (let n = 0; n < index.length; n++) {
      const kind = index.kinds.at(n);
      kinds[kind]!++;
      if (kind !== EntryKind.event) continue;
      const time = index.times.at(n);
      const read = index.at(n);
      const size = index.sizes.at(n);
      const type = perType[index.typeOf.at(n)]!;
      type.events++;
      type.bytes += size;
      sizes.push(size);
      if (!Number.isNaN(before)) between.push(elapsed(before, read, jumps));
      before = read;
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    perType.forEach((counts, i) => {
      if (counts.events === 0) return;
      const known = types.get(index.types[i]!);
      if (known) {
        known.events += counts.events;
        known.bytes += counts.bytes;
      } else types.set(index.types[i]!, counts);
    });
  }
  return {
    entries: kinds.reduce((sum, count) => sum + count, 0),
    events: kinds[EntryKind.event]!,
    comments: kinds[EntryKind.comment]!,
    problems: kinds[EntryKind.problem]! + kinds[EntryKind.incomplete]!,
    types: [...types]
      .map(([type, counts]) => ({ type, ...counts }))
      .sort((a, b) => b.events - a.events || (a.type < b.type ? -1 : 1)),
    between: spreadOf(between),
    betweenHistogram: histogramOf(between, LEAST_BETWEEN),
    size: spreadOf(sizes),
    sizeHistogram: histogramOf(sizes, 1),
    rate: rateOf(indexes, first, last),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = ascending(values);
  return {
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
    max: percentile(sorted, 100),
  };
}

function rateOf(indexes: readonly StreamIndex[], first: number, last: number): Statistics['rate'] {
  if (!(last > first)) return undefined;
  const span = Math.max(1, (last - first) / RATE_SPANS);
  const counts = Array.from({ length: Math.min(RATE_SPANS, Math.ceil((last - first) / span)) }, () => 0);
  for (const index of indexes) {
    for (let n = 0; n < index.length; n++) {
      if (index.kinds.at(n) !== EntryKind.event) continue;
      const at = Math.floor((index.times.at(n) - first) / span);
      counts[Math.min(at, counts.length - 1)]!++;
    }
  }
  return { from: first, span, counts };
}
