import { Command, InvalidArgumentError } from 'commander';
import { checkJson } from '../check/checkJson.ts';
import { type CheckReport, checkUrl } from '../check/checkUrl.ts';
import { clientsOf } from '../check/clients.ts';
import { type Observation, observationsOf } from '../check/observations.ts';
import { type FailOn, readFailOn } from '../report/failOn.ts';
import { EXIT } from './exitCodes.ts';
import { headerOption } from './headerOption.ts';
import { printDiagnosis } from './printDiagnosis.ts';
import { printReport, REPORT_FORMATS, type ReportFormat, readFormat } from './printReport.ts';
import { collect, ended } from './serve.ts';
import { err, out } from './terminal.ts';

interface CheckFlags {
  for: number;
  header: string[];
  origin?: string;
  credentials?: boolean;
  insecure?: boolean;
  json?: boolean;
  format: ReportFormat;
  failOn: FailOn;
}

export function checkCommand(): Command {
  return new Command('check')
    .summary('says what a client would meet at a stream')
    .description(
      'Reads an event stream for a while, comes back once with Last-Event-ID and once without, asks over HTTP/2 too, and says what a client would meet.',
    )
    .argument('<url>')
    .option('--for <seconds>', 'how long it is read', seconds, 10)
    .option('-H, --header <name: value>', 'sent with each request; may be given again', collect, [])
    .option('--origin <origin>', 'of the page that would open it, where it is of another origin', originOf)
    .option('--credentials', 'that page would send cookies along (withCredentials)')
    .option('-k, --insecure', 'certificates are not checked')
    .option('--json', 'the report as JSON (docs/check.schema.json): the same as --format json')
    .option('--format <name>', `how it is told: ${REPORT_FORMATS.join(', ')}`, readFormat, 'text')
    .option(
      '--fail-on <findings>',
      'end with code 3 if one of these was found: error, warning (or worse), any, or codes, comma-separated',
      readFailOn,
      readFailOn('error'),
    )
    .addHelpText(
      'after',
      `
Examples:
  sse-scope check https://example.com/events
  sse-scope check https://api.example.com/events --origin https://app.example.com --credentials
  sse-scope check http://localhost:3000/events --for 70 --fail-on warning --format junit > check.xml`,
    )
    .action(async (url: string, flags: CheckFlags) => {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
        throw new InvalidArgumentError(`“${url}” is no address: it begins with http:// or https://.`);
      const stop = new AbortController();
      void ended().then(() => stop.abort());
      const report = await checkUrl(url, {
        headers: flags.header.map(headerOption),
        forMs: flags.for * 1000,
        insecure: flags.insecure ?? false,
        origin: flags.origin,
        credentials: flags.credentials ?? false,
        signal: stop.signal,
        say: (text) => err.line`${err.dim(text)}`,
      });
      print(report, flags.json ? 'json' : flags.format);
      process.exitCode = exitCodeOf(report, flags.failOn);
    });
}

/** Where nobody answers there is nothing to judge: the network failed. */
function exitCodeOf({ first, diagnosis }: CheckReport, failOn: FailOn): number {
  const { status } = first.connection.exchange;
  if (status === undefined && first.failure !== '') return EXIT.network;
  return diagnosis.findings.some(failOn) ? EXIT.found : EXIT.ok;
}

function print(report: CheckReport, format: ReportFormat): void {
  const { url, diagnosis } = report;
  if (format === 'json') out.json(checkJson(report));
  else if (format === 'text') printText(report);
  else printReport({ of: url, name: url, streams: [{ method: 'GET', url, diagnosis }] }, format);
}

const NAMES: Record<Observation['what'], string> = {
  address: 'Address',
  answer: 'Answer',
  time: 'Time',
  events: 'Events',
  heartbeat: 'Heartbeat',
  compression: 'Compression',
  caching: 'Caching',
  resume: 'Last-Event-ID',
  again: 'Anew',
  http2: 'HTTP/2',
};

function printText(report: CheckReport): void {
  out.line`${out.bold(report.url)}`;
  const signs = { good: out.green('✓'), bad: out.red('✗'), warn: out.yellow('!'), none: out.dim('–') };
  for (const { what, result, says } of observationsOf(report))
    out.line`  ${signs[result]} ${NAMES[what].padEnd(14)} ${says}`;
  out.line`\n${out.bold('What a client meets')}`;
  for (const { client, well, meets } of clientsOf(report))
    out.line`  ${well ? out.green('✓') : out.red('✗')} ${client.padEnd(24)} ${meets}`;
  const answered = report.first.connection.exchange.status !== undefined;
  if (!answered) return;
  out.line`\n${out.bold('Findings')}`;
  printDiagnosis(report.diagnosis);
}

function seconds(text: string): number {
  const value = Number(text);
  // A check that reads for a day is a recording.
  if (!(value > 0 && value <= 3600)) throw new InvalidArgumentError('0.1 … 3600 seconds.');
  return value;
}

function originOf(text: string): string {
  if (!URL.canParse(text) || new URL(text).origin === 'null')
    throw new InvalidArgumentError(`“${text}” is no origin: like https://app.example.com.`);
  return new URL(text).origin;
}
