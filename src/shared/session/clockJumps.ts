import type { Mark } from './types.ts';

/** The wall clock went on by more, or less, than the time that passed: it was set, or the machine slept. */
export interface ClockJump {
  /** The first moment after it, as the clock then said, ms since the epoch. */
  at: number;
  /** ms by which it went too far; negative where it was set back. */
  by: number;
}

/** More jumps than that are not told apart: the last ones count. */
const MOST_JUMPS = 1000;

/** The jumps of the clock that marks of the kind `clock` tell of, by time. What is no number of ms is none. */
export function clockJumps(marks: readonly Mark[]): ClockJump[] {
  return marks
    .filter(({ kind, detail }) => kind === 'clock' && /^-?\d{1,15}$/.test(detail))
    .map(({ at, detail }) => ({ at, by: Number(detail) }))
    .filter(({ by }) => by !== 0)
    .slice(-MOST_JUMPS);
}

/**
 * The time that passed between two moments of the wall clock, ms, without its jumps: never less than 0.
 *
 * A jump ahead leaves out the times before `at`: no moment lies in them, so it came between moments on both sides. A jump
 * back lets times come twice. It came between the moments where the later one reads earlier, or where both lie outside of
 * the times that came twice; otherwise nobody knows, and the shorter time is taken.
 *
 * @param from - the moment that came first, whatever the clock said
 */
export function elapsed(from: number, to: number, jumps: readonly ClockJump[]): number {
  let time = to - from;
  for (const { at, by } of jumps) {
    if (by > 0) {
      const leftOut = at - by / 2;
      if (from < leftOut && to > leftOut) time -= by;
    } else if ((from < at && to > at - by) || (to < from && to >= at && from <= at - by)) time -= by;
  }
  return Math.max(0, time);
}

/** Times since the first of several moments that followed each other, ms, without the jumps of the clock. */
export function withoutJumps(moments: ArrayLike<number>, jumps: readonly ClockJump[]): Float64Array {
  const times = new Float64Array(moments.length);
  for (let i = 1; i < moments.length; i++) {
    times[i] = times[i - 1]! + elapsed(moments[i - 1]!, moments[i]!, jumps);
  }
  return times;
}
