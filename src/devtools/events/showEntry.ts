import { batch } from '@preact/signals';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from './rowsStore.ts';

/** Shows an entry of a stream in the table. A filter that hides it is taken off. */
export function showEntry(data: PanelData, rows: RowsStore, stream: string, ordinal: number): void {
  data.chooseStream(stream);
  batch(() => {
    if (rows.filtered.value && rows.rowOf(ordinal) < 0) {
      rows.setRange(undefined);
      rows.setKind(undefined);
      rows.setQuery('');
    }
    rows.following.value = false;
    rows.chosen.value = ordinal;
  });
}
