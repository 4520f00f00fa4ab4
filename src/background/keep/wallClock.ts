import type { Clock } from '../../shared/protocol/clock.ts';

/** A larger difference between two readings of both clocks is a jump of the wall clock, ms. */
const JUMP = 1000;

/**
 * The wall clock as it is recorded. Times of a recording never go back: after the wall clock was set back, they go on
 * as before. After it was set forward, or the machine slept, they follow it.
 */
export interface WallClock {
  /** ms since the epoch. */
  now(): number;
  /**
   * Goes on from an earlier life of the background, in which the wall clock was set back by so much, ms. When it was set back
   * since then, by how much is not known: times go on from the last one that is remembered.
   *
   * @param last - a time of that life as it was recorded
   */
  goOn(behind: number, last?: number): void;
  /** A time that the browser or a page has read from the wall clock, up to now, as it is recorded: never a later one. */
  recorded(time: number): number;
  /** By how much the wall clock was set back since the background started, ms. */
  behind(): number;
  /** By how much it was set forward since then, ms. */
  ahead(): number;
  /** When it last jumped, as far as this life of the background knows and as it is recorded; undefined when it has not. */
  jumpedAt(): number | undefined;
  /** It was set forward while the background was not there to see it: something that happened a moment ago says a much earlier time. */
  wasSetForward(): void;
}

export function createWallClock(clock: Clock): WallClock {
  let offset = clock.wall() - clock.monotonic();
  let behind = 0;
  let ahead = 0;
  let jumpedAt: number | undefined;
  /** What `behind` was before each time that the wall clock was set back. */
  const before: number[] = [];

  function look(): void {
    const now = clock.wall() - clock.monotonic();
    const jump = now - offset;
    // Small differences are the drift of the two clocks.
    offset = now;
    if (jump > JUMP) ahead += jump;
    else if (jump < -JUMP) {
      before.push(behind);
      behind -= jump;
    }
    if (Math.abs(jump) > JUMP) jumpedAt = clock.wall() + behind;
  }

  return {
    now() {
      look();
      return clock.wall() + behind;
    },
    goOn(earlier, last = 0) {
      for (let i = 0; i < before.length; i++) before[i]! += earlier;
      if (earlier > 0) before.unshift(0);
      behind += earlier;
      const goneBack = last - (clock.wall() + behind);
      if (goneBack <= JUMP) return;
      before.push(behind);
      behind += goneBack;
      jumpedAt = last;
    },
    recorded(time) {
      look();
      const now = clock.wall() + behind;
      // It was read before the clock was set back.
      const offset = [...before, behind].findLast((one) => time + one <= now + JUMP);
      return time + (offset ?? behind);
    },
    behind() {
      look();
      return behind;
    },
    ahead() {
      look();
      return ahead;
    },
    jumpedAt() {
      look();
      return jumpedAt;
    },
    wasSetForward() {
      look();
      jumpedAt ??= clock.wall() + behind;
    },
  };
}
