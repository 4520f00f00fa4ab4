import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Value } from '../rows/rowBuffer.ts';
import type { ColumnType, FleetColumn, Table } from '../schema/column.ts';
import { SCHEMA_VERSION, tableColumnsOf } from '../schema/tables.ts';

type Element = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** How each kind of column stands in a file: see “Logical Types” of the Parquet format. */
const ELEMENTS: Record<ColumnType, Omit<Element, 'name' | 'repetition_type'>> = {
  bool: { type: 'BOOLEAN' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  double: { type: 'DOUBLE' },
  int: { type: 'INT32' },
  long: { type: 'INT64' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  // Not adjusted to UTC: the engines then show the same text wherever they run.
  time: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } },
  word: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
};
/** Rows of which columns are written together. */
const ROW_GROUP = 100_000;

export interface ParquetOptions {
  /** Columns that are not written: those of the folders that the file is in. */
  without?: readonly string[];
  /** Files that are read once and deleted are not worth packing. */
  packed: boolean;
}

/** Rows by column. */
export type Rows = Readonly<Record<string, readonly Value[]>>;

/** A Parquet file that is written piece by piece. */
export interface ParquetFile {
  /** @returns the bytes that these rows become */
  add(rows: Rows): Uint8Array<ArrayBuffer>;
  /** @returns the last bytes */
  end(): Uint8Array<ArrayBuffer>;
}

export function createParquetFile(table: Table, { without = [], packed }: ParquetOptions): ParquetFile {
  const columns = tableColumnsOf(table).filter(([name]) => !without.includes(name));
  const writer = new ByteWriter(1 << 16);
  const file = new ParquetWriter({
    writer,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(([name, { type, nullable }]) => ({
        name,
        ...ELEMENTS[type],
        repetition_type: nullable ? ('OPTIONAL' as const) : ('REQUIRED' as const),
      })),
    ],
    codec: packed ? 'SNAPPY' : 'UNCOMPRESSED',
    kvMetadata: [
      { key: 'sse_scope.table', value: table.name },
      { key: 'sse_scope.schema_version', value: String(SCHEMA_VERSION) },
    ],
  });
  const take = (): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(writer.getBytes());
    // It counts on: only the memory is used again.
    writer.index = 0;
    return bytes;
  };
  return {
    add(rows) {
      const columnData = columns.map(([name, column]) => ({ name, data: plain(column, rows[name]!) }));
      void file.write({ columnData, rowGroupSize: ROW_GROUP });
      return take();
    },
    end() {
      void file.finish();
      return take();
    },
  };
}

/** Rows of a table as a Parquet file. */
export function writeParquet(table: Table, rows: Rows, options: ParquetOptions): Uint8Array<ArrayBuffer> {
  const file = createParquetFile(table, options);
  const [body, end] = [file.add(rows), file.end()];
  const bytes = new Uint8Array(body.length + end.length);
  bytes.set(body);
  bytes.set(end, body.length);
  return bytes;
}

function plain({ type, nullable }: FleetColumn, values: readonly Value[]): (Value | bigint)[] {
  if (type === 'time') return values.map((value) => (value === null ? null : micros(value as number)));
  if (type === 'long')
    return values.map((value) => big(whole(value as number, Number.MAX_SAFE_INTEGER, nullable)));
  if (type === 'int') return values.map((value) => whole(value as number, 2 ** 31 - 1, nullable));
  return values as Value[];
}

/** What a stream counts may be any number: it is cut to one that the column holds. */
function whole(value: number | null, most: number, nullable: boolean): number | null {
  if (value === null || Number.isNaN(value)) return nullable ? null : 0;
  return Math.trunc(Math.min(Math.max(value, -most - 1), most));
}

function big(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

/** @param time - ms since the epoch, with a fraction */
function micros(time: number): bigint {
  return BigInt(Math.round(time * 1000));
}
