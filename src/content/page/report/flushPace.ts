import { clearTimer, now, setTimer, whenIdle } from '../natives/window.ts';

/** Pause between two flushes, ms. */
const FLUSH_EVERY = 50;
/** A burst goes on while observations follow each other within this, ms. A flush waits for its end … */
const BURST_GAP = 15;
/** … but no longer than this, ms. */
const FLUSH_WITHIN = 120;
/** The same once {@link MUCH} waits, ms: handing that over takes time of the page's thread that the page needs now. */
const FLUSH_MUCH_WITHIN = 2000;
/** The same gap then, ms: a longer gap within so large a burst is the network's, and the page waits for the rest. */
const BURST_GAP_MUCH = 100;
/** Bytes or UTF-16 units, roughly: thousands of events. */
const MUCH = 256 << 10;
/** After the burst a flush waits until the page has nothing to do, at most this long, ms. */
const IDLE_WITHIN = 40;
/** Timers of hidden pages are late. When something has waited this long, the next observation flushes, ms. */
const FLUSH_OVERDUE = 250;
/** When this much waits (bytes or UTF-16 units, roughly), it goes at once, so that a busy page cannot pile it up. */
export const FLUSH_SIZE = 8 << 20;

/** Decides when to flush: soon, but not while the page is busy with a burst. */
export interface FlushPace {
  /** Something waits: sees to it that it is flushed. `time`: when it was observed. */
  wait(size: number, time: number): void;
  /** Size of what waits. */
  size(): number;
  /** When something was last observed; monotonic, ms. */
  lastSeen(): number;
  /** Nothing waits any more. */
  reset(): void;
}

/** @param flushes - whether a flush would hand over what waits; nothing is flushed early where it would not */
export function createFlushPace(flushes: () => boolean, flush: () => void): FlushPace {
  let size = 0;
  let since = 0;
  let lastSeen = 0;
  let timer: unknown;
  let idling = false;

  function flushSoon(): void {
    const at = now();
    const gap = size > MUCH ? BURST_GAP_MUCH : BURST_GAP;
    const within = size > MUCH ? FLUSH_MUCH_WITHIN : FLUSH_WITHIN;
    if (at - lastSeen < gap && at - since < within) {
      timer = setTimer(flushSoon, gap);
      return;
    }
    timer = undefined;
    idling = true;
    whenIdle(flushIdle, IDLE_WITHIN);
  }

  function flushIdle(): void {
    idling = false;
    flush();
  }

  return {
    wait(added, time) {
      size += added;
      lastSeen = time;
      if (since === 0) since = time;
      const overdue = size > MUCH ? FLUSH_MUCH_WITHIN + FLUSH_OVERDUE : FLUSH_OVERDUE;
      if ((size > FLUSH_SIZE || time - since > overdue) && flushes()) flush();
      else if (timer === undefined && !idling) timer = setTimer(flushSoon, FLUSH_EVERY);
    },
    size: () => size,
    lastSeen: () => lastSeen,
    reset() {
      size = 0;
      since = 0;
      if (timer !== undefined) clearTimer(timer as number);
      timer = undefined;
    },
  };
}
