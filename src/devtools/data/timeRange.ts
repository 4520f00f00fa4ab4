/** A stretch of time, ms since the epoch. */
export interface TimeRange {
  from: number;
  to: number;
}
