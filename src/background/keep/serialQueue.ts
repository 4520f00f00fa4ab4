/** Works that run one at a time, in the order in which they were added. */
export interface SerialQueue {
  /**
   * Runs `work` when every work that was added before is over. Settles as the work does: a work that fails does not
   * keep the next one from running.
   */
  add<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when no work runs or waits, those included that are added until then. */
  idle(): Promise<void>;
}

export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  let unfinished = 0;

  return {
    add<T>(work: () => Promise<T>): Promise<T> {
      unfinished++;
      const result = last.then(work);
      last = result.then(finish, finish);
      return result;
    },
    async idle() {
      while (unfinished > 0) await last;
    },
  };

  function finish(): void {
    unfinished--;
  }
}
