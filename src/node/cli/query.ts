import { Command, InvalidArgumentError, Option } from 'commander';
import { openSource } from '../fleet/query/openSource.ts';
import { findReport, listReports } from '../fleet/query/reports.ts';
import { parseTarget } from '../fleet/target.ts';
import { printResult, type ResultFormat } from './printResult.ts';
import { out } from './terminal.ts';

interface QueryFlags {
  from?: string;
  sql?: string;
  format: ResultFormat;
  since?: string;
  until?: string;
}

export function queryCommand(): Command {
  return new Command('query')
    .summary('asks what was loaded: reports, or any SQL')
    .description(
      'Answers a report, or SQL of your own, from what “sse-scope load” has loaded. Without either, it lists the reports.',
    )
    .argument('[report]', 'name of a report, or a file that ends with .sql')
    .option(
      '--from <target>',
      'duckdb:FILE, parquet:DIR, clickhouse://HOST:PORT/DATABASE, or clickhouses:// (TLS)',
    )
    .option('--sql <text>', 'a query of your own, over the tables of docs/schema.md')
    .addOption(
      new Option('--format <name>', 'how the answer is written')
        .choices(['table', 'json', 'csv', 'markdown'])
        .default('table'),
    )
    .option('--since <day>', 'only what began on this UTC day or later: 2026-11-01', dayOf)
    .option('--until <day>', 'only what began on this UTC day or earlier', dayOf)
    .addHelpText(
      'after',
      `
Examples:
  sse-scope query
  sse-scope query findings --from duckdb:fleet.duckdb
  sse-scope query ttft --from parquet:lake --since 2026-11-23 --format markdown
  sse-scope query --from duckdb:fleet.duckdb --sql 'select host, count(*) from streams group by host'`,
    )
    .action(async (name: string | undefined, { from, sql, format, since, until }: QueryFlags) => {
      if (name !== undefined && sql !== undefined)
        throw new InvalidArgumentError('Name a report, or give --sql: not both.');
      if (name === undefined && sql === undefined) {
        await printReports();
        return;
      }
      const query = sql ?? (await findReport(name!)).sql;
      if (from === undefined)
        throw new InvalidArgumentError('Say where the recordings are: --from duckdb:FILE.');
      const source = await openSource(parseTarget(from), { since, until });
      try {
        printResult(await source.query(query), format);
      } finally {
        await source.close();
      }
    });
}

async function printReports(): Promise<void> {
  for (const { name, about } of await listReports()) out.line`${out.bold(name.padEnd(20))} ${about}`;
}

function dayOf(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('It has to be a day: 2026-11-28.');
  return text;
}
