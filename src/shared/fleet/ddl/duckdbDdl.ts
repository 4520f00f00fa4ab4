import type { ColumnType, FleetColumn, Table } from '../schema/column.ts';
import { SCHEMA_VERSION, TABLES, tableColumnsOf } from '../schema/tables.ts';
import { sqlName } from '../sql/quote.ts';

const TYPES: Record<ColumnType, string> = {
  bool: 'BOOLEAN',
  date: 'DATE',
  double: 'DOUBLE',
  int: 'INTEGER',
  long: 'BIGINT',
  text: 'VARCHAR',
  time: 'TIMESTAMP',
  word: 'VARCHAR',
};

export function duckdbType({ type }: FleetColumn): string {
  return TYPES[type];
}

/** Statements that make the tables where they are not there yet. */
export function duckdbTables(): string[] {
  return [
    'CREATE TABLE IF NOT EXISTS sse_scope_schema (version INTEGER NOT NULL)',
    `INSERT INTO sse_scope_schema SELECT ${SCHEMA_VERSION} WHERE NOT EXISTS (FROM sse_scope_schema)`,
    ...TABLES.map(createTable),
  ];
}

// No primary key: its index would hold every row in memory. That a recording is there once is the loader's doing.
function createTable(table: Table): string {
  const columns = tableColumnsOf(table).map(
    ([name, column]) => `${sqlName(name)} ${duckdbType(column)}${column.nullable ? '' : ' NOT NULL'}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${sqlName(table.name)} (\n  ${columns.join(',\n  ')}\n)`;
}

/** A table without rows, as a query. */
export function emptyTable(table: Table): string {
  const columns = tableColumnsOf(table).map(
    ([name, column]) => `CAST(NULL AS ${duckdbType(column)}) AS ${sqlName(name)}`,
  );
  return `SELECT ${columns.join(', ')} WHERE false`;
}
