/** HTML, 8.6 and Node alike: a timer with a longer delay than this fires at once, ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * Runs something after `ms`, however long that is. Returns what prevents it.
 *
 * @param ms - Infinity for never
 */
export function longTimeout(run: () => void, ms: number): () => void {
  if (ms === Infinity) return () => {};
  const due = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(
      () => {
        const rest = due - performance.now();
        // A timer may be early by a part of a millisecond.
        if (rest < 1) run();
        else wait(rest);
      },
      Math.min(left, LONGEST),
    );
  };
  wait(ms);
  return () => clearTimeout(timer);
}

/** Resolves after `ms`, or at once when the signal is aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = longTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
