/**
 * What a column holds. `word`: text of which there are few different ones. `int`: 32 bits; `long`: 64 bits, whole numbers that JavaScript
 * tells apart. `time`: a moment in UTC, kept in microseconds. `date`: a day in UTC.
 */
export type ColumnType = 'bool' | 'date' | 'double' | 'int' | 'long' | 'text' | 'time' | 'word';

export interface FleetColumn<T extends ColumnType = ColumnType, N extends boolean = boolean> {
  readonly type: T;
  readonly nullable: N;
  /** A sentence for the documents. */
  readonly about: string;
}

export interface Table<C extends Record<string, FleetColumn> = Record<string, FleetColumn>> {
  readonly name: string;
  readonly about: string;
  /** One row for each of these, however often a file is loaded. */
  readonly key: readonly string[];
  /** By what a cluster sorts the table: what is asked for first stands first; the key is among it. */
  readonly order: readonly string[];
  readonly columns: C;
}

/** As it is in memory: a time in ms since the epoch, a date in days since then. */
type ValueOf<C extends FleetColumn> =
  | (C['type'] extends 'text' | 'word' ? string : C['type'] extends 'bool' ? boolean : number)
  | (C['nullable'] extends true ? null : never);

/** A row of a table. */
export type RowOf<T extends Table> = { -readonly [K in keyof T['columns']]: ValueOf<T['columns'][K]> };

export function table<const C extends Record<string, FleetColumn>>(
  given: Table<C> & Record<'key' | 'order', readonly (keyof C & string)[]>,
): Table<C> {
  return given;
}

function column<T extends ColumnType>(type: T) {
  return (about: string): FleetColumn<T, false> => ({ type, nullable: false, about });
}

/** The columns that a row must have. */
export const required = {
  bool: column('bool'),
  date: column('date'),
  double: column('double'),
  int: column('int'),
  long: column('long'),
  text: column('text'),
  time: column('time'),
  word: column('word'),
};

function nullable<T extends ColumnType>(type: T) {
  return (about: string): FleetColumn<T, true> => ({ type, nullable: true, about });
}

/** Columns that may be NULL: what is not known is never 0 or ''. */
export const optional = {
  bool: nullable('bool'),
  double: nullable('double'),
  int: nullable('int'),
  long: nullable('long'),
  text: nullable('text'),
  time: nullable('time'),
  word: nullable('word'),
};
