/** Work whose result gets old: done when it is asked for, at most so often, never twice at the same time. */
export interface Paced {
  /** What it is about has changed. */
  ask(): void;
  /** It is about something else now: what is under way is of no use, and the next time comes at once. */
  restart(): void;
  /** Nobody wants to know any more. */
  end(): void;
}

/** Work that takes long comes seldom: the pause is so many times as long. */
const PAUSE_FOR_WORK = 10;

/**
 * @param least - shortest pause between two times, ms
 * @param work - a failure leaves what was known before
 */
export function createPaced(least: number, work: (signal: AbortSignal) => Promise<void>): Paced {
  let abort = new AbortController();
  let busy = false;
  let stale = false;

  async function run(signal: AbortSignal): Promise<void> {
    busy = true;
    do {
      stale = false;
      const begun = performance.now();
      await work(signal).catch(() => {});
      if (signal.aborted) return;
      const took = performance.now() - begun;
      await new Promise((resolve) => setTimeout(resolve, Math.max(least, took * PAUSE_FOR_WORK)));
      if (signal.aborted) return;
    } while (stale);
    busy = false;
  }

  function ask(): void {
    if (busy) stale = true;
    else void run(abort.signal);
  }

  function end(): void {
    abort.abort();
    abort = new AbortController();
    busy = false;
  }

  return {
    ask,
    end,
    restart() {
      end();
      ask();
    },
  };
}
