import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { BackgroundToPanel, PanelToBackground } from '../../shared/protocol/panelLink.ts';
import type { Wire } from '../../shared/protocol/wire.ts';
import type { Database } from '../../shared/store/open.ts';
import { type AssembledStore, createAssembledStore } from '../assembled/assembledStore.ts';
import { createBackgroundLink } from '../data/backgroundLink.ts';
import { createPanelData, type PanelData } from '../data/panelData.ts';
import { createRowsStore, type RowsStore } from '../events/rowsStore.ts';
import { createFindingsStore, type FindingsStore } from '../findings/findingsStore.ts';
import type { ShownExchange } from '../http/shownExchange.ts';
import { createLibraryStore, type LibraryStore } from '../library/libraryStore.ts';
import type { QueryClient } from '../query/client.ts';
import { createReplayStore, type ReplayStore } from '../replay/replayStore.ts';
import { createRates, type Rates } from '../streams/rates.ts';
import { createTimelineStore, type TimelineStore } from '../timeline/timelineStore.ts';
import type { LoggedStream } from './notices/unseen.ts';
import { createUnseenStore, type UnseenStore } from './notices/unseenStore.ts';
import { type Situation, situationOf } from './situation.ts';
import type { StreamTab } from './streamTab.ts';

/** The stores of all features, put together. Only `App` sees all of them; each view is given the ones it shows. */
export interface PanelStore {
  assembled: AssembledStore;
  data: PanelData;
  situation: ReadonlySignal<Situation>;
  tab: Signal<StreamTab>;
  findings: FindingsStore;
  /** Where the HTTP tab was led to. */
  exchangeShown: Signal<ShownExchange | undefined>;
  library: LibraryStore;
  rates: Rates;
  replay: ReplayStore;
  rows: RowsStore;
  timeline: TimelineStore;
  unseen: UnseenStore;
}

/** What a panel is made from. */
export interface PanelParts {
  db: Database;
  query: QueryClient;
  /** Opens a port to the background; undefined when the extension is gone. */
  connect(): Wire<PanelToBackground, BackgroundToPanel> | undefined;
  /** The tab to look at; -1 for a panel that shows stored sessions only. */
  tab: number;
  /** Of the extension. */
  version: string;
  browserName: 'chromium' | 'firefox';
  /** The browser's own log of event streams, where it shows one. */
  readLog: (() => Promise<LoggedStream[]>) | undefined;
}

export function createPanelStore(parts: PanelParts): PanelStore {
  const { db, query, connect, tab, version, readLog } = parts;
  const link = createBackgroundLink(connect, tab);
  const data = createPanelData(db, query, link, tab);
  const { stream, streams, exchanges, allExchanges, marks, session, groups, live } = data;
  const rows = createRowsStore(query, stream, exchanges, streams);
  const timeline = createTimelineStore(query, {
    session,
    streams,
    groups,
    exchanges: allExchanges,
    marks,
    live,
  });
  const rates = createRates(streams);
  const replay = createReplayStore(
    query,
    link.send,
    version,
    allExchanges,
    () => link.status.value?.session ?? '',
  );
  data.on({ sessionShown: rates.reset, grown: rates.see });
  data.on({ sessionShown: timeline.fit });
  data.on({
    sessionShown: rows.sessionShown,
    streamChosen: rows.streamChosen,
    grown: rows.grow,
    replaced: rows.replaced,
  });
  data.on({ linked: replay.reconnected });
  const store = {
    assembled: createAssembledStore(data),
    data,
    situation: computed(() => situationOf(link.state.value, link.status.value, streams.value.length)),
    tab: signal<StreamTab>('events'),
    exchangeShown: signal<ShownExchange | undefined>(undefined),
    findings: createFindingsStore(data, timeline.end, parts.browserName),
    library: createLibraryStore(data, version),
    rates,
    replay,
    rows,
    timeline,
    unseen: createUnseenStore(data, readLog),
  };
  data.open();
  return store;
}
