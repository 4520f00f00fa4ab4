import { Command } from 'commander';
import { formatBytes, formatCount, formatDuration } from '../../shared/session/format.ts';
import { type FileReport, inspectFile } from '../inspect/inspectFile.ts';
import { EXIT } from './exitCodes.ts';
import { err, out } from './terminal.ts';

interface InspectFlags {
  json?: boolean;
  failOn?: string;
  browser: string;
}

export function inspectCommand(): Command {
  return new Command('inspect')
    .summary('says how the streams of a session file are')
    .description(
      'Counts what is in a session file, and names what is wrong with its streams and how to mend it.',
    )
    .argument('<file>', 'HAR of any tool, or an event stream; gzip too')
    .option('--json', 'the report as JSON')
    .option(
      '--fail-on <findings>',
      'end with code 3 if one of these was found (comma-separated kinds, or any)',
    )
    .option('--browser <name>', 'whose waiting times to expect: chromium or firefox', 'chromium')
    .addHelpText(
      'after',
      `
Examples:
  sse-scope inspect bug.har
  sse-scope inspect bug.har --json | jq '.streams[].findings'
  sse-scope inspect nightly.har --fail-on buffered,cutWhenSilent`,
    )
    .action(async (path: string, { json, failOn, browser }: InspectFlags) => {
      const report = await inspectFile(path, browser === 'firefox' ? 'firefox' : 'chromium');
      if (json) out.json(report);
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
    if (findings.length === 0) out.line`  ${out.green('●')} Nothing is wrong with it.`;
  }
}
