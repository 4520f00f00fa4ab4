import type { TimeRange } from '../../data/timeRange.ts';
import type { Lane, LaneSpan } from './lane.ts';
import { spanText } from './laneWords.ts';

/** What is worth jumping to. */
export interface Trouble {
  kind: 'gap' | 'stall' | 'error';
  from: number;
  to: number;
  stream: string;
  text: string;
}

/** How many gaps, stalls and errors there are in all lanes. */
export function countTroubles(lanes: readonly Lane[]): number {
  return lanes.reduce((sum, { gaps, errors, present }) => sum + gaps + errors + present.length, 0);
}

/** Gaps, stalls and errors of all lanes, by time. */
export function troublesOf(lanes: readonly Lane[], now: number): Trouble[] {
  return lanes.flatMap((lane) => latestTroubles(lane, Infinity, now)).sort((a, b) => a.from - b.from);
}

/** The last gaps, stalls and errors of a lane, by time: at most `count`. */
export function latestTroubles(
  { streams, spans, present, points, jumps }: Lane,
  count: number,
  now: number,
): Trouble[] {
  const stream = streams.at(-1)!.id;
  const isTrouble = ({ kind }: LaneSpan) => kind === 'gap' || kind === 'stall';
  const silent = [...lastOf(spans, isTrouble, count), ...lastOf(present, isTrouble, count)].map(
    (span): Trouble => {
      const { kind, from, to = now } = span;
      return { kind: kind as 'gap' | 'stall', from, to, stream, text: spanText(span, now, jumps) };
    },
  );
  const failed = lastOf(points, ({ kind }) => kind === 'error', count).map(
    ({ at, detail }): Trouble => ({ kind: 'error', from: at, to: at, stream, text: detail }),
  );
  const troubles = silent.concat(failed).sort((a, b) => a.from - b.from);
  return count < troubles.length ? troubles.slice(-count) : troubles;
}

/** The last ones of a list that are wanted, at most `count`, in their order. */
function lastOf<T>(list: readonly T[], wanted: (one: T) => boolean, count: number): T[] {
  const found: T[] = [];
  for (let i = list.length - 1; i >= 0 && found.length < count; i--) {
    if (wanted(list[i]!)) found.push(list[i]!);
  }
  return found.reverse();
}

/**
 * What to jump to: the one after (or before) that which was jumped to last, while that is in view; else after the middle
 * of the view; the first (or last) one where everything is in view.
 */
export function nextTrouble(
  troubles: readonly Trouble[],
  step: 1 | -1,
  view: TimeRange,
  whole: TimeRange,
  last: Trouble | undefined,
): Trouble | undefined {
  const everything = view.from <= whole.from && view.to >= whole.to;
  const known = troubles.findIndex(
    (one) => one.kind === last?.kind && one.from === last.from && one.stream === last.stream,
  );
  const center = ({ from, to }: TimeRange) => (from + to) / 2;
  if (known >= 0 && center(troubles[known]!) >= view.from && center(troubles[known]!) <= view.to) {
    return troubles[known + step];
  }
  if (everything) return step > 0 ? troubles[0] : troubles.at(-1);
  const middle = center(view);
  return step > 0
    ? troubles.find((one) => center(one) > middle)
    : troubles.findLast((one) => center(one) < middle);
}
