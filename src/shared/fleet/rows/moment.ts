const DAY = 86_400_000;
/** The end of 2261: engines that count in 64 bits know no later moment in every unit. */
const LATEST = 9_214_646_399_999;

/** A moment that every engine takes, ms since the epoch. */
export function moment(time: number): number {
  return Math.min(Math.max(time, 0), LATEST);
}

/** The same, where there may be none. */
export function momentOrNull(time: number | undefined): number | null {
  return time === undefined ? null : moment(time);
}

/** Its day in UTC, days since the epoch. */
export function dayOf(time: number): number {
  return Math.floor(moment(time) / DAY);
}
