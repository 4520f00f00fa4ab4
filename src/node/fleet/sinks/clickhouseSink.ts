import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { clickhouseTables } from '../../../shared/fleet/ddl/clickhouseDdl.ts';
import { SCHEMA_VERSION, TABLES } from '../../../shared/fleet/schema/tables.ts';
import { sqlName } from '../../../shared/fleet/sql/quote.ts';
import { type ClickhouseTarget, connectClickhouse, reaching } from '../clickhouseClient.ts';
import { sayOtherVersion } from '../otherVersion.ts';
import type { FilesPart } from '../read/partFiles.ts';
import type { ReadRecording } from '../read/readFiles.ts';
import { retried } from './retry.ts';
import type { RowSink } from './sink.ts';

const RETRY = { attempts: 6, wait: 500, pause };

/**
 * Tables of ClickHouse. A block that is sent again has the token that it had, and is written once; recordings that a broken load left
 * half written are written again, and rows of one key become one.
 */
export async function openClickhouseSink(target: ClickhouseTarget): Promise<RowSink> {
  await makeDatabase(target);
  const client = await connectClickhouse(target);
  const again = <T>(work: () => Promise<T>): Promise<T> => reaching(target, () => retried(work, RETRY));
  const rowsOf = async (query: string): Promise<Record<string, unknown>[]> =>
    again(async () => (await client.query({ query, format: 'JSONEachRow' })).json());
  try {
    for (const query of clickhouseTables()) await again(() => client.command({ query }));
    const [stored] = await rowsOf('SELECT max(version) AS version FROM sse_scope_schema');
    const version = Number(stored?.version ?? SCHEMA_VERSION);
    if (version !== SCHEMA_VERSION) throw new Error(sayOtherVersion(target.url, version));
    const sessions = await rowsOf('SELECT DISTINCT session FROM sessions');
    const there = new Set(sessions.map(({ session }) => session as string));
    const folder = await mkdtemp(join(tmpdir(), 'sse-scope-loading-'));
    return {
      folder,
      partitioned: false,
      has: async (id) => there.has(id),
      async take(recordings, parts, replaced) {
        const batch = tokenOf(recordings, replaced.length > 0);
        for (const { name } of TABLES) {
          if (replaced.length > 0) await remove(name, replaced);
          for (const [i, part] of parts.filter(({ table }) => table === name).entries())
            await insert(part, `${batch}-${name}-${i}`);
        }
        for (const { path } of parts) await rm(path, { force: true });
        for (const { id } of recordings) there.add(id);
      },
      finish: async () => {},
      async close() {
        await client.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }

  async function insert({ table, path }: FilesPart, token: string): Promise<void> {
    await again(() =>
      client.insert({
        table: sqlName(table),
        // A stream is read once: each attempt has its own.
        values: createReadStream(path),
        format: 'Parquet',
        clickhouse_settings: {
          insert_deduplication_token: token,
          // Recordings of many months go in one block.
          max_partitions_per_insert_block: '0',
        },
      }),
    );
  }

  async function remove(table: string, ids: readonly string[]): Promise<void> {
    await again(() =>
      client.command({
        query: `DELETE FROM ${sqlName(table)} WHERE session IN ({ids:Array(String)})`,
        query_params: { ids },
      }),
    );
  }
}

async function makeDatabase(target: ClickhouseTarget): Promise<void> {
  if (target.database === 'default') return;
  const client = await connectClickhouse(target, 'default');
  try {
    const make = () =>
      client.command({
        query: 'CREATE DATABASE IF NOT EXISTS {name:Identifier}',
        query_params: { name: target.database },
      });
    await reaching(target, () => retried(make, RETRY));
  } finally {
    await client.close();
  }
}

/** The same recordings in one block have the same token; rows that were deleted may come again. */
function tokenOf(recordings: readonly ReadRecording[], isReplaced: boolean): string {
  const hash = createHash('sha256').update(`${SCHEMA_VERSION}\n`);
  for (const { id } of recordings) hash.update(`${id}\n`);
  if (isReplaced) hash.update(String(Date.now()));
  return hash.digest('hex').slice(0, 32);
}
