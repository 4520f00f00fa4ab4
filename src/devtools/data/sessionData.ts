import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { putExchange } from '../../shared/session/exchangeList.ts';
import { type ExchangeOutline, outlineOf } from '../../shared/session/exchangeOutline.ts';
import type { Exchange, Mark, Session, Stream } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import {
  readChanged,
  readExchangeParts,
  readExchangesAfter,
  readSessionHead,
} from '../../shared/store/read.ts';

/** Exchanges that are read at once: reading more of them would hold up the panel. */
const AT_ONCE = 400;

/** Exchanges of each stream, in the order of their numbers. */
export type ExchangesByStream = ReadonlyMap<string, readonly ExchangeOutline[]>;

/** What has been read anew. */
export interface Update {
  session: Session | undefined;
  /** What is new or has changed, by stream. */
  exchanges: Map<string, ExchangeOutline[]>;
  /** Exchanges of which other bytes have taken the place of those that were there. */
  replaced: ExchangeOutline[];
}

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

  function put(lists: Map<string, readonly ExchangeOutline[]>, read: readonly Exchange[]): Update {
    const update: Update = { session: undefined, exchanges: new Map(), replaced: [] };
    const own = new Map<string, ExchangeOutline[]>();
    for (const exchange of read) {
      let list = own.get(exchange.stream);
      if (!list) {
        list = [...(lists.get(exchange.stream) ?? [])];
        own.set(exchange.stream, list);
        lists.set(exchange.stream, list);
        update.exchanges.set(exchange.stream, []);
      }
      const outline = outlineOf(exchange, list.at(-1));
      const before = putExchange(list, outline);
      update.exchanges.get(exchange.stream)!.push(outline);
      if (before && isReplaced(before, outline)) update.replaced.push(outline);
    }
    return update;
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
      const lists = new Map<string, ExchangeOutline[]>(head.streams.map(({ id }) => [id, []]));
      const order = [...head.streams].sort((a, b) => Number(b.id === first) - Number(a.id === first));
      // What was on show of the same session stays until it is there anew.
      const isNew = exchanges.value.size === 0;
      reading.value = isNew;
      batch(() => {
        marks.value = head.marks;
        showStreams();
      });
      for (const { id: stream, exchanges: count } of order) {
        const list = lists.get(stream)!;
        if (isNew && count > AT_ONCE) {
          // What came last is what a person looks at first.
          const last = await readExchangesAfter(db, stream, count - AT_ONCE);
          if (!wanted()) return undefined;
          exchanges.value = new Map(lists).set(
            stream,
            last.map((one) => outlineOf(one, undefined)),
          );
        }
        for await (const read of readExchangeParts(db, stream, count)) {
          if (!wanted()) return undefined;
          for (const exchange of read) list.push(outlineOf(exchange, list.at(-1)));
        }
      }
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
        const gone = from === 0 ? goneOf(changedStreams, read.streams) : [];
        for (const stream of gone) {
          known.delete(stream);
          lists.delete(stream);
        }
        const own = put(
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
          if (own.exchanges.size + gone.length > 0) exchanges.value = lists;
        });
      }
      return result;
    },
  };
}

/** Streams that are in the store no more: the budget has dropped them, or a page has said whose their exchanges are. */
function goneOf(asked: readonly string[], read: readonly Stream[]): string[] {
  const ids = new Set(read.map(({ id }) => id));
  return asked.filter((id) => !ids.has(id));
}

/** The bytes of an exchange only grow, but where the wire's take the place of what the page said. */
function isReplaced(before: ExchangeOutline, now: ExchangeOutline): boolean {
  const fromPage = before.bytes > 0 && before.wire === undefined && now.wire !== undefined;
  return fromPage || now.bytes < before.bytes || now.entries < before.entries;
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
