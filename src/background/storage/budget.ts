import type { Clock } from '../../shared/protocol/clock.ts';
import type { Database } from '../../shared/store/open.ts';
import type { Keep } from '../keep/keep.ts';
import { keepBudget } from './retention.ts';

/** Between two looks at what the sessions take, ms: every session is read for it. */
const LOOK_EVERY = 2000;

/** What the budget needs of the rest of the background. */
export interface BudgetHost {
  budget(): number;
  /** What to do when the sessions that are recorded or pinned fill it by themselves. */
  whenFull(): 'stop' | 'dropOldest';
  recorded(): string[];
  removed(gone: { sessions: number; bytes: number }): void;
  /** The budget is full: nothing can be recorded. False: there is room again. */
  full(is: boolean): void;
}

/** Sees to it that what is stored stays within the budget, running sessions included. */
export interface Budget {
  /** Something was written. */
  changed(): void;
  /** The budget is another, or something was deleted. */
  look(): Promise<void>;
}

export function createBudget(
  db: () => Promise<Database>,
  keep: () => Keep,
  host: BudgetHost,
  clock: Clock,
): Budget {
  let waiting = false;
  let looking: Promise<void> | undefined;
  /** Something has changed during the look: it may have read what was there before. */
  let again = false;

  async function look(): Promise<void> {
    const { gone, over } = await keepBudget(await db(), host.budget(), (session) =>
      keep().deleteSession(session),
    );
    if (gone.sessions > 0) host.removed(gone);
    let left = over;
    if (over > 0 && host.whenFull() === 'dropOldest') {
      for (const session of host.recorded()) {
        if (left > 0) left -= await keep().dropOldestStreams(session, left);
      }
    }
    host.full(left > 0);
  }

  async function lookUntilSettled(): Promise<void> {
    do {
      again = false;
      // The storage fails: the writer says so.
      await look().catch(() => {});
    } while (again);
    looking = undefined;
  }

  function lookNow(): Promise<void> {
    if (looking) again = true;
    else looking = lookUntilSettled();
    return looking;
  }

  return {
    changed() {
      if (waiting) return;
      waiting = true;
      clock.after(LOOK_EVERY, () => {
        waiting = false;
        void lookNow();
      });
    },
    look: lookNow,
  };
}
