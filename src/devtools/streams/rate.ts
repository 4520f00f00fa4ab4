/** Over how long a rate is taken, ms. */
const WINDOW = 5000;

/** Events per second of one stream, from counts that are seen now and then. */
export interface RateMeter {
  /** @returns events per second over the last seconds, up to `now` (ms) */
  see(events: number, now: number): number;
}

export function createRateMeter(): RateMeter {
  let seen: { events: number; at: number }[] = [];
  return {
    see(events, now) {
      if (seen.at(-1)?.events !== events || seen.length === 0) seen.push({ events, at: now });
      // One point from before the window stays, to count from.
      while (seen.length > 1 && seen[1]!.at <= now - WINDOW) seen = seen.slice(1);
      const first = seen[0]!;
      if (now - first.at < 250) return 0;
      return ((events - first.events) * 1000) / Math.max(1000, now - Math.max(first.at, now - WINDOW * 2));
    },
  };
}
