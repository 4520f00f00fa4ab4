import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { assembledJson } from '../../shared/assemble/assembledJson.ts';
import type { Diagnosis } from '../../shared/diagnosis/diagnose.ts';
import type { Finding, Severity } from '../../shared/diagnosis/model/finding.ts';
import { isWell, SEVERITY_NAMES, sayNotLookedAt } from '../../shared/text/sayDiagnosis.ts';
import { sayFinding } from '../../shared/text/sayFinding.ts';
import { sayNote } from '../../shared/text/sayNote.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/text/units/format.ts';
import { assembleLines } from '../inspect/assembleLines.ts';
import { type FileReport, inspectFile } from '../inspect/inspectFile.ts';
import { EXIT } from './exitCodes.ts';
import { printAssembled } from './printAssembled.ts';
import { err, out } from './terminal.ts';

interface InspectFlags {
  json?: boolean;
  failOn?: string;
  browser: string;
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
    .option('--json', 'the report as JSON')
    .option(
      '--fail-on <findings>',
      'end with code 3 if one of these was found: error, warning (or worse), any, or codes, comma-separated',
    )
    .option(
      '--assembled',
      'put together what each stream says: the answer of a model, calls of JSON-RPC and MCP',
    )
    .option('--request-body <file>', 'the body of the request, where the file does not have it')
    .option('--browser <name>', 'whose waiting times to expect: chromium or firefox', 'chromium')
    .addHelpText(
      'after',
      `
Examples:
  sse-scope inspect bug.har
  sse-scope inspect bug.har --json | jq '.streams[].findings'
  sse-scope inspect nightly.har --fail-on warning
  sse-scope inspect nightly.har --fail-on buffered,cutWhenSilent
  sse-scope inspect answer.sse --assembled --json | jq '.streams[].assembled.answers[].text'`,
    )
    .action(async (path: string, flags: InspectFlags) => {
      const { json, failOn, browser, assembled } = flags;
      const requestBody =
        flags.requestBody === undefined ? undefined : await readFile(flags.requestBody, 'utf8');
      if (assembled && /\.(ndjson|jsonl)$/i.test(path)) {
        await inspectLines(path, requestBody, json ?? false);
        return;
      }
      const report = await inspectFile(path, {
        browser: browser === 'firefox' ? 'firefox' : 'chromium',
        ...(assembled ? { assembled } : {}),
        ...(requestBody === undefined ? {} : { requestBody }),
      });
      if (json) out.json(reportJson(report));
      else print(report);
      const wanted = failOn?.split(',').map((one) => one.trim()) ?? [];
      const found = report.streams
        .flatMap(({ diagnosis }) => diagnosis.findings)
        .filter((finding) => wanted.some((one) => isWanted(one, finding)));
      if (found.length === 0) return;
      err.line`${err.red(`Found: ${[...new Set(found.map(({ code }) => code))].join(', ')}`)}`;
      process.exitCode = EXIT.found;
    });
}

const BY_SEVERITY: Record<string, readonly Severity[]> = {
  error: ['error'],
  warning: ['error', 'warning'],
  any: ['error', 'warning', 'note'],
};

function isWanted(wanted: string, { code, severity }: Finding): boolean {
  return BY_SEVERITY[wanted]?.includes(severity) ?? wanted === code;
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

function reportJson({ streams, ...rest }: FileReport): unknown {
  return {
    ...rest,
    streams: streams.map(({ assembled, diagnosis, ...stream }) => ({
      ...stream,
      findings: diagnosis.findings.map((finding) => ({
        ...finding,
        ...sayFinding(finding, diagnosis.software),
      })),
      notLookedAt: diagnosis.notLookedAt,
      ...(assembled ? { assembled: assembledJson(assembled, sayNote) } : {}),
    })),
  };
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

function printDiagnosis(diagnosis: Diagnosis): void {
  const { findings, notLookedAt, software } = diagnosis;
  for (const finding of findings) {
    const { title, why, how, doubt, fix, remedies } = sayFinding(finding, software);
    const tone = { error: out.red('●'), warning: out.yellow('●'), note: out.dim('●') }[finding.severity];
    const name = SEVERITY_NAMES[finding.severity];
    out.line`  ${tone} ${name}: ${out.bold(title)} ${out.dim(`(${finding.code})`)}\n    ${why}\n    ${how}`;
    if (doubt) out.line`    Not certain: ${doubt}`;
    out.line`    ${out.green(fix)}`;
    const [first] = remedies;
    if (first) {
      out.line`    ${out.dim(first.label)}`;
      for (const line of first.text.trimEnd().split('\n')) out.line`      ${line}`;
    }
  }
  for (const text of sayNotLookedAt(notLookedAt)) out.line`  ${out.dim(text)}`;
  if (isWell(diagnosis)) out.line`  ${out.green('●')} Nothing was found that is wrong with it.`;
}
