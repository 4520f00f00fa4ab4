import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { EntryKind } from '../../shared/sse/types.ts';
import type { TimeRange } from '../data/timeRange.ts';
import { type Filter, parseFilter } from '../filter/parseFilter.ts';
import { KIND_NAMES } from '../reading/entryWords.ts';

/** What the user wants to see: a filter, a kind of entries, a range of time. */
export interface FilterState {
  text: Signal<string>;
  kind: Signal<EntryKind | undefined>;
  range: Signal<TimeRange | undefined>;
  /** The filter and the kind, in the language of the filter. */
  filterText: ReadonlySignal<string>;
  filter: ReadonlySignal<Filter>;
  /** Whether anything is left out. */
  filtered: ReadonlySignal<boolean>;
}

export function createFilterState(): FilterState {
  const text = signal('');
  const kind = signal<EntryKind | undefined>(undefined);
  const range = signal<TimeRange | undefined>(undefined);
  const filterText = computed(() =>
    kind.value === undefined ? text.value : `${text.value} kind:${KIND_NAMES[kind.value]}`,
  );
  const filter = computed(() => parseFilter(filterText.value));
  const filtered = computed(() => filter.value.terms.length > 0 || range.value !== undefined);
  return { text, kind, range, filterText, filter, filtered };
}
