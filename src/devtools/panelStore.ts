import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { BackgroundToPanel, PanelToBackground, TabStatus } from '../shared/protocol/messages.ts';
import { keepLinked } from '../shared/protocol/reconnect.ts';
import type { Wire } from '../shared/protocol/wire.ts';
import type { ExchangeOutline } from '../shared/session/exchangeOutline.ts';
import { groupLogically, type LogicalStream } from '../shared/session/health/logical.ts';
import type { Exchange, Mark, Session, Stream } from '../shared/session/types.ts';
import type { Database } from '../shared/store/open.ts';
import { readExchangesById, readSessions } from '../shared/store/read.ts';
import { createSessionData, type ExchangesByStream, type Update } from './data/sessionData.ts';
import { createImporter } from './importFile.ts';
import type { QueryClient } from './query/client.ts';
import type { ExportQuestion } from './query/messages.ts';
import type { Statistics } from './query/statistics.ts';
import type { ExchangeExtent, StreamExtent } from './query/streamIndex.ts';
import type { HealthReport } from './reading/healthReader.ts';
import { createSegmentCache, type SegmentCache } from './reading/segmentCache.ts';
import { createReplayStore, type ReplayStore } from './replay/replayStore.ts';
import { createRowsStore, type RowsStore } from './rowsStore.ts';
import { createPace } from './state/pace.ts';
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
/** After a failure the store is read again so much later, ms. */
const RETRY_EVERY = 1000;
/** Exchanges that the query worker is told of in one message. */
const EXTENTS_AT_ONCE = 2000;
/** The browser's own log is looked into at most this often, ms … */
const LOOK_EVERY = 5000;
/** … and not before a page is so old, ms. */
const LOG_EVERY = 2000;
/** Rates sink by themselves when nothing comes. */
const RATES_EVERY = 1000;
/** Rates that a sparkline shows. */
const SPARKS = 30;

const NO_EXCHANGES: readonly ExchangeOutline[] = [];

/** What is to be read of the store. */
interface Due {
  anything: boolean;
  /** All of the session on show. */
  everything: boolean;
  /** The records of all sessions. */
  sessions: boolean;
  /** What has changed, by ids. */
  streams: Set<string>;
  exchanges: Set<string>;
}

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
  streams: ReadonlySignal<readonly Stream[]>;
  rates: Signal<ReadonlyMap<string, number>>;
  /** Events per second of each stream over the last while, once a second. */
  sparks: Signal<ReadonlyMap<string, readonly number[]>>;
  /** Marks of the page, by time. */
  marks: ReadonlySignal<readonly Mark[]>;
  stream: ReadonlySignal<Stream | undefined>;
  /** Of the chosen stream, in their order. */
  exchanges: ReadonlySignal<readonly ExchangeOutline[]>;
  tab: Signal<StreamTab>;
  /** What the browser's own log has, and the recording has not. */
  unseen: Signal<Unseen>;
  /** The streams of the session by their purpose: those that follow one another are one. */
  groups: ReadonlySignal<readonly LogicalStream[]>;
  /** The streams that are one with the chosen one, by their purpose, in the order of their opening. */
  logical: ReadonlySignal<readonly Stream[]>;
  /** Exchanges of all streams of the session. */
  allExchanges: ReadonlySignal<ExchangesByStream>;
  /** Why the panel cannot read the store; '' when it can. It tries again. */
  readProblem: ReadonlySignal<string>;
  /** A session is being opened: only the last exchanges of its streams are there so far. */
  reading: ReadonlySignal<boolean>;
  /** Recording had stopped for want of storage, and goes on again. */
  recovered: Signal<boolean>;
  rows: RowsStore;
  timeline: TimelineStore;
  replay: ReplayStore;
  cache: SegmentCache;
  /** Exchanges with all that is known of them, by their ids: those that are in the store. */
  readExchanges(ids: readonly string[]): Promise<Map<string, Exchange>>;
  /** All sessions are read again. */
  refreshSessions(): void;
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
  /** The page has navigated. */
  navigated(): void;
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
  const rates = signal<ReadonlyMap<string, number>>(new Map());
  const sparks = signal<ReadonlyMap<string, readonly number[]>>(new Map());
  const pickedStream = signal('');
  const tab = signal<StreamTab>('events');
  const unseen = signal<Unseen>(NOTHING_UNSEEN);
  const readProblem = signal('');
  const recovered = signal(false);
  const cache = createSegmentCache(db);
  const data = createSessionData(db);
  const { streams, marks, exchanges: allExchanges } = data;

  const sessionId = computed(() => pickedSession.value || status.value?.session || '');
  const session = computed(() => sessions.value.find((one) => one.id === sessionId.value));
  let others = { list: [] as Session[], text: '[]' };
  const otherSessions = computed(() => {
    const list = sessions.value.filter(({ id }) => watchedTab < 0 || id !== status.value?.session);
    // The same ones as before are the same list: what shows them need not be drawn again.
    if (list.length === others.list.length && list.every((one, i) => one === others.list[i]))
      return others.list;
    const text = JSON.stringify(list);
    if (text !== others.text) others = { list, text };
    return others.list;
  });
  const stream = computed(
    () => streams.value.find((one) => one.id === pickedStream.value) ?? streams.value[0],
  );
  const streamId = computed(() => stream.value?.id ?? '');
  const exchanges = computed(() => allExchanges.value.get(streamId.value) ?? NO_EXCHANGES);
  const groups = computed(() =>
    groupLogically(streams.value, (id) => {
      const last = allExchanges.value.get(id)?.findLast((one) => endOf(one) !== undefined);
      return last && endOf(last);
    }),
  );
  const logical = computed(() => {
    const chosen = stream.value;
    if (!chosen) return [];
    const own = groups.value.find((group) => group.streams.some(({ id }) => id === chosen.id));
    return own?.streams ?? [chosen];
  });
  const situation = computed(() => situationOf(link.value, status.value, streams.value.length));
  const live = computed(() => session.value !== undefined && session.value.endedAt === undefined);
  const rows = createRowsStore(query, stream, exchanges, streams);
  const timeline = createTimelineStore(query, {
    session,
    streams,
    groups,
    exchanges: allExchanges,
    marks,
    live,
  });

  let meters = new Map<string, RateMeter>();
  let replay: ReplayStore | undefined;
  /** What is to be read. */
  let due = nothingDue();
  let refreshing = false;
  const counts = createPace(COUNT_EVERY);
  let counting: ReturnType<typeof setTimeout> | undefined;
  /** The record of the session on show that is not on show yet. */
  let latest: Session | undefined;
  /** Since when the browser's log may be looked into: it takes a while to tell of another page. */
  const logPace = createPace(LOG_EVERY);
  /** Pages and sessions that the log was asked about so far. */
  let pages = 0;

  /** Imports that wait for a part to be written. */
  const importer = createImporter(
    query,
    () => wire(),
    () => status.value?.keeping.budget ?? Infinity,
  );
  const wire = keepLinked<PanelToBackground, BackgroundToPanel>(
    connect,
    (wire) => {
      wire.listen((message) => {
        if (message.type === 'TabChanged') {
          const before = sessionId.value;
          const failed = status.value?.storageProblem ?? '';
          batch(() => {
            link.value = 'open';
            status.value = message.status;
            recovered.value = message.status.storageProblem === '' && (failed !== '' || recovered.value);
          });
          if (sessionId.value !== before) showSession();
          else refresh({ sessions: true });
        } else if (message.type === 'ImportWritten') importer.written(message.session, message.problem);
        else if (message.type === 'SessionsChanged') refresh({ sessions: true });
        else if (message.session === sessionId.value) {
          refresh({ streams: message.streams, exchanges: message.exchanges });
        }
      });
      wire.post({ type: 'WatchTab', tab: watchedTab });
      replay?.reconnected();
      // What was announced while nobody listened is not known.
      refresh({ everything: true });
    },
    (forGood) => {
      if (forGood) link.value = 'gone';
      importer.broken();
    },
  );
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
    forgetUnseen();
    batch(() => {
      sparks.value = new Map();
      data.clear();
      rows.chosen.value = undefined;
      rows.pins.value = new Map();
      rows.range.value = undefined;
      pickedStream.value = '';
      rows.following.value = true;
    });
    timeline.fit();
    rows.restart();
    due = nothingDue();
    refresh({ everything: true });
  }

  function refresh(
    more: Partial<Omit<Due, 'streams' | 'exchanges'>> & { streams?: string[]; exchanges?: string[] },
  ): void {
    due.everything ||= more.everything ?? false;
    due.sessions ||= more.sessions ?? false;
    due.anything = true;
    for (const id of more.streams ?? []) due.streams.add(id);
    for (const id of more.exchanges ?? []) due.exchanges.add(id);
    if (refreshing) return;
    refreshing = true;
    void (async () => {
      while (due.anything) {
        const now = due;
        due = nothingDue();
        const before = entryCount(exchanges.value);
        let pause = REFRESH_EVERY;
        try {
          await read(now);
          readProblem.value = '';
          if (entryCount(exchanges.value) - before >= MANY && before > 0) pause = REFRESH_EVERY_OF_MANY;
        } catch (error) {
          readProblem.value = String((error as Error)?.message ?? error);
          pause = RETRY_EVERY;
          due.everything = true;
          due.anything = true;
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      refreshing = false;
    })();
  }

  async function read({ everything, sessions: wantsSessions, streams, exchanges }: Due): Promise<void> {
    const id = sessionId.value;
    // Meanwhile somebody may choose something else.
    const wanted = () => id === sessionId.value;
    if (everything || wantsSessions) sessions.value = await readSessions(db);
    if (id === '' || !wanted()) return;
    // It has been deleted: nothing of it stays on show.
    if ((everything || wantsSessions) && session.value === undefined) data.clear();
    const update = everything
      ? await data.load(id, pickedStream.value, wanted)
      : await data.update(id, [...streams], [...exchanges], wanted);
    if (!update) return;
    take(id, update);
    if (everything) latest = undefined;
    else showCounts(update.session);
    seeRates();
    rows.grow();
  }

  /** What has been read goes to the query worker; what it takes the place of is forgotten. */
  function take(id: string, { exchanges, replaced }: Update): void {
    const streamsReplaced = [...new Set(replaced.map(({ stream }) => stream))];
    const extents = [...exchanges].map(([stream, own]): StreamExtent => {
      const all = streamsReplaced.includes(stream) ? allExchanges.value.get(stream)! : own;
      return { stream, exchanges: all.map(extentOf) };
    });
    for (let i = 0; i === 0 || i < extents.length; i++) {
      // A day of attempts is told in parts: each is a short task.
      const one = extents[i];
      for (let from = 0; from === 0 || from < (one?.exchanges.length ?? 0); from += EXTENTS_AT_ONCE) {
        const part = one && [
          { stream: one.stream, exchanges: one.exchanges.slice(from, from + EXTENTS_AT_ONCE) },
        ];
        query.ask('look', [id, part ?? [], from === 0 && i === 0 ? streamsReplaced : []]).catch(() => {});
      }
    }
    for (const exchange of replaced) cache.forget(exchange.id);
    if (streamsReplaced.includes(streamId.value)) rows.replaced();
  }

  /** Counts change with every event: they are shown now and then, what is more than a count at once. */
  function showCounts(own: Session | undefined): void {
    if (own) latest = own;
    const wait = counts.wait();
    if (wait > 0 && !data.hasNews()) {
      if (counting === undefined) {
        counting = setTimeout(() => {
          counting = undefined;
          showCounts(undefined);
        }, wait);
      }
      return;
    }
    counts.taken();
    batch(() => {
      data.showStreams();
      if (latest && sessions.value.some(({ id }) => id === latest!.id)) {
        sessions.value = sessions.value.map((one) => (one.id === latest!.id ? latest! : one));
      } else if (latest?.id === sessionId.value) sessions.value = [latest, ...sessions.value];
      latest = undefined;
    });
  }

  function seeRates(): void {
    const now = performance.now();
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
    if (!readLog || !recording || !wire || wire.always || wire.on || logPace.wait() > 0) return;
    const page = pages;
    const logged = await readLog();
    // Another page, or another session, may have begun meanwhile.
    if (page === pages) unseen.value = findUnseen(logged, streams.value);
  }

  /** What the log had is of a page that is gone, or of another session. */
  function forgetUnseen(): void {
    pages++;
    logPace.taken();
    unseen.value = NOTHING_UNSEEN;
  }

  replay = createReplayStore(
    query,
    (command) => wire()?.post(command),
    version,
    allExchanges,
    () => status.value?.session ?? '',
  );
  setInterval(() => void lookForUnseen().catch(() => {}), LOOK_EVERY);
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
    readProblem,
    reading: data.reading,
    recovered,
    rows,
    timeline,
    replay,
    cache,
    query,
    readExchanges: (ids) => readExchangesById(db, ids),
    refreshSessions: () => refresh({ sessions: true }),
    pickSession(id) {
      pickedSession.value = id;
      showSession();
    },
    chooseStream(id) {
      if (stream.value?.id === id) return;
      batch(() => {
        pickedStream.value = id;
        rows.chosen.value = undefined;
        rows.following.value = true;
      });
      rows.restart();
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
        [logical.value.map(({ id }) => id), healthMarks(marks.value), browserName, Date.now()],
        signal,
      ),
    readStatistics: (all, signal) =>
      query.ask(
        'statistics',
        [(all ? streams.value : logical.value).map(({ id }) => id), [...timeline.jumps.value]],
        signal,
      ),
    export: (what, signal, progress) =>
      query.ask('export', [{ ...what, session: sessionId.value, version }], signal, ([done]) =>
        progress(done ?? 0),
      ),
    import: importFile,
    send: (command) => wire()?.post(command),
    navigated: forgetUnseen,
  };
}

function nothingDue(): Due {
  return { anything: false, everything: false, sessions: false, streams: new Set(), exchanges: new Set() };
}

function extentOf({ id, number, firstEntry, entries }: ExchangeOutline): ExchangeExtent {
  return { id, number, firstEntry, entries };
}

function endOf({ endedAt, http }: ExchangeOutline): number | undefined {
  return endedAt ?? http?.completedAt;
}

/** Marks that explain times without a sign of life. */
function healthMarks(marks: readonly Mark[]): Mark[] {
  return marks.filter(({ kind }) => kind === 'freeze' || kind === 'clock');
}
