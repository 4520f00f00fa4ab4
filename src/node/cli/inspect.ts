import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { assembledJson } from '../../shared/assemble/assembledJson.ts';
import { sayNote } from '../../shared/text/sayNote.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/text/units/format.ts';
import { assembleLines } from '../inspect/assembleLines.ts';
import { type FileReport, inspectFile } from '../inspect/inspectFile.ts';
import { type FailOn, readFailOn } from '../report/failOn.ts';
import { reportJson } from '../report/reportJson.ts';
import { EXIT } from './exitCodes.ts';
import { printAssembled } from './printAssembled.ts';
import { printDiagnosis } from './printDiagnosis.ts';
import { printReport, REPORT_FORMATS, type ReportFormat, readFormat } from './printReport.ts';
import { err, out } from './terminal.ts';

interface InspectFlags {
  json?: boolean;
  format: ReportFormat;
  failOn?: FailOn;
  browser: 'chromium' | 'firefox';
  assembled?: boolean;
  requestBody?: string;
}

export function inspectCommand(): Command {
  return new Command('inspect')
    .summary('says how the streams of a session file are')
    .description(
      'Counts what is in a session file, and names what is wrong with its streams and how to mend it.',
    )
    .argument(
      '<file>',
      'HAR of any tool, or an event stream; gzip too. With --assembled also .ndjson and .jsonl',
    )
    .option('--json', 'the report as JSON (docs/inspect.schema.json): the same as --format json')
    .option('--format <name>', `how it is told: ${REPORT_FORMATS.join(', ')}`, readFormat, 'text')
    .option(
      '--fail-on <findings>',
      'end with code 3 if one of these was found: error, warning (or worse), any, or codes, comma-separated',
      readFailOn,
    )
    .option(
      '--assembled',
      'put together what each stream says: the answer of a model, calls of JSON-RPC and MCP',
    )
    .option('--request-body <file>', 'the body of the request, where the file does not have it')
    .addOption(
      new Option('--browser <name>', 'whose waiting times to expect')
        .choices(['chromium', 'firefox'])
        .default('chromium'),
    )
    .addHelpText(
      'after',
      `
Examples:
  sse-scope inspect bug.har
  sse-scope inspect bug.har --json | jq '.streams[].findings'
  sse-scope inspect nightly.har --fail-on warning
  sse-scope inspect nightly.har --fail-on buffered,cutWhenSilent
  sse-scope inspect nightly.har --format sarif > findings.sarif
  sse-scope inspect nightly.har --format junit --fail-on warning > findings.xml
  sse-scope inspect answer.sse --assembled --json | jq '.streams[].assembled.answers[].text'`,
    )
    .action(async (path: string, flags: InspectFlags) => {
      const { failOn, browser, assembled } = flags;
      const format = flags.json ? 'json' : flags.format;
      const requestBody =
        flags.requestBody === undefined ? undefined : await readFile(flags.requestBody, 'utf8');
      if (assembled && /\.(ndjson|jsonl)$/i.test(path)) {
        await inspectLines(path, requestBody, format === 'json');
        return;
      }
      const report = await inspectFile(path, {
        browser,
        ...(assembled ? { assembled } : {}),
        ...(requestBody === undefined ? {} : { requestBody }),
      });
      if (format === 'json') out.json(reportJson(report));
      else if (format === 'text') print(report);
      else printReport({ ...report, of: path }, format);
      const found = report.streams
        .flatMap(({ diagnosis }) => diagnosis.findings)
        .filter((finding) => failOn?.(finding));
      if (found.length === 0) return;
      err.line`${err.red(`Found: ${[...new Set(found.map(({ code }) => code))].join(', ')}`)}`;
      process.exitCode = EXIT.found;
    });
}

/** A body of lines is no session: there is nothing to say of it but what it says. */
async function inspectLines(path: string, requestBody: string | undefined, json: boolean): Promise<void> {
  const { lines, assembled } = await assembleLines(path, requestBody);
  if (json) {
    const own = assembled ? { assembled: assembledJson(assembled, sayNote) } : {};
    out.json({ file: path, name: path, streams: [{ url: path, lines, ...own }], notes: [] });
    return;
  }
  out.line`${out.bold(path)}\n${formatCount(lines)} lines`;
  if (assembled) printAssembled(assembled);
  else out.line`  ${out.yellow('●')} These lines are of no format that is known.`;
}

function print({ name, streams, notes }: FileReport): void {
  out.line`${out.bold(name)}`;
  for (const note of notes) out.line`${out.yellow(note)}`;
  for (const stream of streams) {
    const { method, url, transport, connections, events, bytes, ms, gaps, heartbeatMs, diagnosis } = stream;
    out.line`\n${out.cyan(`${method} ${url}`)}  ${out.dim(transport)}`;
    const counted = [
      `${formatCount(connections)} connection${connections === 1 ? '' : 's'}`,
      `${formatCount(events)} events`,
      formatBytes(bytes),
      formatDuration(ms),
      ...(gaps > 0 ? [`${gaps} gap${gaps === 1 ? '' : 's'}`] : []),
      ...(heartbeatMs === undefined ? [] : [`a beat every ${formatDuration(heartbeatMs)}`]),
    ];
    out.line`${counted.join(', ')}`;
    printDiagnosis(diagnosis);
    if (stream.assembled) printAssembled(stream.assembled);
  }
}
