import { percentile } from './percentiles.ts';

/** A time without a sign of life in a connection that was open. */
export interface Stall {
  /** Arrival of the entry before it, ms since the epoch. */
  from: number;
  /** Arrival of the entry after it; undefined while it lasts. */
  to: number | undefined;
}

/** Silence is unusual when it is so many times as long as 95 % of the silences in the stream … */
const TIMES = 4;
/** … and long enough for a person to notice, ms. */
const LEAST = 1000;
/** With fewer entries nobody knows what is usual. */
const LEAST_ENTRIES = 8;

/**
 * Silence from which on a stream stalls, ms; undefined where too little has come to know.
 *
 * @param silences - ascending: times between neighbouring entries of one connection, ms
 */
export function stallThreshold(silences: ArrayLike<number>): number | undefined {
  if (silences.length + 1 < LEAST_ENTRIES) return undefined;
  return Math.max(LEAST, TIMES * percentile(silences, 95));
}
