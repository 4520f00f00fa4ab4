import { ascending } from '../../shared/diagnosis/measures/percentiles.ts';
import { type Stall, stallThreshold } from '../../shared/diagnosis/measures/stalls.ts';
import type { ClockJump } from '../../shared/session/clockJumps.ts';
import type { StreamIndex } from './streamIndex.ts';

/** Where a stream fell silent, and from how much silence on it does. */
export interface Stalls {
  stalls: Stall[];
  /** ms; undefined where too little has come to know. */
  threshold: number | undefined;
}

/** More silences than that are not sorted: the last ones say what is usual. */
const MOST_SILENCES = 20_000;
/** A stream that stalls more often than that stalls always: the last ones are told. */
const MOST_STALLS = 500;

/**
 * The stalls of a stream: unusual silence between two entries of one exchange. Silence between exchanges is a gap, and in
 * a jump of the clock no time passed.
 */
export function stallsOf(index: StreamIndex, jumps: readonly ClockJump[] = []): Stalls {
  const starts = new Set(index.exchangeStarts.map(({ first }) => first));
  const from = Math.max(1, index.length - MOST_SILENCES);
  const silences: number[] = [];
  for (let n = from; n < index.length; n++) if (!starts.has(n)) silences.push(index.elapsed(n, jumps)!);
  const threshold = stallThreshold(ascending(silences));
  const stalls: Stall[] = [];
  if (threshold !== undefined) {
    for (let n = index.length - 1; n >= 1 && stalls.length < MOST_STALLS; n--) {
      if (index.elapsed(n, jumps)! < threshold || starts.has(n)) continue;
      stalls.push({ from: index.at(n - 1), to: index.at(n) });
    }
  }
  return { stalls: stalls.reverse(), threshold };
}
