/**
 * The two clocks and the timer of a context. An interface, so that a test can own time.
 *
 * The wall clock says when something was, and may be set at any moment. The monotonic clock says how long something
 * took: every pause and patience is a difference of it.
 */
export interface Clock {
  /** ms since the Unix epoch. */
  wall(): number;
  /** ms since some moment of its own; it never goes back. */
  monotonic(): number;
  /** Calls `work` once, after `delay` ms of the monotonic clock; returns what takes that back. */
  after(delay: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(delay, work) {
    const timer = setTimeout(work, delay);
    return () => clearTimeout(timer);
  },
};
