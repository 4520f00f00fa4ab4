import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseMasks } from '../../shared/file/mask/parseMasks.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/text/units/format.ts';
import { type LoadReport, loadFiles } from '../fleet/load/loadFiles.ts';
import { listFiles } from '../fleet/read/listFiles.ts';
import { parseTarget } from '../fleet/target.ts';
import { EXIT } from './exitCodes.ts';
import { collect, wholeNumber } from './serve.ts';
import { err, out } from './terminal.ts';

interface LoadFlags {
  to: string;
  data?: boolean;
  mask: string[];
  keepSecrets?: boolean;
  release: string;
  strict?: boolean;
  replace?: boolean;
  threads?: number;
  browser: 'chromium' | 'firefox';
  json?: boolean;
}

/** Each thread that reads takes up to some 150 MB. */
const MOST_THREADS = 4;
/** Problems and notes are told one by one up to here. */
const MOST_TOLD = 20;

export function loadCommand(): Command {
  return new Command('load')
    .summary('loads recordings into DuckDB, ClickHouse or Parquet files')
    .description(
      'Loads recordings into an analytic engine, as tables (docs/schema.md). Each recording is there once, however often it is loaded.',
    )
    .argument('<file...>', 'HAR files of any tool, or event streams; gzip too. Folders are searched for them')
    .requiredOption(
      '--to <target>',
      'duckdb:FILE, parquet:DIR, clickhouse://HOST:PORT/DATABASE, or clickhouses:// (TLS)',
    )
    .option('--data', 'with the data of events; otherwise only their sizes, types and times')
    .option(
      '--mask <mask>',
      'a part of the data that is written over, as in the panel: $.user.email or /\\d{16}/; may be given again',
      collect,
      [],
    )
    .option('--keep-secrets', 'token-like parameters of addresses are loaded as they are')
    .option('--release <name>', 'the release of the server or page that these are recordings of', '')
    .option('--strict', 'a file that cannot be read ends it')
    .option('--replace', 'recordings that are there already are loaded anew')
    .option('--threads <n>', 'threads that read files; 0 for none', wholeNumber)
    .addOption(
      new Option('--browser <name>', 'whose waiting times to expect')
        .choices(['chromium', 'firefox'])
        .default('chromium'),
    )
    .option('--json', 'the summary as JSON')
    .addHelpText(
      'after',
      `
CLICKHOUSE_USER and CLICKHOUSE_PASSWORD say who you are to ClickHouse; CLICKHOUSE_CA names a file with the authority of its certificate.

Examples:
  sse-scope load recordings/*.har --to duckdb:fleet.duckdb --release 2026.11
  sse-scope load recordings --to parquet:lake --data --mask '$..email'
  sse-scope load recordings --to clickhouses://db.example:8443/streams`,
    )
    .action(async (given: string[], flags: LoadFlags) => {
      const target = parseTarget(flags.to);
      const masks = flags.mask.join('\n');
      const [problem] = parseMasks(masks).problems;
      if (problem) throw new InvalidArgumentError(problem);
      const files = await listFiles(given);
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort(new Error('Stopped: the recordings loaded so far are whole.')));
      const begun = performance.now();
      const report = await loadFiles(files, {
        target,
        masks,
        keepsData: flags.data ?? false,
        keepsSecrets: flags.keepSecrets ?? false,
        release: flags.release,
        strict: flags.strict ?? false,
        replace: flags.replace ?? false,
        threads: flags.threads ?? Math.min(availableParallelism(), MOST_THREADS),
        browser: flags.browser,
        progress: showProgress,
        signal: stop.signal,
      }).finally(() => err.endProgress());
      const ms = performance.now() - begun;
      if (flags.json) out.json({ ...report, ms: Math.round(ms) });
      else print(report, ms, flags.to);
      if (report.broken.length > 0) process.exitCode = EXIT.partly;
    });
}

const BAR = 24;

function showProgress({ files, loaded, known, broken, records }: LoadReport): void {
  const done = loaded + known + broken.length;
  const filled = Math.floor((done / Math.max(1, files)) * BAR);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  err.progress`${bar} ${formatCount(done)} of ${formatCount(files)} files, ${formatCount(records)} records`;
}

function print(
  { loaded, known, broken, notes, records, events, bytes }: LoadReport,
  ms: number,
  to: string,
): void {
  for (const { file, problem } of broken.slice(0, MOST_TOLD)) err.line`${err.red('●')} ${file}: ${problem}`;
  if (broken.length > MOST_TOLD)
    err.line`${err.red('●')} … and ${formatCount(broken.length - MOST_TOLD)} more.`;
  for (const { file, note } of notes.slice(0, MOST_TOLD)) err.line`${err.yellow('●')} ${file}: ${note}`;
  if (notes.length > MOST_TOLD)
    err.line`${err.yellow('●')} … and ${formatCount(notes.length - MOST_TOLD)} more notes.`;
  const rate = records / Math.max(0.001, ms / 1000);
  out.line`${out.bold(recordings(loaded))} loaded into ${to}: ${formatCount(records)} records, ${formatCount(events)} events, ${formatBytes(bytes)}, in ${formatDuration(ms)} (${formatCount(Math.round(rate))} records/s).`;
  if (known > 0) out.line`${recordings(known)} there already.`;
  if (broken.length > 0) out.line`${out.red(`${formatCount(broken.length)} left out: not readable.`)}`;
}

function recordings(count: number): string {
  return `${formatCount(count)} recording${count === 1 ? '' : 's'}`;
}
