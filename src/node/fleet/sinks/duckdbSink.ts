import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbTables } from '../../../shared/fleet/ddl/duckdbDdl.ts';
import { SCHEMA_VERSION, TABLES } from '../../../shared/fleet/schema/tables.ts';
import { sqlName, sqlText } from '../../../shared/fleet/sql/quote.ts';
import { loadEngine } from '../engine.ts';
import { sayOtherVersion } from '../otherVersion.ts';
import type { FilesPart } from '../read/partFiles.ts';
import type { RowSink } from './sink.ts';

/** What DuckDB may take of memory: readers and the rest of the process need theirs. */
const MEMORY = '256MB';

/**
 * Rows that are written in one transaction. DuckDB packs rows by 122,880: fewer at once go through its log, and are packed again with the
 * next ones.
 */
const MOST_ROWS = 500_000;

/** A DuckDB file. The rows of some recordings are written in one transaction. */
export async function openDuckdbSink(file: string): Promise<RowSink> {
  const { DuckDBInstance } = await loadEngine('@duckdb/node-api', () => import('@duckdb/node-api'));
  const path = resolve(file);
  const folder = `${path}.loading-${process.pid}`;
  const instance = await DuckDBInstance.create(path, {
    memory_limit: MEMORY,
    // The order of rows is told by their columns.
    preserve_insertion_order: 'false',
  }).catch((error: Error) => {
    throw new Error(`${file} cannot be opened: ${error.message.split('\n')[0]}`);
  });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  let there: Set<string>;
  try {
    for (const statement of duckdbTables()) await connection.run(statement);
    await checkVersion(connection, file);
    there = new Set((await column(connection, 'SELECT session FROM sessions')) as string[]);
  } catch (error) {
    close();
    throw error;
  }
  await mkdir(folder, { recursive: true });
  let waiting: FilesPart[] = [];
  let replaced: string[] = [];

  async function writeAll(): Promise<void> {
    await connection.run('BEGIN');
    try {
      for (const { name } of TABLES) {
        for (const id of replaced)
          await connection.run(`DELETE FROM ${sqlName(name)} WHERE session = $1`, [id]);
        const paths = waiting
          .filter(({ table }) => table === name)
          .map(({ path }) => sqlText(path, 'duckdb'));
        if (paths.length === 0) continue;
        await connection.run(
          `INSERT INTO ${sqlName(name)} BY NAME SELECT * FROM read_parquet([${paths.join(', ')}])`,
        );
      }
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => {});
      throw error;
    }
    for (const { path } of waiting) await rm(path, { force: true });
    waiting = [];
    replaced = [];
  }

  return {
    folder,
    partitioned: false,
    has: async (id) => there.has(id),
    async take(recordings, parts, again) {
      for (const part of parts) waiting.push(part);
      for (const id of again) replaced.push(id);
      for (const { id } of recordings) there.add(id);
      if (waiting.reduce((sum, { rows }) => sum + rows, 0) >= MOST_ROWS) await writeAll();
    },
    finish: writeAll,
    async close() {
      close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function checkVersion(connection: DuckDBConnection, file: string): Promise<void> {
  const [version] = await column(connection, 'SELECT version FROM sse_scope_schema');
  if (version !== SCHEMA_VERSION) throw new Error(sayOtherVersion(file, Number(version)));
}

async function column(connection: DuckDBConnection, sql: string): Promise<unknown[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getColumns()[0] ?? [];
}
