/** Pause after a failure, ms: the first one, and the longest. */
const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;

/**
 * Opens the store, and tries again for as long as it takes: a disk may have room again, and a browser that is busy with
 * an update of the extension may be done.
 *
 * @param failed - told of each failure, with the browser's words
 */
export async function untilOpen<T>(open: () => Promise<T>, failed: (reason: string) => void): Promise<T> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await open();
    } catch (error) {
      failed((error as Error)?.message || String(error));
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
