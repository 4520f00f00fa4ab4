import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Value } from '../../../shared/fleet/rows/rowBuffer.ts';

type Columns = Readonly<Record<string, Value[]>>;

/** Rows of one day and host. */
export interface Partition {
  /** `day=2026-11-28/host=api.example`. */
  folder: string;
  rows: Columns;
  length: number;
}

/** Rows by day and host, in the order of their first rows. */
export function partitionsOf(columns: Columns): Partition[] {
  const { day, host } = columns as { day: number[]; host: string[] };
  const byKey = new Map<string, number[]>();
  for (let i = 0; i < day.length; i++) {
    const key = `${day[i]} ${host[i]}`;
    const own = byKey.get(key);
    if (own) own.push(i);
    else byKey.set(key, [i]);
  }
  return [...byKey.values()].map((rows) => ({
    folder: folderOf(day[rows[0]!]!, host[rows[0]!]!),
    rows: byKey.size === 1 ? columns : chosen(columns, rows),
    length: rows.length,
  }));
}

function chosen(columns: Columns, rows: readonly number[]): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, rows.map((i) => values[i]!)]),
  );
}

/** File systems take names of up to 255 bytes. */
const MOST_NAME = 200;

function folderOf(day: number, host: string): string {
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
  return join(`day=${date}`, `host=${folderName(host)}`);
}

/** A host as hive writes it: what is special to a path is percent-encoded, which readers undo. */
function folderName(host: string): string {
  const name = encodeURIComponent(host).replace(
    /[!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  if (name.length <= MOST_NAME) return name;
  return `${name.slice(0, 100).replace(/%.?$/, '')}_${createHash('sha256').update(host).digest('hex').slice(0, 16)}`;
}
