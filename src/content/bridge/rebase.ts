import type { ClockPair, PageFact } from '../../shared/protocol/pageLink.ts';

/** The wall clock has jumped when it is further than this from where the monotonic clock expects it, ms. */
const JUMP = 1000;
/** Both clocks are read with a grain of up to 1 ms: a smaller difference is no drift, ms. */
const GRAIN = 2;
/** Stretches of time that are remembered, for times from before the last batch. */
const MAX_STRETCHES = 64;

/** A stretch of the monotonic clock with one offset to the wall clock. It begins where the one before it ends. */
interface Stretch {
  /** Monotonic time of its end: the last pair that was read. */
  until: number;
  offset: number;
  /** Wall time at its start: no time inside it is earlier. */
  floor: number;
}

/** Turns the monotonic times of one document into wall-clock times that never go back. */
export interface Rebase {
  /**
   * Gives the facts of a batch wall-clock times. Where the wall clock has jumped since the batch before, a mark `clock`
   * stands before them: its time is the first that is known to lie after the jump, its detail the jump in ms.
   *
   * @param clock - both clocks, when the batch was made
   */
  batch(facts: PageFact[], clock: ClockPair): PageFact[];
  /** Another document of the tab has seen the wall clock set back by `ms` since recording began. */
  setBack(ms: number): void;
}

/**
 * Small drifts of the two clocks are followed. A wall clock that jumps forward (the machine slept, or the clock was set) is
 * followed from the first time after the pair before. One that is set back is not: the old offset stays, so that times go on.
 *
 * Limits: what was observed between the last pair before a jump forward and the jump itself (one batch, seldom more than
 * 120 ms of it) is taken for later than the jump. After the clock was set back and then forward, times are ahead of the wall
 * clock by what it was set back.
 */
export function createRebase(): Rebase {
  const stretches: Stretch[] = [];
  /** By how much the wall clock was set back, ms. */
  let correction = 0;

  /** Takes a pair of readings in. Returns by how much the wall clock has jumped, ms; 0 when it has not. */
  function read({ monotonic, wall }: ClockPair): number {
    const last = stretches.at(-1);
    const measured = wall - monotonic + correction;
    if (!last) {
      stretches.push({ until: monotonic, offset: measured, floor: Number.NEGATIVE_INFINITY });
      return 0;
    }
    // A batch that was overtaken tells nothing new of the clocks.
    if (monotonic < last.until) return 0;
    const change = measured - last.offset;
    if (change < -JUMP) {
      correction -= change;
      last.until = monotonic;
      return change;
    }
    if (Math.abs(change) < GRAIN) {
      last.until = monotonic;
      return 0;
    }
    stretches.push({ until: monotonic, offset: measured, floor: wallOf(last.until) });
    if (stretches.length > MAX_STRETCHES) stretches.shift();
    return change > JUMP ? change : 0;
  }

  /** Nearly every time is of the last stretch. */
  function wallOf(time: number): number {
    let i = stretches.length - 1;
    while (i > 0 && time <= stretches[i - 1]!.until) i--;
    const { until, offset, floor } = stretches[i]!;
    return Math.max(floor, Math.max(0, Math.min(time, until)) + offset);
  }

  return {
    batch(facts, clock) {
      const before = stretches.at(-1)?.until ?? Number.NEGATIVE_INFINITY;
      const jump = read(clock);
      const rebased = facts.map((fact) => withTimes(fact, wallOf));
      if (jump === 0) return rebased;
      // The first moment that is known to lie after the jump.
      const first = facts.reduce((least, fact) => Math.min(least, firstAfter(fact, before)), clock.monotonic);
      const at = wallOf(first);
      return [
        { type: 'PageMarked', stream: 0, at, kind: 'clock', detail: String(Math.round(jump)) },
        ...rebased,
      ];
    },
    setBack(ms) {
      if (ms > correction) correction = ms;
    },
  };
}

function withTimes(fact: PageFact, wallOf: (time: number) => number): PageFact {
  return 'times' in fact ? { ...fact, times: fact.times.map(wallOf) } : { ...fact, at: wallOf(fact.at) };
}

/** The earliest time of a fact that is later than `before`; Infinity when there is none. */
function firstAfter(fact: PageFact, before: number): number {
  if (!('times' in fact)) return fact.at > before ? fact.at : Number.POSITIVE_INFINITY;
  return fact.times.find((time) => time > before) ?? Number.POSITIVE_INFINITY;
}
