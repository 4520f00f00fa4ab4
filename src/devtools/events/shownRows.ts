import { computed, type ReadonlySignal } from '@preact/signals';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { firstAtLeast } from '../../shared/session/firstAtLeast.ts';
import { entryCount } from '../reading/rows.ts';
import type { Sorting } from './sorting.ts';

/** Which entry stands in which row. */
export interface ShownRows {
  /** Ordinals of the rows; undefined for all entries in the order of their arrival. */
  rows: ReadonlySignal<Uint32Array | undefined>;
  total: ReadonlySignal<number>;
  ordinalOf(row: number): number;
  /** Row of an ordinal; -1 when it is not on show. */
  rowOf(ordinal: number): number;
}

export function createShownRows(
  matches: ReadonlySignal<Uint32Array | undefined>,
  { inOrder, sorted }: Pick<Sorting, 'inOrder' | 'sorted'>,
  exchanges: ReadonlySignal<readonly ExchangeOutline[]>,
): ShownRows {
  const rows = computed(() => (inOrder.value ? matches.value : (sorted.value ?? matches.value)));
  const total = computed(() => rows.value?.length ?? entryCount(exchanges.value));
  return {
    rows,
    total,
    ordinalOf: (row) => rows.value?.[row] ?? row,
    rowOf(ordinal) {
      const shown = rows.value;
      if (!shown) return ordinal < total.value ? ordinal : -1;
      if (!inOrder.value) return shown.indexOf(ordinal);
      const row = firstAtLeast(shown, ordinal);
      return shown[row] === ordinal ? row : -1;
    },
  };
}
