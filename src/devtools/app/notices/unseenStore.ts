import { type ReadonlySignal, signal } from '@preact/signals';
import { createPace } from '../../data/pace.ts';
import type { PanelData } from '../../data/panelData.ts';
import { findUnseen, type LoggedStream, NOTHING_UNSEEN, type Unseen } from './unseen.ts';

/** The browser's own log is looked into at most this often, ms … */
const LOOK_EVERY = 5000;
/** … and not before a page is so old, ms: the log tells of a new page a little later than the background does. */
const LOG_EVERY = 2000;

/** What the browser's own log has, and the recording has not. */
export interface UnseenStore {
  unseen: ReadonlySignal<Unseen>;
  /** The page has navigated: what was found is of the page before. */
  navigated(): void;
}

/** @param readLog - the browser's own log of event streams; undefined where the browser shows none */
export function createUnseenStore(
  data: PanelData,
  readLog: (() => Promise<LoggedStream[]>) | undefined,
): UnseenStore {
  const unseen = signal<Unseen>(NOTHING_UNSEEN);
  const pace = createPace(LOG_EVERY);
  /** Counts pages and sessions: what is read of one must not be shown for the next. */
  let pages = 0;

  function forget(): void {
    pages++;
    pace.taken();
    unseen.value = NOTHING_UNSEEN;
  }

  async function look(): Promise<void> {
    const { recording, wire } = data.link.status.value ?? {};
    if (!readLog || !recording || !wire || wire.always || wire.on || pace.wait() > 0) return;
    const page = pages;
    const logged = await readLog();
    if (page === pages) unseen.value = findUnseen(logged, data.streams.value);
  }

  data.on({ sessionShown: forget });
  setInterval(() => void look().catch(() => {}), LOOK_EVERY);
  return { unseen, navigated: forget };
}
