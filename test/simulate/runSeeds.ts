import { type Outcome, simulate } from './simulate.ts';

/** So many runs share a process in turns: one turn of the event loop, which costs more than a step, serves them all. */
const TOGETHER = 32;

/** Runs the seeds from `from` on, `count` of them, and hands over each outcome as soon as it is there. */
export async function runSeeds(
  from: number,
  count: number,
  report: (outcome: Outcome) => void,
): Promise<void> {
  let next = from;
  async function runOthers(): Promise<void> {
    while (next < from + count) report(await simulate(next++));
  }
  await Promise.all(Array.from({ length: Math.min(TOGETHER, count) }, runOthers));
}
