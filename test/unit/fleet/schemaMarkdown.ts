import { clickhouseTables, clickhouseType } from '../../../src/shared/fleet/ddl/clickhouseDdl.ts';
import { duckdbTables, duckdbType } from '../../../src/shared/fleet/ddl/duckdbDdl.ts';
import type { ColumnType, FleetColumn, Table } from '../../../src/shared/fleet/schema/column.ts';
import {
  PARTITIONS,
  SCHEMA_VERSION,
  TABLES,
  tableColumnsOf,
} from '../../../src/shared/fleet/schema/tables.ts';

const NAMES: Record<ColumnType, string> = {
  bool: 'truth value',
  date: 'day',
  double: 'number',
  int: 'whole number',
  long: 'whole number',
  text: 'text',
  time: 'time',
  word: 'text of few values',
};

/** The page of the documents about the tables. */
export function schemaMarkdown(): string {
  return `${[
    HEAD,
    ...[...TABLES].reverse().map(section),
    '## DDL of DuckDB',
    `\`\`\`sql\n${duckdbTables().join(';\n\n')};\n\`\`\``,
    '## DDL of ClickHouse',
    `\`\`\`sql\n${clickhouseTables().join(';\n\n')};\n\`\`\``,
  ].join('\n\n')}\n`;
}

const HEAD = `# The tables

What \`sse-scope load\` writes, into any target: version ${SCHEMA_VERSION}. All times are UTC, with microseconds; lengths of time are ms. A number or
time that is not known is NULL, never 0. Ids are made of what a file holds, so that loading it twice changes nothing:
\`sessions.session\` is a hash of its bytes, and the other ids go on from it. Parquet files are in folders \`${PARTITIONS.map((name) => `${name}=…`).join('/')}\`, and these
columns in the names of the folders.

This page is made from the code (\`npx vitest run test/unit/fleet/schema.test.ts -u\`).`;

function section(table: Table): string {
  const rows = tableColumnsOf(table).map(([name, column]) => row(name, column, table.key.includes(name)));
  return [
    `## ${table.name}`,
    table.about,
    ['| column | what it is | kind | DuckDB | ClickHouse |', '|---|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

function row(name: string, column: FleetColumn, isKey: boolean): string {
  const kind = `${NAMES[column.type]}${column.nullable ? ' or NULL' : ''}`;
  return `| \`${name}\`${isKey ? ' (key)' : ''} | ${column.about} | ${kind} | ${duckdbType(column)} | ${clickhouseType(column)} |`;
}
