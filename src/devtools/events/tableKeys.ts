import type { PanelData } from '../data/panelData.ts';
import { ROW_HEIGHT } from './rowHeight.ts';
import type { RowsStore } from './rowsStore.ts';
import { showEntry } from './showEntry.ts';
import { tableStep } from './tableStep.ts';

/** Chooses a row: the first or the last one where there is none of that number. */
export function chooseRow(rows: RowsStore, row: number): void {
  const bounded = Math.min(Math.max(row, 0), rows.total.value - 1);
  if (bounded < 0) return;
  rows.following.value = false;
  rows.chosen.value = rows.ordinalOf(bounded);
}

/**
 * Does what a key asks for in the table: arrows and pages choose, M pins, the apostrophe goes to the next pin, Escape chooses nothing.
 *
 * @param height - of the table, px
 */
export function onTableKey(event: KeyboardEvent, data: PanelData, rows: RowsStore, height: number): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const chosen = rows.chosen.value;
  const chosenRow = chosen === undefined ? -1 : rows.rowOf(chosen);
  const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 2);
  const step = tableStep(event.key, chosenRow, rows.total.value, page);
  if (event.key === 'Escape') {
    if (chosen === undefined) return;
    rows.chosen.value = undefined;
    // DevTools open their drawer for what gets as far as the document.
    event.stopPropagation();
  } else if (event.key === 'm' && chosen !== undefined) rows.togglePin(chosen);
  else if (event.key === "'" && pinsOf(data, rows).length > 0) showNextPin(data, rows);
  else if (step === undefined) return;
  else chooseRow(rows, step);
  event.preventDefault();
}

/** The pinned entries of the stream on show. */
export function pinsOf(data: PanelData, rows: RowsStore): readonly number[] {
  const stream = data.stream.value;
  return (stream && rows.pins.value.get(stream.id)) ?? [];
}

function showNextPin(data: PanelData, rows: RowsStore): void {
  const pins = pinsOf(data, rows);
  const next = pins.find((n) => n > (rows.chosen.value ?? -1)) ?? pins[0]!;
  const stream = data.stream.value;
  if (stream) showEntry(data, rows, stream.id, next);
}
