import type { ClockJump } from '../../session/clockJumps.ts';
import { EntryKind } from '../../sse/types.ts';
import type { ExchangeColumns } from './columns.ts';
import { distances as distancesOf, median, spread } from './percentiles.ts';

/** A regular sign of life in a stream. All lengths of time in ms. */
export interface Heartbeat {
  /** `comment`, or the type of the event that comes so regularly. */
  by: { kind: 'comment' } | { kind: 'event'; type: string };
  beats: number;
  /** Median of the time between two beats. */
  period: number;
  /** Spread of that time around its median (1.4826 × median absolute deviation), missed beats left out. */
  jitter: number;
  /** Beats that did not come, and when each was due (ms since the epoch). */
  missed: number[];
  /** Time of the last one, ms since the epoch. */
  lastAt: number;
  /** When each came, ms since the epoch. */
  times: number[];
}

/** Fewer beats say nothing about a rhythm. */
const LEAST_BEATS = 4;
/** A beat may come so much earlier or later than its time, as a part of the period … */
const TOLERANCE = 0.3;
/** … and so many of them must, for the rhythm to be one. */
const REGULAR = 0.8;
/** After so many missing beats in a row it is no missed beat any more, but silence. */
const MOST_MISSED = 5;
/** Faster than this, ms, it is a stream of data that happens to be even. */
const LEAST_PERIOD = 100;

/**
 * The rhythm in a list of times, if there is one: of the distances between neighbours, at least 80 % are one to five
 * times the median, give or take 30 % of it. Several times the median are missed beats.
 *
 * @param times - in their order, ms
 * @param jumps - of the clock: no time passed in them
 */
export function rhythmOf(
  times: ArrayLike<number>,
  jumps: readonly ClockJump[] = [],
): Omit<Heartbeat, 'by'> | undefined {
  if (times.length < LEAST_BEATS) return undefined;
  const distances = distancesOf(times, jumps);
  const period = median(distances);
  if (!(period >= LEAST_PERIOD)) return undefined;
  const single: number[] = [];
  const missed: number[] = [];
  let regular = 0;
  distances.forEach((distance, i) => {
    const beats = Math.round(distance / period);
    if (beats < 1 || beats > 1 + MOST_MISSED) return;
    if (Math.abs(distance - beats * period) > TOLERANCE * period) return;
    regular++;
    if (beats === 1) single.push(distance);
    for (let beat = 1; beat < beats; beat++) missed.push(times[i]! + (beat * distance) / beats);
  });
  // A missed beat belongs to the rhythm; most of it has to be there, though.
  if (regular / distances.length < REGULAR || single.length < distances.length / 2) return undefined;
  return {
    beats: times.length,
    period,
    jitter: spread(single),
    missed,
    lastAt: times[times.length - 1]!,
    times: Array.from(times),
  };
}

/**
 * The heartbeat of a connection: its comments, where they have a rhythm; otherwise the event type with the least jitter
 * for its period, where one has.
 */
export function findHeartbeat(
  columns: ExchangeColumns,
  jumps: readonly ClockJump[] = [],
): Heartbeat | undefined {
  const comments: number[] = [];
  const byType = new Map<number, number[]>();
  columns.kinds.forEach((kind, i) => {
    if (kind === EntryKind.comment) comments.push(columns.times[i]!);
    else if (kind === EntryKind.event) {
      const type = columns.typeOf[i]!;
      const times = byType.get(type);
      if (times) times.push(columns.times[i]!);
      else byType.set(type, [columns.times[i]!]);
    }
  });
  const rhythm = rhythmOf(comments, jumps);
  if (rhythm) return { by: { kind: 'comment' }, ...rhythm };
  let best: Heartbeat | undefined;
  for (const [type, times] of byType) {
    const found = rhythmOf(times, jumps);
    if (!found || (best && found.jitter / found.period >= best.jitter / best.period)) continue;
    best = { by: { kind: 'event', type: columns.types[type]! }, ...found };
  }
  return best;
}
