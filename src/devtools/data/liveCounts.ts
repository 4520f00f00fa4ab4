import { batch } from '@preact/signals';
import type { Session } from '../../shared/session/types.ts';
import { createPace } from './pace.ts';
import type { Selection } from './selection.ts';
import type { SessionData } from './sessionData.ts';

/** Counts in the list of streams are brought up to date at most this often, ms. */
const COUNT_EVERY = 250;

/** Shows counts, which change with every event, now and then; and at once what is more than a count. */
export interface LiveCounts {
  /** @param session - the record of the session on show, as it was read last; undefined when it has not changed */
  show(session: Session | undefined): void;
  /** All records have been read anew. */
  reset(): void;
}

export function createLiveCounts(data: SessionData, { sessions, sessionId }: Selection): LiveCounts {
  const pace = createPace(COUNT_EVERY);
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The record of the session on show that is not on show yet. */
  let latest: Session | undefined;

  function showLatest(): void {
    const own = latest;
    latest = undefined;
    if (!own) return;
    if (sessions.value.some(({ id }) => id === own.id)) {
      sessions.value = sessions.value.map((one) => (one.id === own.id ? own : one));
    } else if (own.id === sessionId.value) sessions.value = [own, ...sessions.value];
  }

  function showLater(): void {
    timer = undefined;
    show(undefined);
  }

  function show(session: Session | undefined): void {
    if (session) latest = session;
    const wait = pace.wait();
    if (wait > 0 && !data.hasNews()) {
      if (timer === undefined) timer = setTimeout(showLater, wait);
      return;
    }
    pace.taken();
    batch(() => {
      data.showStreams();
      showLatest();
    });
  }

  return {
    show,
    reset() {
      latest = undefined;
    },
  };
}
