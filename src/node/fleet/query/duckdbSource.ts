import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { emptyTable } from '../../../shared/fleet/ddl/duckdbDdl.ts';
import { PARTITIONS, SCHEMA_VERSION, TABLES } from '../../../shared/fleet/schema/tables.ts';
import { sqlName, sqlText } from '../../../shared/fleet/sql/quote.ts';
import { loadEngine } from '../engine.ts';
import { sayOtherVersion } from '../otherVersion.ts';
import { dayCell, numberCell, timeCell, wholeCell } from './cells.ts';
import type { Cell, Days, Source } from './source.ts';

/** A DuckDB file, or folders of Parquet files that DuckDB reads where they lie. Neither is written to. */
export async function openDuckdbSource(
  target: { kind: 'duckdb'; file: string } | { kind: 'parquet'; folder: string },
  days: Days,
): Promise<Source> {
  const duckdb = await loadEngine('@duckdb/node-api', () => import('@duckdb/node-api'));
  const path = resolve(target.kind === 'duckdb' ? target.file : target.folder);
  if (!existsSync(target.kind === 'duckdb' ? path : join(path, 'sessions')))
    throw new Error(`There are no recordings at ${path}: “sse-scope load” brings them there.`);
  const instance = await (target.kind === 'duckdb'
    ? duckdb.DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
    : duckdb.DuckDBInstance.create(':memory:'));
  const connection = await instance.connect();
  const tables = target.kind === 'duckdb' ? await sqlCatalog(connection) : '';
  if (target.kind === 'duckdb') await checkTables(connection, tables, target.file);
  for (const table of TABLES) {
    const name = sqlName(table.name);
    const from =
      target.kind === 'duckdb'
        ? `SELECT * FROM ${tables}.${name}`
        : existsSync(join(path, table.name))
          ? `SELECT * FROM read_parquet(${sqlText(join(path, table.name, '*', '*', '*.parquet'), 'duckdb')}, hive_partitioning = true, hive_types = {'day': DATE, 'host': VARCHAR})`
          : emptyTable(table);
    await connection.run(`CREATE TEMP VIEW ${name} AS FROM (${from})${whereDays(days)}`);
  }

  function cell(value: DuckDBValue): Cell {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return numberCell(value);
    if (typeof value === 'bigint') return wholeCell(value);
    if (value instanceof duckdb.DuckDBTimestampValue) return timeCell(value.micros);
    if (value instanceof duckdb.DuckDBDateValue) return dayCell(value.days);
    if (value instanceof duckdb.DuckDBDecimalValue) return value.toDouble();
    return String(value);
  }

  return {
    async query(sql) {
      const reader = await connection.runAndReadAll(sql);
      return { columns: reader.columnNames(), rows: reader.getRows().map((row) => row.map(cell)) };
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function checkTables(connection: DuckDBConnection, tables: string, file: string): Promise<void> {
  const reader = await connection
    .runAndReadAll(`SELECT max(version) FROM ${tables}.sse_scope_schema`)
    .catch(() => undefined);
  if (!reader) throw new Error(`There are no recordings in ${file}: “sse-scope load” brings them there.`);
  const version = Number(reader.getColumns()[0]![0]);
  if (version !== SCHEMA_VERSION) throw new Error(sayOtherVersion(file, version));
}

/** The database that the file is, by the name that DuckDB gave it. */
async function sqlCatalog(connection: DuckDBConnection): Promise<string> {
  const [name] = (await connection.runAndReadAll('SELECT current_database()')).getColumns()[0]!;
  return `"${String(name).replaceAll('"', '""')}".main`;
}

function whereDays({ since, until }: Days): string {
  const [day] = PARTITIONS;
  const bounds = [
    ...(since ? [`${day} >= DATE ${sqlText(since, 'duckdb')}`] : []),
    ...(until ? [`${day} <= DATE ${sqlText(until, 'duckdb')}`] : []),
  ];
  return bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`;
}
