import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import type { Stream } from '../../shared/session/types.ts';
import type { EntryKind } from '../../shared/sse/types.ts';
import type { TimeRange } from '../data/timeRange.ts';
import type { Filter } from '../filter/parseFilter.ts';
import type { QueryClient } from '../query/client.ts';
import type { SortColumn, SortOrder } from '../query/sortRows.ts';
import { entryCount } from '../reading/rows.ts';
import { createFilterState } from './filterState.ts';
import { createOtherMatches } from './otherMatches.ts';
import { createPins } from './pins.ts';
import { createSearch } from './search.ts';
import { createShownRows } from './shownRows.ts';
import { createSorting } from './sorting.ts';

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
  searching: ReadonlySignal<boolean>;
  total: ReadonlySignal<number>;
  /** Matches in the other streams, by stream; as far as they have been looked at. */
  counts: ReadonlySignal<ReadonlyMap<string, number>>;
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
  sessionShown(): void;
  streamChosen(): void;
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
  const { text, kind, range, filterText, filter, filtered } = createFilterState();
  const chosen = signal<number | undefined>(undefined);
  const following = signal(true);
  const generation = signal(0);

  const wanted = { stream, exchanges, filterText, range };
  const others = createOtherMatches(query, wanted, streams);
  const search = createSearch(query, wanted, (stuck) => {
    if (!inOrder.value) sorting.grow();
    if (!stuck) grow();
  });
  const { matches } = search;
  const sorting = createSorting(
    query,
    stream,
    matches,
    () => matches.value?.length ?? entryCount(exchanges.value),
  );
  const { inOrder } = sorting;
  const shown = createShownRows(matches, sorting, exchanges);
  const pins = createPins(stream);

  function restart(): void {
    batch(() => {
      search.restart(filtered.value);
      others.restart();
      sorting.restart();
    });
    grow();
  }

  function grow(): void {
    if (!filtered.value) {
      if (!inOrder.value) sorting.grow();
    } else if (search.grow() && filter.value.terms.length > 0) others.grow();
  }

  function streamChosen(): void {
    chosen.value = undefined;
    following.value = true;
    restart();
  }

  return {
    query: text,
    kind,
    range,
    filter,
    filtered,
    order: sorting.order,
    rows: shown.rows,
    searching: search.searching,
    total: shown.total,
    counts: others.counts,
    chosen,
    following,
    pins: pins.pins,
    ordinalOf: shown.ordinalOf,
    rowOf: shown.rowOf,
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
      sorting.by(column);
      following.value = inOrder.value && following.value;
    },
    togglePin: pins.toggle,
    generation,
    sessionShown() {
      pins.clear();
      range.value = undefined;
      streamChosen();
    },
    streamChosen,
    replaced() {
      generation.value++;
      restart();
    },
    grow,
  };
}
