import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { loadFiles } from '../../../src/node/fleet/load/loadFiles.ts';
import { openSource } from '../../../src/node/fleet/query/openSource.ts';
import type { Cell } from '../../../src/node/fleet/query/source.ts';
import { listFiles } from '../../../src/node/fleet/read/listFiles.ts';
import { createPartFiles } from '../../../src/node/fleet/read/partFiles.ts';
import { type FleetTarget, parseTarget } from '../../../src/node/fleet/target.ts';
import { TABLES } from '../../../src/shared/fleet/schema/tables.ts';
import { hasDuckdb, LOAD_OPTIONS, objectsOf, rowsOf } from '../../support/fleet.ts';
import { recordedHar } from '../../support/recordedHar.ts';

/* Loading in this thread; the threads are tested with the command. */

const root = mkdtempSync(join(tmpdir(), 'sse-scope-load-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

const event = (n: number, data = `{"n":${n}}`) => `id: ${n}\nevent: tick\ndata: ${data}\n\n`;
const har = (name: string) =>
  recordedHar([
    {
      url: `https://api.example/${name}/events`,
      connections: [{ chunks: [1, 2, 3].map((n) => [n * 10, event(n, name)] as const) }],
    },
  ]);

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const duckdb = (): FleetTarget => ({ kind: 'duckdb', file: join(folder, 'fleet.duckdb') });
const parquet = (): FleetTarget => ({ kind: 'parquet', folder: join(folder, 'lake') });

async function ask(target: FleetTarget, sql: string): Promise<Cell[][]> {
  const source = await openSource(target, {});
  try {
    return (await source.query(sql)).rows;
  } finally {
    await source.close();
  }
}

const counts = (target: FleetTarget) =>
  ask(target, TABLES.map(({ name }) => `select '${name}', count(*) from ${name}`).join(' union all ')).then(
    (rows) => Object.fromEntries(rows),
  );

describe.skipIf(!hasDuckdb).each([
  ['DuckDB', duckdb],
  ['Parquet', parquet],
])('%s', (_, targetOf) => {
  test('holds the rows that a recording has', async () => {
    const content = await har('a');
    const file = await write('a.har', content);
    const target = targetOf();
    await loadFiles([file], { ...LOAD_OPTIONS, target, release: '7' });
    const { records, exchanges } = await rowsOf(content, { release: '7' });
    const stored = await ask(
      target,
      'select connection, ordinal, n, arrived_at, gap_ms, kind, type, event_id, size, data, endpoint, host, day from records order by ordinal',
    );
    expect(stored).toEqual(
      objectsOf(records).map((row) => [
        row.connection,
        row.ordinal,
        row.n,
        new Date(row.arrived_at as number)
          .toISOString()
          .replace('.000', '')
          .replace(/(\.\d+?)0+Z/, '$1Z'),
        row.gap_ms,
        row.kind,
        row.type,
        row.event_id,
        row.size,
        row.data,
        row.endpoint,
        row.host,
        '2023-11-14',
      ]),
    );
    expect(await ask(target, 'select url, first_byte_ms, "release" from exchanges')).toEqual([
      [exchanges.columns.url[0], 10, '7'],
    ]);
  });

  test('is the same when files are loaded twice: renamed, packed, named twice', async () => {
    const [a, b] = [await write('a.har', await har('a')), await write('b.har', await har('b'))];
    const copy = await write('copy.har', readFileSync(a));
    const packed = await write('packed.har.gz', gzipSync(readFileSync(b)));
    const target = targetOf();
    const first = await loadFiles([a, b, copy], { ...LOAD_OPTIONS, target });
    expect(first).toMatchObject({ loaded: 2, known: 1, records: 6, broken: [] });
    const before = await counts(target);
    const hash = target.kind === 'parquet' ? hashOf(target.folder) : '';
    expect(before).toMatchObject({ sessions: 2, streams: 2, exchanges: 2, records: 6 });
    const second = await loadFiles([a, b, copy, packed], { ...LOAD_OPTIONS, target });
    expect(second).toMatchObject({ loaded: 0, known: 4, records: 0 });
    expect(await counts(target)).toEqual(before);
    if (target.kind === 'parquet') expect(hashOf(target.folder)).toBe(hash);
  });

  test('takes a recording anew where that is wanted', async () => {
    const [a, b] = [await write('a.har', await har('a')), await write('b.har', await har('b'))];
    const target = targetOf();
    await loadFiles([a, b], { ...LOAD_OPTIONS, target, keepsData: false });
    const dataOf = () => ask(target, "select distinct data from records where endpoint like '%/a/%'");
    expect(await dataOf()).toEqual([[null]]);
    const before = await counts(target);
    await loadFiles([a], { ...LOAD_OPTIONS, target, replace: true });
    expect(await dataOf()).toEqual([['a']]);
    expect(await counts(target)).toEqual(before);
  });

  test('leaves broken files out, and names them', async () => {
    const files = [
      await write('a.har', await har('a')),
      await write('cut.har', (await har('b')).slice(0, 900)),
      await write('cut.har.gz', gzipSync(await har('c')).subarray(0, 200)),
      await write('empty.sse', ''),
      await write('words.txt', 'Nothing of that kind.'),
      await write('d.sse', 'data: x\n\n'),
      join(folder, 'nowhere.har'),
    ];
    const target = targetOf();
    const { loaded, broken } = await loadFiles(files, { ...LOAD_OPTIONS, target });
    expect(loaded).toBe(2);
    expect(broken.map(({ file, problem }) => [relative(folder, file), problem])).toEqual([
      ['cut.har', expect.stringContaining('cut off')],
      ['cut.har.gz', expect.stringContaining('damaged, or cut off')],
      ['empty.sse', expect.stringContaining('empty')],
      ['words.txt', expect.stringContaining('neither')],
      ['nowhere.har', expect.stringContaining('no such file')],
    ]);
    expect(await counts(target)).toMatchObject({ sessions: 2, records: 4 });
  });

  test('stops at a broken file where that is wanted, and nothing is half there', async () => {
    const files = [
      await write('a.har', await har('a')),
      await write('b.har', '{'),
      await write('c.har', await har('c')),
    ];
    const target = targetOf();
    await expect(loadFiles(files, { ...LOAD_OPTIONS, target, strict: true })).rejects.toThrow(
      /b\.har: .*JSON/,
    );
    const { loaded } = await loadFiles([files[2]!], { ...LOAD_OPTIONS, target });
    expect(loaded).toBe(1);
    const [[sessions, recorded, stored]] = (await ask(
      target,
      'select count(*), sum(records), (select count(*) from records) from sessions',
    )) as [number[]];
    expect(recorded).toBe(stored);
    expect(sessions).toBeGreaterThan(0);
    expect(readdirSync(folder).filter((name) => name.includes('loading'))).toEqual([]);
  });
});

describe.skipIf(!hasDuckdb)('folders by day and host', () => {
  test('hosts and days of any kind stay below the target, and are read back', async () => {
    const late = 86_400_000 - (1_700_000_000_000 % 86_400_000);
    const long = `${'a.'.repeat(150)}example`;
    const file = await write(
      'odd.har',
      await recordedHar([
        ...[
          'http://[::1]:8080/e',
          'http://..%2f/e',
          `https://${long}/e`,
          'nonsense',
          'file:///etc/passwd',
          'http://xn--bcher-kva.example:81/e',
        ].map((url) => ({ url, connections: [{ chunks: [[1, event(1)] as const] }] })),
        {
          url: 'https://night.example/e',
          connections: [
            {
              chunks: [
                [0, event(1)],
                [late - 1, event(2)],
                [late, event(3)],
              ] as const,
            },
          ],
        },
      ]),
    );
    const target = { kind: 'parquet', folder: join(folder, 'lake') } as const;
    await loadFiles([file], { ...LOAD_OPTIONS, target });
    const rows = await ask(target, 'select host, day, count(*) from records group by all order by host, day');
    expect(rows.filter(([host]) => !String(host).startsWith('a.'))).toEqual([
      ['[::1]:8080', '2023-11-14', 1],
      ['night.example', '2023-11-14', 2],
      ['night.example', '2023-11-15', 1],
      ['unknown', '2023-11-14', 3],
      ['xn--bcher-kva.example:81', '2023-11-14', 1],
    ]);
    expect(rows).toHaveLength(6);
    const inside = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const path of inside.filter((one) => one.endsWith('.parquet')))
      expect(path).toMatch(/^lake\/\w+\/day=\d{4}-\d\d-\d\d\/host=[\w.%-]+\/[0-9a-f]{32}-\d+\.parquet$/);
  });
});

test('the rows of a broken recording are taken back, also those that are in files', () => {
  const parts = createPartFiles({ folder: join(folder, 'parts'), partitioned: false });
  const add = (exchange: string, count: number): void => {
    const { columns } = parts.rows.records;
    for (let i = 0; i < count; i++)
      for (const [name, values] of Object.entries(columns)) values.push(cellOf(name, exchange, i));
  };
  parts.begin('a');
  add('a', 10);
  parts.commit();
  parts.begin('b');
  add('b', 100_000);
  parts.grown(1);
  add('b', 5);
  parts.rollBack();
  parts.begin('c');
  add('c', 20);
  parts.commit();
  const taken = parts.take();
  expect(taken.reduce((sum, { rows }) => sum + rows, 0)).toBe(30);
  const files = readdirSync(join(folder, 'parts'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => name.endsWith('.parquet'))).toHaveLength(taken.length);
});

function cellOf(name: string, exchange: string, i: number): number | string {
  if (name === 'exchange') return exchange;
  return ['day', 'connection', 'ordinal', 'n', 'arrived_at', 'gap_ms', 'size', 'retry_ms'].includes(name)
    ? i
    : 'x';
}

test('folders are searched for recordings, in an order that stays', async () => {
  const names = ['b.har', 'a.har.gz', 'notes.md', 'c.sse'];
  for (const name of names) await write(name, '');
  expect((await listFiles([folder, join(folder, 'b.har')])).map((file) => relative(folder, file))).toEqual([
    'a.har.gz',
    'b.har',
    'c.sse',
  ]);
  expect(await listFiles([join(folder, 'notes.md')])).toHaveLength(1);
  await expect(listFiles([join(folder, 'nowhere')])).rejects.toThrow('ENOENT');
});

describe('a target', () => {
  const env = { CLICKHOUSE_USER: 'ada', CLICKHOUSE_PASSWORD: 'p' };
  test.each([
    ['duckdb:x.duckdb', { kind: 'duckdb', file: 'x.duckdb' }],
    ['parquet:lake/of things', { kind: 'parquet', folder: 'lake/of things' }],
    [
      'clickhouse://h/db',
      { kind: 'clickhouse', url: 'http://h:8123', database: 'db', user: 'ada', password: 'p' },
    ],
    [
      'clickhouses://h:9/',
      { kind: 'clickhouse', url: 'https://h:9', database: 'default', user: 'ada', password: 'p' },
    ],
  ])('%s', (text, expected) => expect(parseTarget(text, env)).toEqual(expected));

  test.each([
    ['x.duckdb', 'is no target'],
    ['duckdb:', 'is no target'],
    ['clickhouse://u:p@h/db', 'CLICKHOUSE_PASSWORD'],
    ['clickhouse://h/a-b', 'no name of a database'],
    ['clickhouse://h/db?x=1', 'takes no parameters'],
    ['clickhouse:', 'no address'],
  ])('%s is refused with a sentence', (text, sentence) =>
    expect(() => parseTarget(text, env)).toThrow(sentence),
  );
});

function hashOf(target: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      hash.update(path).update(readFileSync(path));
    }
  return hash.digest('hex');
}

describe.skipIf(!hasDuckdb)('a target of another kind or version', () => {
  const sql = async (...statements: string[]): Promise<void> => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(join(folder, 'fleet.duckdb'));
    const connection = await instance.connect();
    for (const statement of statements) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();
  };

  test('is said to be that, and is not touched', async () => {
    const file = await write('a.har', await har('a'));
    await sql('CREATE TABLE mine (x INTEGER)');
    await expect(ask(duckdb(), 'select 1')).rejects.toThrow('There are no recordings in');
    await loadFiles([file], { ...LOAD_OPTIONS, target: duckdb() });
    await sql('UPDATE sse_scope_schema SET version = 99');
    await expect(ask(duckdb(), 'select 1')).rejects.toThrow('tables of version 99');
    await expect(loadFiles([file], { ...LOAD_OPTIONS, target: duckdb() })).rejects.toThrow(
      'tables of version 99',
    );
    await write('text.duckdb', 'This is no database, whatever its name says.'.repeat(100));
    const wrong = { kind: 'duckdb', file: join(folder, 'text.duckdb') } as const;
    await expect(loadFiles([file], { ...LOAD_OPTIONS, target: wrong })).rejects.toThrow(
      /text\.duckdb cannot be opened/,
    );
  });
});
