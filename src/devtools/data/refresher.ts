/** Records to read again. */
export interface Due {
  /** All records of the session on show. */
  everything: boolean;
  /** The records of all sessions. */
  sessions: boolean;
  /** Records that have changed, by ids. */
  streams: ReadonlySet<string>;
  exchanges: ReadonlySet<string>;
}

/** Reads what has changed: one reading at a time, with a pause after each. What changes during a reading is read next. */
export interface Refresher {
  ask(
    more: Partial<Pick<Due, 'everything' | 'sessions'>> & {
      streams?: readonly string[];
      exchanges?: readonly string[];
    },
  ): void;
  /** What was asked for is of no use any more. */
  forget(): void;
}

/** Pause after a failure, ms. */
const RETRY_EVERY = 1000;

/**
 * @param read - reads what is due, and gives the pause until the next reading, ms
 * @param told - takes why the store can't be read, in the browser's words; '' when it can
 */
export function createRefresher(
  read: (due: Due) => Promise<number>,
  told: (problem: string) => void,
): Refresher {
  let anything = false;
  let everything = false;
  let sessions = false;
  let streams = new Set<string>();
  let exchanges = new Set<string>();
  let running = false;

  function forget(): void {
    anything = false;
    everything = false;
    sessions = false;
    streams = new Set();
    exchanges = new Set();
  }

  async function run(): Promise<void> {
    while (anything) {
      const due = { everything, sessions, streams, exchanges };
      forget();
      let pause = RETRY_EVERY;
      try {
        pause = await read(due);
        told('');
      } catch (error) {
        told(String((error as Error)?.message ?? error));
        everything = true;
        anything = true;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    running = false;
  }

  return {
    ask(more) {
      everything ||= more.everything ?? false;
      sessions ||= more.sessions ?? false;
      anything = true;
      for (const id of more.streams ?? []) streams.add(id);
      for (const id of more.exchanges ?? []) exchanges.add(id);
      if (running) return;
      running = true;
      void run();
    },
    forget,
  };
}
