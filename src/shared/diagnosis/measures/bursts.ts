import { type ClockJump, elapsed } from '../../session/clockJumps.ts';
import { EntryKind } from '../../sse/types.ts';
import type { ExchangeColumns } from './columns.ts';
import { median } from './percentiles.ts';

/** Events that came together, again and again at the same distance. Lengths of time in ms. */
export interface Bursts {
  count: number;
  /** Median of the distance from the beginning of one to that of the next. */
  period: number;
  eventsPerBurst: number;
  /** When each began, ms since the epoch. */
  starts: number[];
}

/** Events that follow each other so closely came together, ms. */
const TOGETHER = 20;
const LEAST_BURSTS = 5;
const LEAST_EVENTS = 5;
const LEAST_PERIOD = 200;
/** Distances of a timer differ by no more than this part of them. */
const REGULAR = 0.05;

/** Bursts by a timer: five or more, 200 ms or more apart, whose distances differ by at most 5 %, of five events on average. */
export function findBursts(
  { kinds, times }: ExchangeColumns,
  jumps: readonly ClockJump[],
): Bursts | undefined {
  const starts: number[] = [];
  let events = 0;
  let before: number | undefined;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] !== EntryKind.event) continue;
    const time = times[i]!;
    if (before === undefined || elapsed(before, time, jumps) > TOGETHER) starts.push(time);
    before = time;
    events++;
  }
  if (starts.length < LEAST_BURSTS || events / starts.length < LEAST_EVENTS) return undefined;
  const distances = starts.slice(1).map((start, i) => elapsed(starts[i]!, start, jumps));
  const period = median(distances);
  if (period < LEAST_PERIOD || distances.some((one) => Math.abs(one - period) > period * REGULAR))
    return undefined;
  return { count: starts.length, period, eventsPerBurst: events / starts.length, starts };
}
