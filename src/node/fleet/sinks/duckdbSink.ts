import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbTables } from '../../../shared/fleet/ddl/duckdb.ts';
import { SCHEMA_VERSION, TABLES } from '../../../shared/fleet/schema/schema.ts';
import { sqlName, sqlText } from '../../../shared/fleet/sql/quote.ts';
import { loadEngine } from '../engine.ts';
import { sayOtherVersion } from '../otherVersion.ts';
import type { Sink } from './sink.ts';

/** What DuckDB may take of memory: readers and the rest of the process need theirs. */
const MEMORY = '256MB';

/** A DuckDB file. The rows of some recordings are written in one transaction. */
export async function openDuckdbSink(file: string): Promise<Sink> {
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
  return {
    folder,
    partitioned: false,
    has: async (id) => there.has(id),
    async take(recordings, parts, again) {
      await connection.run('BEGIN');
      try {
        for (const { name } of TABLES) {
          for (const id of again)
            await connection.run(`DELETE FROM ${sqlName(name)} WHERE session = $1`, [id]);
          const paths = parts
            .filter(({ table }) => table === name)
            .map((part) => sqlText(part.path, 'duckdb'));
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
      for (const { id } of recordings) there.add(id);
    },
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
