import type { ColumnType, FleetColumn, Table } from '../schema/column.ts';
import { SCHEMA_VERSION, TABLES, tableColumnsOf } from '../schema/tables.ts';
import { sqlName } from '../sql/quote.ts';

const TYPES: Record<ColumnType, string> = {
  bool: 'Bool',
  date: 'Date32',
  double: 'Float64',
  int: 'Int32',
  long: 'Int64',
  text: 'String',
  time: "DateTime64(6, 'UTC')",
  word: 'String',
};
/** Blocks whose tokens a server remembers, so that one that is sent again is written once. */
const REMEMBERED_BLOCKS = 10_000;

export function clickhouseType({ type, nullable }: FleetColumn): string {
  const inner = nullable ? `Nullable(${TYPES[type]})` : TYPES[type];
  return type === 'word' ? `LowCardinality(${inner})` : inner;
}

/** Statements that make the tables where they are not there yet. */
export function clickhouseTables(): string[] {
  return [
    'CREATE TABLE IF NOT EXISTS sse_scope_schema (version Int32) ENGINE = ReplacingMergeTree ORDER BY version',
    `INSERT INTO sse_scope_schema SELECT ${SCHEMA_VERSION} WHERE (SELECT count() FROM sse_scope_schema) = 0`,
    ...TABLES.map(createTable),
  ];
}

// Rows of one key are the same rows: what was loaded twice, after a failure, becomes one.
function createTable(table: Table): string {
  const columns = tableColumnsOf(table).map(([name, column]) => `${sqlName(name)} ${clickhouseType(column)}`);
  return [
    `CREATE TABLE IF NOT EXISTS ${sqlName(table.name)} (\n  ${columns.join(',\n  ')}\n)`,
    'ENGINE = ReplacingMergeTree',
    'PARTITION BY toYYYYMM(day)',
    `ORDER BY (${table.order.map(sqlName).join(', ')})`,
    `SETTINGS non_replicated_deduplication_window = ${REMEMBERED_BLOCKS}`,
  ].join('\n');
}
