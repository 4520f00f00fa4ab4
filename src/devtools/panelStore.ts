import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { BackgroundToPanel, PanelToBackground, TabStatus } from '../shared/protocol/messages.ts';
import type { Wire } from '../shared/protocol/wire.ts';
import { groupLogically, type LogicalStream } from '../shared/session/health/logical.ts';
import type { Exchange, Mark, Session, Stream } from '../shared/session/types.ts';
import type { Database } from '../shared/store/open.ts';
import {
  readExchanges,
  readMarks,
  readSessionExchanges,
  readSessions,
  readStreams,
} from '../shared/store/read.ts';
import { createImporter } from './importFile.ts';
import type { QueryClient } from './query/client.ts';
import type { ExportQuestion } from './query/messages.ts';
import type { Statistics } from './query/statistics.ts';
import type { StreamExtent } from './query/streamIndex.ts';
import type { HealthReport } from './reading/readHealth.ts';
import { createSegmentCache, type SegmentCache } from './reading/segmentCache.ts';
import { createReplayStore, type ReplayStore } from './replay/replayStore.ts';
import { createRowsStore, type RowsStore } from './rowsStore.ts';
import { exchangesByStream } from './state/exchangesByStream.ts';
import { createRateMeter, type RateMeter } from './state/rate.ts';
import { entryCount } from './state/rows.ts';
import { type Situation, situationOf } from './state/situation.ts';
import { findUnseen, type LoggedStream, NOTHING_UNSEEN, type Unseen } from './state/unseen.ts';
import { createTimelineStore, type TimelineStore } from './timelineStore.ts';

/** The store is read again at most this often, ms … */
const REFRESH_EVERY = 60;
/** … and so often when so many entries come that nobody reads them one by one: drawing them costs the most. */
const REFRESH_EVERY_OF_MANY = 260;
const MANY = 6;
/** Counts in the list of streams are brought up to date at most this often, ms; what is more than a count, at once. */
const COUNT_EVERY = 250;
/** The browser's own log is looked into at most this often, ms. */
const LOG_EVERY = 5000;
/** Rates sink by themselves when nothing comes. */
const RATES_EVERY = 1000;
/** Rates that a sparkline shows. */
const SPARKS = 30;

export type StreamTab = 'events' | 'timeline' | 'health' | 'http' | 'statistics' | 'replay';

/** Everything that the views show, and the few things that a person can do. */
export interface PanelStore {
  situation: ReadonlySignal<Situation>;
  status: Signal<TabStatus | undefined>;
  sessions: Signal<Session[]>;
  /** Those that the tab is not being recorded into. */
  otherSessions: ReadonlySignal<Session[]>;
  /** The session on show, if its record is there yet. */
  session: ReadonlySignal<Session | undefined>;
  /** '' follows the tab; otherwise the session that was picked. */
  pickedSession: Signal<string>;
  streams: Signal<Stream[]>;
  rates: Signal<ReadonlyMap<string, number>>;
  /** Events per second of each stream over the last while, once a second. */
  sparks: Signal<ReadonlyMap<string, readonly number[]>>;
  marks: Signal<Mark[]>;
  stream: ReadonlySignal<Stream | undefined>;
  exchanges: Signal<Exchange[]>;
  tab: Signal<StreamTab>;
  /** What the browser's own log has, and the recording has not. */
  unseen: Signal<Unseen>;
  /** The streams of the session by their purpose: those that follow one another are one. */
  groups: ReadonlySignal<LogicalStream[]>;
  /** The streams that are one with the chosen one, by their purpose, in the order of their opening. */
  logical: ReadonlySignal<Stream[]>;
  /** Exchanges of all streams of the session. */
  allExchanges: Signal<Exchange[]>;
  rows: RowsStore;
  timeline: TimelineStore;
  replay: ReplayStore;
  cache: SegmentCache;
  pickSession(id: string): void;
  chooseStream(id: string): void;
  /** Shows an entry of a stream in the table. */
  showEntry(stream: string, ordinal: number): void;
  readHealth(signal: AbortSignal): Promise<HealthReport | undefined>;
  /** @param all - of the whole session; otherwise of the chosen logical stream */
  readStatistics(all: boolean, signal: AbortSignal): Promise<Statistics>;
  query: QueryClient;
  /** Writes what is on show into a file; parts of the way are 0 … 1000. */
  export(
    what: Omit<ExportQuestion, 'session' | 'version'>,
    signal: AbortSignal,
    progress: (thousandths: number) => void,
  ): Promise<Blob>;
  /**
   * Reads a file into the store, and shows it.
   *
   * @returns what was left out, in sentences
   * @throws with a sentence when it cannot be read, written, or is not wanted any more
   */
  import(
    file: File,
    salvage: boolean,
    signal: AbortSignal,
    progress: (thousandths: number) => void,
  ): Promise<string[]>;
  send(command: PanelToBackground): void;
}

/**
 * @param connect - opens a port to the background; undefined when the extension is gone
 * @param readLog - the browser's own log of event streams, where it shows one
 * @param version - of the extension
 * @param watchedTab - the tab to look at; -1 for a panel that shows stored sessions only
 */
export function createPanelStore(
  db: Database,
  query: QueryClient,
  connect: () => Wire<PanelToBackground, BackgroundToPanel> | undefined,
  watchedTab: number,
  version: string,
  browserName: 'chromium' | 'firefox',
  readLog: (() => Promise<LoggedStream[]>) | undefined,
): PanelStore {
  const link = signal<'connecting' | 'open' | 'gone'>('connecting');
  const status = signal<TabStatus | undefined>(undefined);
  const sessions = signal<Session[]>([]);
  const pickedSession = signal('');
  const streams = signal<Stream[]>([]);
  const rates = signal<ReadonlyMap<string, number>>(new Map());
  const sparks = signal<ReadonlyMap<string, readonly number[]>>(new Map());
  const marks = signal<Mark[]>([]);
  const pickedStream = signal('');
  const exchanges = signal<Exchange[]>([]);
  const tab = signal<StreamTab>('events');
  const unseen = signal<Unseen>(NOTHING_UNSEEN);
  const allExchanges = signal<Exchange[]>([]);
  const cache = createSegmentCache(db);

  const sessionId = computed(() => pickedSession.value || status.value?.session || '');
  const session = computed(() => sessions.value.find((one) => one.id === sessionId.value));
  let others = { list: [] as Session[], text: '[]' };
  const otherSessions = computed(() => {
    const list = sessions.value.filter(({ id }) => watchedTab < 0 || id !== status.value?.session);
    // The same ones as before are the same list: what shows them need not be drawn again.
    const text = JSON.stringify(list);
    if (text !== others.text) others = { list, text };
    return others.list;
  });
  const stream = computed(
    () => streams.value.find((one) => one.id === pickedStream.value) ?? streams.value[0],
  );
  const groups = computed(() => groupLogically(streams.value, allExchanges.value));
  const logical = computed(() => {
    const chosen = stream.value;
    if (!chosen) return [];
    const own = groups.value.find((group) => group.streams.some(({ id }) => id === chosen.id));
    return own?.streams ?? [chosen];
  });
  const situation = computed(() => situationOf(link.value, status.value, streams.value.length));
  const live = computed(() => session.value !== undefined && session.value.endedAt === undefined);
  const rows = createRowsStore(query, stream, exchanges, streams);
  const timeline = createTimelineStore(query, { session, streams, groups, exchanges: allExchanges, live });

  let meters = new Map<string, RateMeter>();
  let wire: Wire<PanelToBackground, BackgroundToPanel> | undefined;
  /** Imports that wait for a part to be written. */
  const importer = createImporter(
    query,
    () => wire,
    () => status.value?.keeping.budget ?? Infinity,
  );
  let replay: ReplayStore | undefined;
  let refreshing = false;
  let countedAt = 0;
  let counting: ReturnType<typeof setTimeout> | undefined;
  let stale = false;

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
      } else if (message.type === 'ImportWritten') importer.written(message.session, message.problem);
      else if (message.type === 'SessionsChanged' || message.session === sessionId.value) refresh();
    });
    // The background may be stopped at any time; what is recorded is in the store all the same.
    wire.closed(() => {
      importer.broken();
      open();
    });
    wire.post({ type: 'WatchTab', tab: watchedTab });
    replay?.reconnected();
  }

  async function importFile(
    file: File,
    salvage: boolean,
    signal: AbortSignal,
    progress: (thousandths: number) => void,
  ): Promise<string[]> {
    const { session: id, notes } = await importer.read(file, salvage, signal, progress);
    sessions.value = await readSessions(db);
    pickedSession.value = id;
    showSession();
    return notes;
  }

  /** Another session is on show: nothing of the one before stays. */
  function showSession(): void {
    meters = new Map();
    batch(() => {
      sparks.value = new Map();
      streams.value = [];
      exchanges.value = [];
      allExchanges.value = [];
      marks.value = [];
      rows.chosen.value = undefined;
      rows.pins.value = new Map();
      rows.range.value = undefined;
      pickedStream.value = '';
      rows.following.value = true;
    });
    timeline.fit();
    rows.restart();
    refresh();
  }

  function refresh(): void {
    stale = true;
    if (refreshing) return;
    refreshing = true;
    void (async () => {
      while (stale) {
        stale = false;
        const before = entryCount(exchanges.value);
        await read().catch(() => {});
        const many = entryCount(exchanges.value) - before >= MANY && before > 0;
        await new Promise((resolve) => setTimeout(resolve, many ? REFRESH_EVERY_OF_MANY : REFRESH_EVERY));
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
    const sessionWide = id && newStreams.length > 1 ? await readSessionExchanges(db, id) : newExchanges;
    // Meanwhile somebody may have chosen something else.
    if (id !== sessionId.value) return;
    const countsOnly = haveSameStates(streams.value, newStreams) && marks.value.length === newMarks.length;
    const wait = countsOnly ? countedAt + COUNT_EVERY - Date.now() : 0;
    batch(() => {
      if (wait <= 0) {
        countedAt = Date.now();
        sessions.value = allSessions;
        streams.value = newStreams;
        marks.value = newMarks;
        allExchanges.value = sessionWide;
      }
      if (stream.value?.id === shown?.id) exchanges.value = newExchanges;
      seeRates();
    });
    if (wait > 0 && counting === undefined) {
      counting = setTimeout(() => {
        counting = undefined;
        refresh();
      }, wait);
    }
    if (stream.value?.id !== shown?.id) refresh();
    else {
      query.ask('look', [id, extentsOf(newStreams, sessionWide)]).catch(() => {});
      rows.grow();
    }
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

  /** Looks into the browser's own log for what only the wire would show. */
  async function lookForUnseen(): Promise<void> {
    const { recording, wire } = status.value ?? {};
    if (!readLog || !recording || !wire || wire.always || wire.on) return;
    unseen.value = findUnseen(await readLog(), streams.value);
  }

  replay = createReplayStore(
    query,
    (command) => wire?.post(command),
    version,
    allExchanges,
    () => status.value?.session ?? '',
  );
  open();
  refresh();
  setInterval(() => void lookForUnseen().catch(() => {}), LOG_EVERY);
  setInterval(() => {
    if (!streams.value.some((one) => one.state !== 'ended')) return;
    seeRates();
    sparks.value = new Map(
      [...rates.value].map(([id, rate]) => [id, [...(sparks.value.get(id) ?? []), rate].slice(-SPARKS)]),
    );
  }, RATES_EVERY);

  return {
    situation,
    status,
    sessions,
    otherSessions,
    session,
    pickedSession,
    streams,
    rates,
    sparks,
    marks,
    stream,
    exchanges,
    tab,
    unseen,
    groups,
    logical,
    allExchanges,
    rows,
    timeline,
    replay,
    cache,
    query,
    pickSession(id) {
      pickedSession.value = id;
      showSession();
    },
    chooseStream(id) {
      if (stream.value?.id === id) return;
      batch(() => {
        pickedStream.value = id;
        exchanges.value = allExchanges.value
          .filter((one) => one.stream === id)
          .sort((a, b) => a.number - b.number);
        rows.chosen.value = undefined;
        rows.following.value = true;
      });
      rows.restart();
      refresh();
    },
    showEntry(id, ordinal) {
      this.chooseStream(id);
      batch(() => {
        // What the filter hides cannot be shown.
        if (rows.filtered.value && rows.rowOf(ordinal) < 0) {
          rows.setRange(undefined);
          rows.setKind(undefined);
          rows.setQuery('');
        }
        rows.following.value = false;
        rows.chosen.value = ordinal;
      });
    },
    readHealth: (signal) =>
      query.ask(
        'health',
        [logical.value.map(({ id }) => id), sessionId.value, browserName, Date.now()],
        signal,
      ),
    readStatistics: (all, signal) =>
      query.ask('statistics', [(all ? streams.value : logical.value).map(({ id }) => id)], signal),
    export: (what, signal, progress) =>
      query.ask('export', [{ ...what, session: sessionId.value, version }], signal, ([done]) =>
        progress(done ?? 0),
      ),
    import: importFile,
    send: (command) => wire?.post(command),
  };
}

/** What there is of each stream, exchange by exchange. */
function extentsOf(streams: readonly Stream[], exchanges: readonly Exchange[]): StreamExtent[] {
  return [...exchangesByStream(streams, exchanges)].map(([stream, own]) => ({
    stream,
    exchanges: own.map(({ id, firstEntry, entries }) => ({ id, firstEntry, entries })),
  }));
}

function haveSameStates(before: readonly Stream[], now: readonly Stream[]): boolean {
  return (
    before.length === now.length &&
    before.every(({ id, state, exchanges, listeners }, i) => {
      const other = now[i]!;
      return (
        id === other.id &&
        state === other.state &&
        exchanges === other.exchanges &&
        listeners.length === other.listeners.length
      );
    })
  );
}
