import { expect, test } from 'vitest';
import { KIND_NAMES } from '../../../src/devtools/reading/entryWords.ts';
import { KINDS } from '../../../src/shared/fleet/rows/recordRows.ts';
import { createTableRows } from '../../../src/shared/fleet/rows/tableRows.ts';
import { PARTITIONS, TABLES, tableColumnsOf } from '../../../src/shared/fleet/schema/tables.ts';
import { schemaMarkdown } from './schemaMarkdown.ts';

test('docs/schema.md says what the code does', async () => {
  await expect(schemaMarkdown()).toMatchFileSnapshot('../../../docs/schema.md');
});

test.each(TABLES.map((table) => [table.name, table] as const))(
  '%s: partitions, key and order',
  (_, table) => {
    const columns = new Map(tableColumnsOf(table));
    expect(
      tableColumnsOf(table)
        .slice(0, 2)
        .map(([name]) => name),
    ).toEqual([...PARTITIONS]);
    // Rows of one key are in one partition and place of the order, or they would not become one.
    for (const name of table.key) expect(table.order).toContain(name);
    for (const name of [...table.order, ...PARTITIONS]) {
      expect(columns.get(name)?.nullable).toBe(false);
      expect(table.order).toContain('day');
    }
    for (const [, { about }] of tableColumnsOf(table)) expect(about).toMatch(/^[^|]+[.)]$/);
  },
);

test('sessions are written last, and every table has its rows', () => {
  expect(TABLES.at(-1)!.name).toBe('sessions');
  expect(Object.keys(createTableRows()).sort()).toEqual(TABLES.map(({ name }) => name).sort());
});

test('kinds have the names that the filter of the panel knows', () => {
  expect(KINDS).toEqual(KIND_NAMES);
});
