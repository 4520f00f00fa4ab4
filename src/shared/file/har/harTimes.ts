import { type Fields, fieldsOf, nearestTime, numberOr, timeOr } from '../source/untrusted.ts';

/** When an entry was asked for, answered, and over, ms since the epoch. */
export interface HarTimes {
  startedAt: number;
  respondedAt: number;
  /** Undefined while it lasted. */
  endedAt: number | undefined;
}

/**
 * @param isOwn - ours says when it ended, if it had; of others' nobody knows whether it had
 * @param openedAt - of its stream
 */
export function timesOf(entry: Fields, extra: Fields, isOwn: boolean, openedAt: number): HarTimes {
  const timings = fieldsOf(entry.timings);
  const began = timeOr(entry.startedDateTime, openedAt);
  const startedAt = timeOr(extra.startedAt, began);
  const lasted = nearestTime(began + Math.max(0, numberOr(entry.time, 0)));
  const endedAt = timeOr(extra.endedAt, isOwn ? undefined : lasted);
  const wait = ['blocked', 'dns', 'connect', 'send', 'wait'].reduce(
    (sum, one) => sum + Math.max(0, numberOr(timings[one], 0)),
    0,
  );
  const respondedAt = timeOr(extra.respondedAt, Math.min(began + wait, endedAt ?? lasted));
  return { startedAt, respondedAt, endedAt };
}
