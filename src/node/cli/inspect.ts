import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { assembledJson } from '../../shared/assemble/assembledJson.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/session/format.ts';
import { sayNote } from '../../shared/text/sayNote.ts';
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
      'end with code 3 if one of these was found (comma-separated kinds, or any)',
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
      const wanted = failOn?.split(',').map((kind) => kind.trim());
      const found = report.streams
        .flatMap(({ findings }) => findings)
        .filter(({ kind }) => wanted?.some((one) => one === 'any' || one === kind));
      if (found.length === 0) return;
      err.line`${err.red(`Found: ${[...new Set(found.map(({ kind }) => kind))].join(', ')}`)}`;
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

function reportJson({ streams, ...rest }: FileReport): unknown {
  return {
    ...rest,
    streams: streams.map(({ assembled, ...stream }) => ({
      ...stream,
      ...(assembled ? { assembled: assembledJson(assembled, sayNote) } : {}),
    })),
  };
}

function print({ name, streams, notes }: FileReport): void {
  out.line`${out.bold(name)}`;
  for (const note of notes) out.line`${out.yellow(note)}`;
  for (const stream of streams) {
    const { method, url, transport, connections, events, bytes, ms, gaps, heartbeatMs, findings } = stream;
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
    for (const { kind, title, text, fix } of findings) {
      out.line`  ${out.red('●')} ${title} ${out.dim(`(${kind})`)}\n    ${text}\n    ${out.green(fix)}`;
    }
    if (findings.length === 0) out.line`  ${out.green('●')} Nothing was found that is wrong with it.`;
    if (stream.assembled) printAssembled(stream.assembled);
  }
}
