import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TABLES } from '../../../shared/fleet/schema/tables.ts';
import type { RowSink } from './sink.ts';

/** Files of recordings are named by their ids. */
const PART = /^([0-9a-f]{32})-\d+\.parquet$/;

/** Parquet files in folders by table, day and host. A recording is there when its file of `sessions` is. */
export async function openParquetSink(target: string): Promise<RowSink> {
  const root = resolve(target);
  await mkdir(root, { recursive: true });
  const folder = await mkdtemp(join(root, '.loading-'));
  const there = new Set((await partsIn(join(root, 'sessions'))).map(({ id }) => id));
  return {
    folder,
    partitioned: true,
    has: async (id) => there.has(id),
    async take(recordings, parts, again) {
      if (again.length > 0) await removeParts(root, new Set(again));
      // `sessions` is last among the parts of a recording.
      const order = TABLES.map(({ name }) => name);
      for (const part of [...parts].sort((a, b) => order.indexOf(a.table) - order.indexOf(b.table))) {
        const path = join(root, part.place);
        await mkdir(dirname(path), { recursive: true });
        await rename(part.path, path);
      }
      for (const { id } of recordings) there.add(id);
    },
    finish: async () => {},
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function partsIn(folder: string): Promise<{ id: string; path: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.flatMap(({ name, parentPath }) => {
    const id = PART.exec(name)?.[1];
    return id === undefined ? [] : [{ id, path: join(parentPath, name) }];
  });
}

async function removeParts(root: string, ids: ReadonlySet<string>): Promise<void> {
  // `sessions` first: a recording that is not whole is not there.
  for (const { name } of [...TABLES].reverse())
    for (const { id, path } of await partsIn(join(root, name)))
      if (ids.has(id)) await rm(path, { force: true });
}
