import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import { writeParquet } from '../../../src/shared/fleet/parquet/writeParquet.ts';
import type { Value } from '../../../src/shared/fleet/rows/rowBuffer.ts';
import { optional, required, table } from '../../../src/shared/fleet/schema/column.ts';
import { hasDuckdb } from '../../support/fleet.ts';
import { holdsLater } from '../../support/properties.ts';

/* What is written is read back by programs of others: hyparquet, and DuckDB. */

const folder = mkdtempSync(join(tmpdir(), 'sse-scope-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

const EVERYTHING = table({
  name: 'everything',
  about: 'Every kind of column.',
  key: ['i'],
  order: ['i'],
  columns: {
    i: required.int('i.'),
    b: required.bool('b.'),
    d: required.date('d.'),
    x: required.double('x.'),
    l: required.long('l.'),
    s: required.text('s.'),
    t: required.time('t.'),
    w: required.word('w.'),
    bn: optional.bool('b.'),
    xn: optional.double('x.'),
    in: optional.int('i.'),
    ln: optional.long('l.'),
    sn: optional.text('s.'),
    tn: optional.time('t.'),
    wn: optional.word('w.'),
  },
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('\0', 'a\0b', '\n', '"'),
);
const time = fc.integer({ min: 0, max: 9_000_000_000_000 });
const long = fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 });
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const or = <T>(one: fc.Arbitrary<T>) => fc.oneof(fc.constant(null), one);
const row = fc.record({
  i: int,
  b: fc.boolean(),
  d: fc.integer({ min: 0, max: 100_000 }),
  x: double,
  l: long,
  s: text,
  t: time,
  w: fc.constantFrom('a', 'b', ''),
  bn: or(fc.boolean()),
  xn: or(double),
  in: or(int),
  ln: or(long),
  sn: or(text),
  tn: or(time),
  wn: or(fc.constantFrom('a', 'é')),
});
const rowsArbitrary = fc.array(row, { minLength: 1, maxLength: 40 });

const columnsOf = (rows: readonly Record<string, Value>[]) =>
  Object.fromEntries(
    Object.keys(EVERYTHING.columns).map((name) => [name, rows.map((one) => one[name] ?? null)]),
  );

test('hyparquet reads what was written', async () => {
  await holdsLater(
    'Parquet by hyparquet',
    [rowsArbitrary, fc.boolean()],
    async (rows, packed) => {
      const file = writeParquet(EVERYTHING, columnsOf(rows), { packed }).buffer;
      const read = await parquetReadObjects({ file });
      const plain = read.map(({ d, t, tn, l, ln, ...rest }) => ({
        ...rest,
        d: (d as Date).getTime() / 86_400_000,
        t: (t as Date).getTime(),
        tn: tn ? (tn as Date).getTime() : null,
        l: Number(l),
        ln: ln === null || ln === undefined ? null : Number(ln),
      }));
      expect(plain.map(withoutUndefined)).toEqual(rows.map((one) => ({ ...one })));
    },
    300,
  );
});

const withoutUndefined = (one: object) =>
  Object.fromEntries(Object.entries(one).map(([name, value]) => [name, value ?? null]));

test.skipIf(!hasDuckdb)('DuckDB reads the same, with the types of its own tables', async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const { duckdbType } = await import('../../../src/shared/fleet/ddl/duckdbDdl.ts');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const path = join(folder, 'all.parquet');
  const types = Object.values(EVERYTHING.columns).map(duckdbType);
  await holdsLater(
    'Parquet by DuckDB',
    [rowsArbitrary, fc.boolean()],
    async (rows, packed) => {
      writeFileSync(path, writeParquet(EVERYTHING, columnsOf(rows), { packed }));
      const reader = await connection.runAndReadAll(
        `SELECT * REPLACE (d - DATE '1970-01-01' AS d, epoch_us(t) AS t, epoch_us(tn) AS tn) FROM read_parquet('${path}')`,
      );
      const [described] = (await connection.runAndReadAll(`DESCRIBE FROM read_parquet('${path}')`))
        .getColumns()
        .slice(1);
      expect(described).toEqual(types);
      const plain = reader.getRowObjects().map(({ d, t, tn, l, ln, ...rest }) => ({
        ...rest,
        d: Number(d),
        t: Number(t) / 1000,
        tn: tn === null ? null : Number(tn) / 1000,
        l: Number(l),
        ln: ln === null ? null : Number(ln),
      }));
      expect(plain).toEqual(rows.map((one) => ({ ...one })));
    },
    100,
  );
  connection.closeSync();
});

test('a number that a column does not hold is cut to one that it does', async () => {
  const one = { b: true, d: 1, x: 1, s: '', t: 1, w: '', in: null };
  const rows = [
    { ...one, i: 1e20, l: Infinity, ln: -Infinity },
    { ...one, i: 1.9, l: -1e300, ln: Number.NaN },
  ];
  const file = writeParquet(EVERYTHING, columnsOf(rows), { packed: false }).buffer;
  expect(await parquetReadObjects({ file })).toMatchObject([
    { i: 2 ** 31 - 1, l: BigInt(Number.MAX_SAFE_INTEGER), ln: -(2n ** 53n) },
    { i: 1, l: -(2n ** 53n), ln: null },
  ]);
});

test('times keep their microseconds, and the file says of which tables it is', async () => {
  const one = { i: 1, b: true, d: 1, x: 1, l: 1, s: '', t: 1_700_000_000_000.125, w: '' };
  const file = writeParquet(EVERYTHING, columnsOf([one]), { packed: true, without: ['d'] }).buffer;
  const metadata = parquetMetadata(file);
  expect(metadata.key_value_metadata).toEqual([
    { key: 'sse_scope.table', value: 'everything' },
    { key: 'sse_scope.schema_version', value: '1' },
  ]);
  expect(metadata.schema.map(({ name }) => name)).not.toContain('d');
  const [raw] = await parquetReadObjects({
    file,
    parsers: { timestampFromMicroseconds: (value: bigint) => value } as never,
  });
  expect(raw!.t).toBe(1_700_000_000_000_125n);
});
