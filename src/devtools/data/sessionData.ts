import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { type ExchangeOutline, outlineOf } from '../../shared/session/exchangeOutline.ts';
import type { Mark, Stream } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import {
  readChanged,
  readExchangeParts,
  readExchangesAfter,
  readSessionHead,
} from '../../shared/store/read.ts';
import { putExchanges, type Update } from './putExchanges.ts';
import { takeAway } from './takeAway.ts';

/** Exchanges that are read at once: reading more of them would hold up the panel. */
const AT_ONCE = 400;

/** Exchanges of each stream, in the order of their numbers. */
export type ExchangesByStream = ReadonlyMap<string, readonly ExchangeOutline[]>;

/**
 * The records of the session on show. They are read once; after that only those that have changed are. Records that have
 * not changed are the same objects as before: whoever works something out of them can tell by that what is new.
 */
export interface SessionData {
  streams: ReadonlySignal<readonly Stream[]>;
  exchanges: ReadonlySignal<ExchangesByStream>;
  /** Marks of the page, by time. */
  marks: ReadonlySignal<readonly Mark[]>;
  /** A session is being opened: only its last exchanges are there so far. */
  reading: ReadonlySignal<boolean>;
  /** Nothing is on show. */
  clear(): void;
  /**
   * Reads a session as a whole.
   *
   * @param first - the stream whose exchanges are read before those of the others
   * @param wanted - whether anybody still wants to see this session; where not, the rest is left
   */
  load(session: string, first: string, wanted: () => boolean): Promise<Update | undefined>;
  /** Reads what has changed, by ids. */
  update(
    session: string,
    streams: readonly string[],
    exchanges: readonly string[],
    wanted: () => boolean,
  ): Promise<Update | undefined>;
  /** Whether more than counts has changed since the streams were brought up to date: a state, a stream, a listener. */
  hasNews(): boolean;
  /** Brings the streams up to what has been read: their counts change often, and to draw them costs. */
  showStreams(): void;
}

/** @throws whatever the database throws: what was on show stays */
export function createSessionData(db: Database): SessionData {
  const streams = signal<readonly Stream[]>([]);
  const exchanges = signal<ExchangesByStream>(new Map());
  const marks = signal<readonly Mark[]>([]);
  const reading = signal(false);
  /** By id, as they were last read. */
  let known = new Map<string, Stream>();
  let lastMark = 0;

  /** Marks that were there when the streams were last shown. */
  let marksShown = marks.value;

  function showStreams(): void {
    marksShown = marks.value;
    const list = [...known.values()].sort((a, b) => a.number - b.number);
    const before = streams.value;
    if (list.length !== before.length || list.some((one, i) => one !== before[i])) streams.value = list;
  }

  return {
    streams,
    exchanges,
    marks,
    reading,
    showStreams,
    hasNews: () => !haveSameStates(streams.value, known) || marks.value !== marksShown,
    clear() {
      known = new Map();
      batch(() => {
        reading.value = false;
        streams.value = [];
        exchanges.value = new Map();
        marks.value = [];
      });
    },
    async load(id, first, wanted) {
      const head = await readSessionHead(db, id);
      if (!wanted()) return undefined;
      known = new Map(head.streams.map((stream) => [stream.id, stream]));
      lastMark = head.lastMark;
      // What was on show of the same session stays until it is there anew.
      const isNew = exchanges.value.size === 0;
      reading.value = isNew;
      batch(() => {
        marks.value = head.marks;
        showStreams();
      });
      const lists = await readLists(
        db,
        head.streams,
        first,
        wanted,
        isNew ? (soFar) => (exchanges.value = soFar) : undefined,
      );
      if (!lists) return undefined;
      reading.value = false;
      exchanges.value = lists;
      return { session: head.session, exchanges: lists, replaced: [] };
    },
    async update(id, changedStreams, changedExchanges, wanted) {
      const result: Update = { session: undefined, exchanges: new Map(), replaced: [] };
      for (let from = 0; from === 0 || from < changedExchanges.length; from += AT_ONCE) {
        const part = changedExchanges.slice(from, from + AT_ONCE);
        const read = await readChanged(db, id, from === 0 ? changedStreams : [], part, lastMark);
        if (!wanted()) return undefined;
        lastMark = read.lastMark;
        for (const stream of read.streams) if (stream.session === id) known.set(stream.id, stream);
        const lists = new Map(exchanges.value);
        const hasFewer = from === 0 && takeAway(lists, known, changedStreams, read.streams);
        const own = putExchanges(
          lists,
          read.exchanges.filter(({ session }) => session === id),
        );
        result.session = read.session;
        for (const [stream, list] of own.exchanges) {
          result.exchanges.set(stream, (result.exchanges.get(stream) ?? []).concat(list));
        }
        result.replaced = result.replaced.concat(own.replaced);
        batch(() => {
          if (read.marks.length > 0)
            marks.value = [...marks.value, ...read.marks].sort((a, b) => a.at - b.at);
          if (own.exchanges.size > 0 || hasFewer) exchanges.value = lists;
        });
      }
      return result;
    },
  };
}

/**
 * Reads the exchanges of streams, one stream after the other.
 *
 * @param first - the stream that is read before the others
 * @param show - shows those that a person looks at first: the last ones of a long stream, before the others are there
 * @returns undefined when nobody wants them any more
 */
async function readLists(
  db: Database,
  streams: readonly Stream[],
  first: string,
  wanted: () => boolean,
  show: ((soFar: ExchangesByStream) => void) | undefined,
): Promise<Map<string, ExchangeOutline[]> | undefined> {
  const lists = new Map<string, ExchangeOutline[]>(streams.map(({ id }) => [id, []]));
  const order = [...streams].sort((a, b) => Number(b.id === first) - Number(a.id === first));
  for (const { id: stream, exchanges: count } of order) {
    const list = lists.get(stream)!;
    if (show && count > AT_ONCE) {
      const last = await readExchangesAfter(db, stream, count - AT_ONCE);
      if (!wanted()) return undefined;
      show(
        new Map(lists).set(
          stream,
          last.map((one) => outlineOf(one, undefined)),
        ),
      );
    }
    for await (const read of readExchangeParts(db, stream, count)) {
      if (!wanted()) return undefined;
      for (const exchange of read) list.push(outlineOf(exchange, list.at(-1)));
    }
  }
  return lists;
}

function haveSameStates(shown: readonly Stream[], known: ReadonlyMap<string, Stream>): boolean {
  return (
    shown.length === known.size &&
    shown.every(({ id, state, exchanges, listeners }) => {
      const other = known.get(id);
      return (
        state === other?.state && exchanges === other.exchanges && listeners.length === other.listeners.length
      );
    })
  );
}
