import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { BackgroundToPanel, PanelToBackground, TabStatus } from '../shared/protocol/messages.ts';
import type { Wire } from '../shared/protocol/wire.ts';
import { groupLogically, type LogicalStream } from '../shared/session/health/logical.ts';
import type { Exchange, Mark, Session, Stream } from '../shared/session/types.ts';
import type { EntryKind } from '../shared/sse/types.ts';
import type { Database } from '../shared/store/open.ts';
import {
  readExchanges,
  readMarks,
  readSessionExchanges,
  readSessions,
  readStreams,
} from '../shared/store/read.ts';
import { type HealthReport, readHealth } from './reading/readHealth.ts';
import { searchRows } from './reading/searchRows.ts';
import { createSegmentCache, type SegmentCache } from './reading/segmentCache.ts';
import { type EntryFilter, entryFilter } from './state/entryFilter.ts';
import { createRateMeter, type RateMeter } from './state/rate.ts';
import { entryCount } from './state/rows.ts';
import { type Situation, situationOf } from './state/situation.ts';
import { findUnseen, type LoggedStream, NOTHING_UNSEEN, type Unseen } from './state/unseen.ts';

/** The store is read again at most this often, ms. */
const REFRESH_EVERY = 60;
/** The browser's own log is looked into at most this often, ms. */
const LOG_EVERY = 5000;
/** Rates sink by themselves when nothing comes. */
const RATES_EVERY = 1000;

export type StreamTab = 'events' | 'health' | 'http';

/** Everything that the views show, and the few things that a person can do. */
export interface PanelStore {
  situation: ReadonlySignal<Situation>;
  status: Signal<TabStatus | undefined>;
  sessions: Signal<Session[]>;
  /** The session on show, if its record is there yet. */
  session: ReadonlySignal<Session | undefined>;
  /** '' follows the tab; otherwise the session that was picked. */
  pickedSession: Signal<string>;
  streams: Signal<Stream[]>;
  rates: Signal<ReadonlyMap<string, number>>;
  marks: Signal<Mark[]>;
  stream: ReadonlySignal<Stream | undefined>;
  exchanges: Signal<Exchange[]>;
  query: Signal<string>;
  /** Kinds of entries on show; undefined for all. */
  kinds: Signal<readonly EntryKind[] | undefined>;
  tab: Signal<StreamTab>;
  /** What the browser's own log has, and the recording has not. */
  unseen: Signal<Unseen>;
  /** The streams of the session by their purpose: those that follow one another are one. */
  groups: ReadonlySignal<LogicalStream[]>;
  /** The streams that are one with the chosen one, by their purpose, in the order of their opening. */
  logical: ReadonlySignal<Stream[]>;
  /** Ordinals of the entries that match the filter, as far as it has looked; undefined without a filter. */
  matches: Signal<readonly number[] | undefined>;
  searching: Signal<boolean>;
  /** Rows in the table. */
  total: ReadonlySignal<number>;
  /** Ordinal of the chosen entry in its stream. */
  chosen: Signal<number | undefined>;
  following: Signal<boolean>;
  cache: SegmentCache;
  /** Ordinal in the stream of the row-th row of the table. */
  ordinalOf(row: number): number;
  pickSession(id: string): void;
  chooseStream(id: string): void;
  setQuery(query: string): void;
  setKinds(kinds: readonly EntryKind[] | undefined): void;
  readHealth(signal: AbortSignal): Promise<HealthReport | undefined>;
  send(command: PanelToBackground): void;
}

/**
 * @param connect - opens a port to the background; undefined when the extension is gone
 * @param readLog - the browser's own log of event streams, where it shows one
 * @param watchedTab - the tab to look at; -1 for a panel that shows stored sessions only
 */
export function createPanelStore(
  db: Database,
  connect: () => Wire<PanelToBackground, BackgroundToPanel> | undefined,
  watchedTab: number,
  browserName: 'chromium' | 'firefox',
  readLog: (() => Promise<LoggedStream[]>) | undefined,
): PanelStore {
  const link = signal<'connecting' | 'open' | 'gone'>('connecting');
  const status = signal<TabStatus | undefined>(undefined);
  const sessions = signal<Session[]>([]);
  const pickedSession = signal('');
  const streams = signal<Stream[]>([]);
  const rates = signal<ReadonlyMap<string, number>>(new Map());
  const marks = signal<Mark[]>([]);
  const pickedStream = signal('');
  const exchanges = signal<Exchange[]>([]);
  const query = signal('');
  const kinds = signal<readonly EntryKind[] | undefined>(undefined);
  const tab = signal<StreamTab>('events');
  const unseen = signal<Unseen>(NOTHING_UNSEEN);
  const sessionExchanges = signal<Exchange[]>([]);
  const matches = signal<readonly number[] | undefined>(undefined);
  const searching = signal(false);
  const chosen = signal<number | undefined>(undefined);
  const following = signal(true);
  const cache = createSegmentCache(db);

  const sessionId = computed(() => pickedSession.value || status.value?.session || '');
  const session = computed(() => sessions.value.find((one) => one.id === sessionId.value));
  const stream = computed(
    () => streams.value.find((one) => one.id === pickedStream.value) ?? streams.value[0],
  );
  const groups = computed(() => groupLogically(streams.value, sessionExchanges.value));
  const logical = computed(() => {
    const chosen = stream.value;
    if (!chosen) return [];
    const own = groups.value.find((group) => group.streams.some(({ id }) => id === chosen.id));
    return own?.streams ?? [chosen];
  });
  const situation = computed(() => situationOf(link.value, status.value, streams.value.length));
  const total = computed(() => matches.value?.length ?? entryCount(exchanges.value));

  let meters = new Map<string, RateMeter>();
  let wire: Wire<PanelToBackground, BackgroundToPanel> | undefined;
  let refreshing = false;
  let stale = false;
  let search: AbortController | undefined;
  /** Entries of the stream that the filter has looked at. */
  let searched = 0;

  function open(): void {
    wire = connect();
    if (!wire) {
      link.value = 'gone';
      return;
    }
    wire.listen((message) => {
      if (message.type === 'TabChanged') {
        const before = sessionId.value;
        batch(() => {
          link.value = 'open';
          status.value = message.status;
        });
        if (sessionId.value !== before) showSession();
        else refresh();
      } else if (message.session === sessionId.value) refresh();
    });
    // The background may be stopped at any time; what is recorded is in the store all the same.
    wire.closed(() => open());
    wire.post({ type: 'WatchTab', tab: watchedTab });
  }

  /** Another session is on show: nothing of the one before stays. */
  function showSession(): void {
    search?.abort();
    meters = new Map();
    batch(() => {
      streams.value = [];
      exchanges.value = [];
      marks.value = [];
      matches.value = undefined;
      chosen.value = undefined;
      pickedStream.value = '';
      following.value = true;
    });
    refresh();
  }

  function refresh(): void {
    stale = true;
    if (refreshing) return;
    refreshing = true;
    void (async () => {
      while (stale) {
        stale = false;
        await read().catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, REFRESH_EVERY));
      }
      refreshing = false;
    })();
  }

  async function read(): Promise<void> {
    const id = sessionId.value;
    const allSessions = await readSessions(db);
    const newStreams = id ? await readStreams(db, id) : [];
    const newMarks = id ? await readMarks(db, id) : [];
    const shown = newStreams.find((one) => one.id === pickedStream.value) ?? newStreams[0];
    const newExchanges = shown ? await readExchanges(db, shown.id) : [];
    const allExchanges = id && newStreams.length > 1 ? await readSessionExchanges(db, id) : newExchanges;
    // Meanwhile somebody may have chosen something else.
    if (id !== sessionId.value) return;
    batch(() => {
      sessions.value = allSessions;
      streams.value = newStreams;
      marks.value = newMarks;
      sessionExchanges.value = allExchanges;
      if (stream.value?.id === shown?.id) exchanges.value = newExchanges;
      seeRates();
    });
    if (stream.value?.id !== shown?.id) refresh();
    else continueSearch();
  }

  function seeRates(): void {
    const now = Date.now();
    rates.value = new Map(
      streams.value.map((one) => {
        let meter = meters.get(one.id);
        if (!meter) {
          meter = createRateMeter();
          meters.set(one.id, meter);
        }
        return [one.id, one.state === 'ended' ? 0 : meter.see(one.events, now)];
      }),
    );
  }

  function filterNow(): EntryFilter | undefined {
    return entryFilter(query.value, kinds.value);
  }

  function startSearch(): void {
    search?.abort();
    search = undefined;
    searched = 0;
    searching.value = false;
    matches.value = filterNow() ? [] : undefined;
    continueSearch();
  }

  /** Looks at what has come since; does nothing while it is still looking. */
  function continueSearch(): void {
    const filter = filterNow();
    const to = entryCount(exchanges.value);
    if (!filter || search || searched >= to) return;
    const own = new AbortController();
    search = own;
    searching.value = true;
    void searchRows(
      cache,
      exchanges.value,
      searched,
      to,
      filter,
      (found) => {
        if (found.length > 0) matches.value = [...(matches.value ?? []), ...found];
      },
      own.signal,
    )
      .catch(() => {})
      .then(() => {
        if (own.signal.aborted) return;
        searched = to;
        search = undefined;
        searching.value = false;
        continueSearch();
      });
  }

  /** Looks into the browser's own log for what only the wire would show. */
  async function lookForUnseen(): Promise<void> {
    const { recording, wire } = status.value ?? {};
    if (!readLog || !recording || !wire || wire.always || wire.on) return;
    unseen.value = findUnseen(await readLog(), streams.value);
  }

  open();
  refresh();
  setInterval(() => void lookForUnseen().catch(() => {}), LOG_EVERY);
  setInterval(() => {
    if (streams.value.some((one) => one.state !== 'ended')) seeRates();
  }, RATES_EVERY);

  return {
    situation,
    status,
    sessions,
    session,
    pickedSession,
    streams,
    rates,
    marks,
    stream,
    exchanges,
    query,
    kinds,
    tab,
    unseen,
    groups,
    logical,
    matches,
    searching,
    total,
    chosen,
    following,
    cache,
    ordinalOf: (row) => matches.value?.[row] ?? row,
    pickSession(id) {
      pickedSession.value = id;
      showSession();
    },
    chooseStream(id) {
      if (stream.value?.id === id) return;
      batch(() => {
        pickedStream.value = id;
        exchanges.value = [];
        chosen.value = undefined;
        following.value = true;
      });
      startSearch();
      refresh();
    },
    setQuery(text) {
      query.value = text;
      startSearch();
    },
    setKinds(shown) {
      kinds.value = shown;
      startSearch();
    },
    readHealth: (signal) => readHealth(db, logical.value, marks.value, browserName, Date.now(), signal),
    send: (command) => wire?.post(command),
  };
}
