/** Times of work that is done at most so often. */
export interface Pace {
  /** ms until the next time may come: 0 when it may be now. */
  wait(): number;
  /** It is done now. */
  taken(): void;
  /** It may be done at once. */
  reset(): void;
}

/**
 * Measured by the monotonic clock: one that is set back by an hour must not make anything wait for an hour.
 *
 * @param every - ms
 */
export function createPace(every: number): Pace {
  let next = -Infinity;
  return {
    wait: () => Math.max(0, next - performance.now()),
    taken() {
      next = performance.now() + every;
    },
    reset() {
      next = -Infinity;
    },
  };
}
