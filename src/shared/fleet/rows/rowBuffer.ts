import type { RowOf, Table } from '../schema/column.ts';
import { tableColumnsOf } from '../schema/tables.ts';

/** One value of a row as it is in memory. */
export type Value = string | number | boolean | null;

/** Rows of a table that wait to be written, column by column. */
export interface RowBuffer<T extends Table = Table> {
  readonly table: T;
  readonly columns: { readonly [K in keyof T['columns']]: Value[] };
  readonly length: number;
  add(row: RowOf<T>): void;
  /** Forgets what came after the first rows. */
  keepFirst(rows: number): void;
  /** Takes the first rows out. */
  takeFirst(rows: number): { readonly [K in keyof T['columns']]: Value[] };
}

export function createRowBuffer<T extends Table>(table: T): RowBuffer<T> {
  const names = tableColumnsOf(table).map(([name]) => name);
  const columns: Record<string, Value[]> = Object.fromEntries(names.map((name) => [name, []]));
  const first = columns[names[0]!]!;
  type Columns = RowBuffer<T>['columns'];
  return {
    table,
    columns: columns as Columns,
    get length() {
      return first.length;
    },
    add(row) {
      for (const name of names) columns[name]!.push((row as Record<string, Value>)[name]!);
    },
    keepFirst(rows) {
      for (const name of names) columns[name]!.length = rows;
    },
    takeFirst: (rows) =>
      Object.fromEntries(names.map((name) => [name, columns[name]!.splice(0, rows)])) as Columns,
  };
}
