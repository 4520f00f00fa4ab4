import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ExchangeOutline } from '../shared/session/exchangeOutline.ts';
import type { Stream } from '../shared/session/types.ts';
import type { EntryKind } from '../shared/sse/types.ts';
import { type Filter, parseFilter } from './filter/parseFilter.ts';
import type { QueryClient } from './query/client.ts';
import type { SortColumn, SortOrder } from './query/sortRows.ts';
import { KIND_NAMES } from './state/entryText.ts';
import { createPace } from './state/pace.ts';
import { entryCount } from './state/rows.ts';
import type { TimeRange } from './state/timeView.ts';

/** Rows in another order are sorted again at most this often while they grow, ms. */
const SORT_EVERY = 1000;

/** Which entries of the chosen stream the table shows, in which order, and which of them is chosen. */
export interface RowsStore {
  query: Signal<string>;
  /** Kinds of entries on show; undefined for all. */
  kind: Signal<EntryKind | undefined>;
  /** Only what came in this time; undefined for any time. */
  range: Signal<TimeRange | undefined>;
  filter: ReadonlySignal<Filter>;
  filtered: ReadonlySignal<boolean>;
  order: Signal<SortOrder>;
  /** Ordinals of the rows; undefined for all entries in the order of their arrival. */
  rows: ReadonlySignal<Uint32Array | undefined>;
  searching: Signal<boolean>;
  total: ReadonlySignal<number>;
  /** Matches in the other streams, by stream; as far as they have been looked at. */
  counts: Signal<ReadonlyMap<string, number>>;
  /** Ordinal of the chosen entry in its stream. */
  chosen: Signal<number | undefined>;
  following: Signal<boolean>;
  /** Ordinals that the user has pinned, by stream. */
  pins: Signal<ReadonlyMap<string, readonly number[]>>;
  ordinalOf(row: number): number;
  /** Row of an ordinal; -1 when it is not on show. */
  rowOf(ordinal: number): number;
  setQuery(query: string): void;
  setKind(kind: EntryKind | undefined): void;
  setRange(range: TimeRange | undefined): void;
  sortBy(column: SortColumn): void;
  togglePin(ordinal: number): void;
  /** Changes when what has been read of the entries does not hold any more. */
  generation: ReadonlySignal<number>;
  /** Another stream is on show. */
  restart(): void;
  /** Other bytes have taken the place of those of the stream on show. */
  replaced(): void;
  /** There may be more entries. */
  grow(): void;
}

export function createRowsStore(
  query: QueryClient,
  stream: ReadonlySignal<Stream | undefined>,
  exchanges: ReadonlySignal<readonly ExchangeOutline[]>,
  streams: ReadonlySignal<readonly Stream[]>,
): RowsStore {
  const text = signal('');
  const kind = signal<EntryKind | undefined>(undefined);
  const range = signal<TimeRange | undefined>(undefined);
  const order = signal<SortOrder>({ column: 'n', descending: false });
  const matches = signal<Uint32Array | undefined>(undefined);
  const sorted = signal<Uint32Array | undefined>(undefined);
  const searching = signal(false);
  const counts = signal<ReadonlyMap<string, number>>(new Map());
  const chosen = signal<number | undefined>(undefined);
  const following = signal(true);
  const pins = signal<ReadonlyMap<string, readonly number[]>>(new Map());
  const generation = signal(0);

  const filterText = computed(() =>
    kind.value === undefined ? text.value : `${text.value} kind:${KIND_NAMES[kind.value]}`,
  );
  const filter = computed(() => parseFilter(filterText.value));
  const filtered = computed(() => filter.value.terms.length > 0 || range.value !== undefined);
  const inOrder = computed(() => order.value.column === 'n' && !order.value.descending);
  const rows = computed(() => (inOrder.value ? matches.value : (sorted.value ?? matches.value)));
  const total = computed(() => rows.value?.length ?? entryCount(exchanges.value));

  let search: AbortController | undefined;
  let searched = 0;
  /** The matches are the first ones of this; it grows by doubling. */
  let room = new Uint32Array(1024);
  let found = 0;
  let sort: AbortController | undefined;
  const sortPace = createPace(SORT_EVERY);
  let sortTimer: ReturnType<typeof setTimeout> | undefined;
  let elsewhere: AbortController | undefined;
  const lookedElsewhere = new Map<string, number>();

  function take(ordinals: Uint32Array): void {
    if (found + ordinals.length > room.length) {
      const larger = new Uint32Array(Math.max(room.length * 2, found + ordinals.length));
      larger.set(room.subarray(0, found));
      room = larger;
    }
    room.set(ordinals, found);
    found += ordinals.length;
    matches.value = room.subarray(0, found);
  }

  function restart(): void {
    search?.abort();
    search = undefined;
    elsewhere?.abort();
    elsewhere = undefined;
    sort?.abort();
    sort = undefined;
    lookedElsewhere.clear();
    searched = 0;
    found = 0;
    batch(() => {
      searching.value = false;
      sorted.value = undefined;
      counts.value = new Map();
      matches.value = filtered.value ? new Uint32Array(0) : undefined;
    });
    sortPace.reset();
    grow();
  }

  function grow(): void {
    const to = entryCount(exchanges.value);
    if (!filtered.value) {
      if (!inOrder.value) sortSoon();
      return;
    }
    const shown = stream.value;
    if (search || !shown) return;
    if (searched >= to) {
      countElsewhere();
      return;
    }
    const own = new AbortController();
    search = own;
    searching.value = true;
    query
      .ask(
        'rows',
        [{ stream: shown.id, filter: filterText.value, time: range.value, from: searched, to }],
        own.signal,
        take,
      )
      .then(
        (looked) => {
          // What is not in the store yet comes with the next look.
          const stuck = looked <= searched;
          searched = looked;
          return stuck;
        },
        () => true,
      )
      .then((stuck) => {
        if (own.signal.aborted) return;
        search = undefined;
        searching.value = false;
        if (!inOrder.value) sortSoon();
        if (!stuck) grow();
      });
  }

  /** When the stream on show is looked through: how many match in each of the others. */
  function countElsewhere(): void {
    if (elsewhere || filter.value.terms.length === 0) return;
    const next = streams.value.find(
      (one) => one.id !== stream.value?.id && (lookedElsewhere.get(one.id) ?? 0) < one.entries,
    );
    if (!next) return;
    const own = new AbortController();
    elsewhere = own;
    const from = lookedElsewhere.get(next.id) ?? 0;
    let more = 0;
    query
      .ask(
        'rows',
        [{ stream: next.id, filter: filterText.value, time: range.value, from, to: next.entries }],
        own.signal,
        (ordinals) => {
          more += ordinals.length;
        },
      )
      .then(
        (looked) => {
          // Not in the store yet: it is not asked for again before it has grown.
          lookedElsewhere.set(next.id, Math.max(looked, from === looked ? next.entries : looked));
          counts.value = new Map(counts.value).set(next.id, (counts.value.get(next.id) ?? 0) + more);
        },
        () => lookedElsewhere.set(next.id, next.entries),
      )
      .then(() => {
        if (own.signal.aborted) return;
        elsewhere = undefined;
        countElsewhere();
      });
  }

  function sortSoon(): void {
    if (sort || sortTimer !== undefined) return;
    const wait = sortPace.wait();
    if (wait > 0) {
      sortTimer = setTimeout(() => {
        sortTimer = undefined;
        sortSoon();
      }, wait);
      return;
    }
    const shown = stream.value;
    if (!shown || inOrder.value) return;
    const own = new AbortController();
    sort = own;
    const ordinals = matches.value?.slice();
    if (ordinals?.length === 0) {
      sort = undefined;
      return;
    }
    query
      .ask('sort', [shown.id, order.value, ordinals], own.signal)
      .then(
        (answer) => {
          sorted.value = answer;
        },
        () => {},
      )
      .then(() => {
        if (own.signal.aborted) return;
        sort = undefined;
        sortPace.taken();
        const all = matches.value?.length ?? entryCount(exchanges.value);
        if ((sorted.value?.length ?? 0) < all) sortSoon();
      });
  }

  return {
    query: text,
    kind,
    range,
    filter,
    filtered,
    order,
    rows,
    searching,
    total,
    counts,
    chosen,
    following,
    pins,
    ordinalOf: (row) => rows.value?.[row] ?? row,
    rowOf(ordinal) {
      const shown = rows.value;
      if (!shown) return ordinal < total.value ? ordinal : -1;
      if (!inOrder.value) return shown.indexOf(ordinal);
      let low = 0;
      let high = shown.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (shown[middle]! < ordinal) low = middle + 1;
        else high = middle;
      }
      return shown[low] === ordinal ? low : -1;
    },
    setQuery(next) {
      if (text.value === next) return;
      text.value = next;
      restart();
    },
    setKind(next) {
      kind.value = next;
      restart();
    },
    setRange(next) {
      range.value = next;
      restart();
    },
    sortBy(column) {
      const same = order.value.column === column;
      // The third click gives back the order of arrival.
      if (same && order.value.descending && column !== 'n') order.value = { column: 'n', descending: false };
      else
        order.value = {
          column,
          descending: same ? !order.value.descending : column === 'size' || column === 'delta',
        };
      sort?.abort();
      sort = undefined;
      sorted.value = undefined;
      sortPace.reset();
      following.value = inOrder.value && following.value;
      if (!inOrder.value) sortSoon();
    },
    togglePin(ordinal) {
      const id = stream.value?.id;
      if (!id) return;
      const own = pins.value.get(id) ?? [];
      const next = own.includes(ordinal)
        ? own.filter((one) => one !== ordinal)
        : [...own, ordinal].sort((a, b) => a - b);
      pins.value = new Map(pins.value).set(id, next);
    },
    generation,
    restart,
    replaced() {
      generation.value++;
      restart();
    },
    grow,
  };
}
