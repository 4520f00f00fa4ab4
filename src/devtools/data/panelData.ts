import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Exchange } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readExchangesById, readSessions } from '../../shared/store/read.ts';
import type { QueryClient } from '../query/client.ts';
import { createSegmentCache, type SegmentCache } from '../reading/segmentCache.ts';
import type { BackgroundLink, LinkEvents } from './backgroundLink.ts';
import type { DataEvents } from './dataEvents.ts';
import { createDueReader } from './dueReader.ts';
import { createLiveCounts } from './liveCounts.ts';
import { createRefresher } from './refresher.ts';
import { createSelection, type Selection } from './selection.ts';
import { createSessionData, type SessionData } from './sessionData.ts';

/** What every feature of the panel may use: the recording on show, and the ways to choose another. */
export interface PanelData
  extends Omit<Selection, 'pickedStream' | 'pickedSession' | 'sessions'>,
    Pick<SessionData, 'streams' | 'marks' | 'reading'> {
  link: Omit<BackgroundLink, 'open'>;
  sessions: ReadonlySignal<Selection['sessions']['value']>;
  /** '' follows the tab; otherwise the session that was picked. */
  pickedSession: ReadonlySignal<string>;
  /** Exchanges of all streams of the session. */
  allExchanges: SessionData['exchanges'];
  /** Why the panel cannot read the store; '' when it can. It tries again. */
  readProblem: ReadonlySignal<string>;
  query: QueryClient;
  cache: SegmentCache;
  /** @returns what ends it */
  on(listener: DataEvents): () => void;
  /** Exchanges with all that is known of them, by their ids: those that are in the store. */
  readExchanges(ids: readonly string[]): Promise<Map<string, Exchange>>;
  /** Reads the records of all sessions again. */
  refreshSessions(): void;
  /** @param id - '' follows the tab */
  pickSession(id: string): void;
  /** A session that the panel has just made is in the store: shows it. */
  showNewSession(id: string): Promise<void>;
  chooseStream(id: string): void;
}

export function createPanelData(
  db: Database,
  query: QueryClient,
  link: BackgroundLink,
  watchedTab: number,
): PanelData & { open(): void } {
  const data = createSessionData(db);
  const selection = createSelection(data, link.status, watchedTab);
  const { sessionId, sessions, stream, pickedStream, pickedSession } = selection;
  const counts = createLiveCounts(data, selection);
  const cache = createSegmentCache(db);
  const readProblem = signal('');
  const listeners = new Set<DataEvents>();
  const readDue = createDueReader({ db, query, data, selection, counts, cache, tell });
  const refresher = createRefresher(readDue, (problem) => {
    readProblem.value = problem;
  });

  function tell(call: (listener: DataEvents) => void): void {
    for (const listener of listeners) call(listener);
  }

  function showSession(): void {
    batch(() => {
      data.clear();
      pickedStream.value = '';
      tell((one) => one.sessionShown?.());
    });
    refresher.forget();
    refresher.ask({ everything: true });
  }

  /** The session that was on show when the status last changed. */
  let shown = '';
  const linkEvents: LinkEvents = {
    linked() {
      tell((one) => one.linked?.());
      // What was announced before the link was made is unknown.
      refresher.ask({ everything: true });
    },
    broken: () => tell((one) => one.linkBroken?.()),
    statusChanged() {
      if (sessionId.value === shown) refresher.ask({ sessions: true });
      else {
        shown = sessionId.value;
        showSession();
      }
    },
    sessionsChanged: () => refresher.ask({ sessions: true }),
    sessionChanged(id, streams, exchanges) {
      if (id === sessionId.value) refresher.ask({ streams, exchanges });
    },
    importWritten: (id, problem) => tell((one) => one.importWritten?.(id, problem)),
  };

  function pickSession(id: string): void {
    pickedSession.value = id;
    shown = sessionId.value;
    showSession();
  }

  return {
    ...selection,
    link,
    streams: data.streams,
    marks: data.marks,
    reading: data.reading,
    allExchanges: data.exchanges,
    readProblem,
    query,
    cache,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: () => link.open(linkEvents),
    readExchanges: (ids) => readExchangesById(db, ids),
    refreshSessions: () => refresher.ask({ sessions: true }),
    pickSession,
    async showNewSession(id) {
      sessions.value = await readSessions(db);
      pickSession(id);
    },
    chooseStream(id) {
      if (stream.value?.id === id) return;
      batch(() => {
        pickedStream.value = id;
        tell((one) => one.streamChosen?.());
      });
    },
  };
}
