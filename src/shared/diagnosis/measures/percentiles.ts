import { type ClockJump, elapsed } from '../../session/clockJumps.ts';

/**
 * The p-th percentile of numbers in ascending order, by the nearest rank; NaN of none.
 *
 * @param p - 0 … 100
 */
export function percentile(ascending: ArrayLike<number>, p: number): number {
  if (ascending.length === 0) return Number.NaN;
  const rank = Math.ceil((p / 100) * ascending.length);
  return ascending[Math.min(Math.max(rank, 1), ascending.length) - 1]!;
}

/** A copy in ascending order. */
export function ascending(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}

export function median(values: Iterable<number>): number {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * How far values stray from their median, in the unit of the values: the median absolute deviation times 1.4826, which
 * for a normal distribution is its standard deviation, and which a few outliers do not move.
 */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}

/** Times between moments that followed each other, ms, without jumps of the clock: one less than there are moments. */
export function distances(moments: ArrayLike<number>, jumps: readonly ClockJump[]): number[] {
  const result: number[] = [];
  for (let i = 1; i < moments.length; i++) result.push(elapsed(moments[i - 1]!, moments[i]!, jumps));
  return result;
}
