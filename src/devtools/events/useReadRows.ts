import { useEffect, useState } from 'preact/hooks';
import type { PanelData } from '../data/panelData.ts';
import { type ReadRow, readRows } from '../reading/readRows.ts';
import type { RowsStore } from './rowsStore.ts';

/** Rows that have been read, and how many rows there were then. */
export interface ReadRows {
  /** The stream. */
  of: string;
  /** Of the rows store. */
  generation: number;
  total: number;
  /** By the number of the entry. */
  rows: ReadonlyMap<number, ReadRow>;
}

const NOTHING: ReadRows = { of: '', generation: 0, total: 0, rows: new Map() };

/**
 * Reads the rows on the screen from the store: those of before stay until the new ones are there.
 *
 * @param first - the first row to read
 * @param end - the one after the last
 */
export function useReadRows(data: PanelData, rows: RowsStore, first: number, end: number): ReadRows {
  const [read, setRead] = useState<ReadRows>(NOTHING);
  const of = data.stream.value?.id ?? '';
  const exchanges = data.exchanges.value;
  const total = rows.total.value;
  const shown = rows.rows.value;
  const generation = rows.generation.value;
  useEffect(() => {
    let wanted = true;
    const ordinals: number[] = [];
    for (let row = first; row < end; row++) ordinals.push(rows.ordinalOf(row));
    // What a growing stream adds below the screen changes nothing on it.
    const holds = read.generation === generation;
    if (holds && ordinals.every((n) => read.rows.get(n)?.exchange.startsWith(`${of}/`))) {
      if (read.total !== total || read.of !== of) setRead({ ...read, of, total });
      return;
    }
    readRows(data.cache, exchanges, ordinals)
      .then((found) => {
        if (wanted) setRead({ of, generation, total, rows: new Map(found.map((row) => [row.n, row])) });
      })
      .catch(() => {});
    return () => {
      wanted = false;
    };
  }, [first, end, total, exchanges, shown, generation, data]);
  return read;
}
