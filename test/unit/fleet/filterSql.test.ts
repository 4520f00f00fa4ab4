import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { filterSql } from '../../../src/devtools/filter/filterSql.ts';
import { matchEntry } from '../../../src/devtools/filter/matchEntry.ts';
import { parseFilter } from '../../../src/devtools/filter/parseFilter.ts';
import { regexSql } from '../../../src/devtools/filter/regexSql.ts';
import { writeParquet } from '../../../src/shared/fleet/parquet/writeParquet.ts';
import { RECORDS } from '../../../src/shared/fleet/schema/recordsTable.ts';
import { sqlText } from '../../../src/shared/fleet/sql/quote.ts';
import { asRecords, ENDPOINT, filteredEntries, filterText } from '../../support/filterCases.ts';
import { hasDuckdb } from '../../support/fleet.ts';
import { holdsLater } from '../../support/properties.ts';

const folder = mkdtempSync(join(tmpdir(), 'sse-scope-filter-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a filter as a query', () => {
  const { terms } = parseFilter("it's type:price* -gap>2s /(?=a)/i kind:event");
  expect(filterSql(terms, { dialect: 'duckdb', endpoint: 'GET x/e', time: { from: 0, to: 1000 } })).toBe(
    `-- The rows on show in SSE Scope, for DuckDB.
-- Left out, for the engine has no such pattern: "/(?=a)/i"
select session, connection, n, arrived_at, gap_ms, kind, type, event_id, size, data
from records
where endpoint = 'GET x/e'
  and (position('it''s' in lower(type)) > 0 or position('it''s' in lower(event_id)) > 0 or position('it''s' in lower(coalesce(data, ''))) > 0)
  and (regexp_matches(type, '(?is)^price.*$'))
  and not coalesce(gap_ms > 2000, false)
  and (kind = 'event')
  and arrived_at >= timestamp '1970-01-01 00:00:00.000'
  and arrived_at <= timestamp '1970-01-01 00:00:01.000'
order by session, n;
`,
  );
});

test('what is left out cannot end its comment', () => {
  const endpoint = "a\n'; drop table x; --";
  const sql = filterSql([], { dialect: 'duckdb', endpoint, time: undefined });
  expect(sql).toContain("where endpoint = 'a\n''; drop table x; --'");
  const left = filterSql([{ by: 'regex', regex: /(?=a\n;)/, negated: false }], {
    dialect: 'duckdb',
    endpoint: '',
    time: undefined,
  });
  expect(left.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(/^-- Left out/),
    expect.stringMatching(/^select/),
  ]);
});

test.each([
  [/a/, '(?-s)a'],
  [/a.b/s, '(?s)a.b'],
  [/^a$/im, '(?im-s)^a$'],
  [/\/\\u00e9\u00e9/, '(?-s)/\\\\u00e9\\x{00e9}'],
  [/\u{1f600}/u, '(?-s)\\x{1f600}'],
  [/(?<n>a)/, '(?-s)(?P<n>a)'],
  [/(?:a)b/, '(?-s)(?:a)b'],
  [/(?:)/, '(?-s)'],
  [/(a)\1/, undefined],
  [/(?!a)b/, undefined],
  [/(?<=a)b/, undefined],
  [/\p{L}/u, undefined],
])('%s is %j for RE2', (regex, expected) => {
  expect(regexSql(regex)).toBe(expected);
});

test.each(['[^]', '[]', String.raw`\a`, String.raw`\z`, '(?i:a)'])('%s is not said', (source) => {
  // Newer engines of JavaScript alone know the last one.
  const regex = { source, flags: '' } as RegExp;
  expect(regexSql(regex)).toBeUndefined();
});

test.skipIf(!hasDuckdb)('DuckDB reads any text as the literal that it was', async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await holdsLater(
    'literals of DuckDB',
    [
      fc.array(
        fc.oneof(
          fc.constantFrom("'", '\\', '"', '--', ';', '\n', '$1', '\0'),
          fc.string({ unit: 'grapheme' }),
        ),
      ),
    ],
    async (parts) => {
      const text = parts.join('');
      const [read] = (await connection.runAndReadAll(`SELECT ${sqlText(text, 'duckdb')}`)).getColumns()[0]!;
      expect(read).toBe(text.replaceAll('\0', ''));
    },
    500,
  );
});

test.skipIf(!hasDuckdb)('DuckDB finds what the panel shows', async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const path = join(folder, 'records.parquet');
  await connection
    .run(`CREATE VIEW records AS FROM read_parquet(${sqlText(path, 'duckdb')})`)
    .catch(() => {});
  await holdsLater(
    'filters on DuckDB',
    [filteredEntries, fc.array(filterText, { minLength: 5, maxLength: 10 })],
    async (entries, filters) => {
      writeFileSync(path, writeParquet(RECORDS, asRecords(entries), { packed: false }));
      await connection.run(`CREATE OR REPLACE VIEW records AS FROM read_parquet(${sqlText(path, 'duckdb')})`);
      for (const filter of filters) {
        const { terms } = parseFilter(filter);
        const sql = filterSql(terms, { dialect: 'duckdb', endpoint: ENDPOINT, time: undefined });
        const found = (await connection.runAndReadAll(sql)).getRowObjects().map(({ n }) => Number(n));
        const shown = entries.flatMap((one, i) => (matchEntry(terms, one) ? [i + 1] : []));
        expect([filter, found]).toEqual([filter, shown]);
      }
    },
    60,
  );
});
