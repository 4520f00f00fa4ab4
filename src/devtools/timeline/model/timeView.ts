import type { TimeRange } from '../../data/timeRange.ts';

/** Nothing is smaller than that on the timeline, ms. */
export const LEAST_SPAN = 1;

/** Zooms around a moment that keeps its place; stays within `whole`. A factor below 1 zooms in. */
export function zoom(view: TimeRange, whole: TimeRange, at: number, factor: number): TimeRange {
  const span = Math.min(Math.max((view.to - view.from) * factor, LEAST_SPAN), whole.to - whole.from);
  const part = (at - view.from) / (view.to - view.from || 1);
  return within({ from: at - part * span, to: at + (1 - part) * span }, whole);
}

/** Moves by ms; stays within `whole`. */
export function pan(view: TimeRange, whole: TimeRange, by: number): TimeRange {
  return within({ from: view.from + by, to: view.to + by }, whole);
}

/** The same span, moved as little as it takes to lie within `whole`, cut when it is longer. */
export function within(view: TimeRange, whole: TimeRange): TimeRange {
  const span = Math.min(view.to - view.from, whole.to - whole.from);
  const from = Math.min(Math.max(view.from, whole.from), whole.to - span);
  return { from, to: from + span };
}

/** A view that shows a range with room around it. */
export function showing({ from, to }: TimeRange, whole: TimeRange): TimeRange {
  const room = Math.max((to - from) * 0.5, 50);
  return within({ from: from - room, to: to + room }, whole);
}

/** Steps that read well, ms. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000].concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * 60_000),
);

/** Times for the labels of an axis, at most one for `room` px. */
export function axisTimes(
  { from, to }: TimeRange,
  width: number,
  room = 90,
): { step: number; times: number[] } {
  const least = ((to - from) / Math.max(width, 1)) * room;
  const step = STEPS.find((one) => one >= least) ?? STEPS.at(-1)! * Math.ceil(least / STEPS.at(-1)!);
  const times: number[] = [];
  // Round times of the local day, not of that in Greenwich.
  const offset = new Date(from).getTimezoneOffset() * 60_000;
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= to; at += step) times.push(at);
  return { step, times };
}
