import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { formatBytes, formatCount, formatDuration } from '../../shared/text/units/format.ts';
import type { Scenario } from '../faults/faults.ts';
import { readFault, readScenario } from '../faults/readFault.ts';
import { createMockServer, type MockServer } from '../mock/createMockServer.ts';
import type { ReconnectMode, WhenOver } from '../stage/cast.ts';
import { out } from './terminal.ts';

/** Answers are given this long to end before the command does, ms. */
const CLOSE_WITHIN = 3000;

interface ServeFlags {
  port: number;
  host: string;
  speed: number;
  loop?: boolean;
  from: number;
  to: number;
  reconnect: ReconnectMode;
  whenOver: WhenOver;
  heartbeat: number;
  paused?: boolean;
  fault: string[];
  scenario?: string;
  seed?: number;
  tls?: [string, string];
  http2?: boolean;
  token?: string;
  allowHost: string[];
  allowOrigin: string[];
}

export function serveCommand(): Command {
  return new Command('serve')
    .summary('plays recorded sessions to whoever asks for their addresses')
    .description(
      'Serves the event streams of session files on this machine: each at its recorded path and query, the same bytes at the same times.',
    )
    .argument('[file...]', 'HAR files of any tool, or event streams; gzip too. The panel can send more')
    .option('-p, --port <n>', 'where it listens; 0 for any that is free', wholeNumber, 4747)
    .option('--host <name>', 'the address it listens on', '127.0.0.1')
    .option('-s, --speed <times>', 'times as fast as recorded: 0.1 … 100, or max', speedOf, 1)
    .option('--loop', 'a stream that ends begins again in the same response')
    .option('--from <ms>', 'begin here, ms after the request', parseNumber, 0)
    .option('--to <ms>', 'end here', parseNumber, Infinity)
    .addOption(
      new Option(
        '--reconnect <mode>',
        'answer reconnections with the next recorded connection, or after Last-Event-ID',
      )
        .choices(['as-recorded', 'resume'])
        .default('as-recorded'),
    )
    .addOption(
      new Option(
        '--when-over <what>',
        'what an EventSource gets that comes back after the end: 204, or all of it again',
      )
        .choices(['204', 'again'])
        .default('204'),
    )
    .option('--heartbeat <ms>', 'send a comment after so long a silence', parseNumber, 0)
    .option('--paused', 'play nothing until the control API says so')
    .option(
      '-f, --fault <fault>',
      'something that goes wrong, like drop:events=10; may be given again',
      collect,
      [],
    )
    .option('--scenario <file>', 'faults from a file')
    .option('--seed <n>', 'of chance: the same seed, the same run', wholeNumber)
    .option('--tls <cert,key>', 'serve https with these PEM files', pairOf)
    .option('--http2', 'HTTP/2 too (with --tls), or alone')
    .option('--token <text>', 'for the control API; made up when it is not given')
    .option('--allow-host <name>', 'another name by which it may be called', collect, [])
    .option(
      '--allow-origin <origin>',
      'another origin whose pages may read: null for sandboxed frames and files, * for any',
      collect,
      [],
    )
    .addHelpText(
      'after',
      `
Faults:
  drop:events=10  drop:bytes=500  drop:ms=2000,clean=true   the connection breaks, or ends
  stall:events=3,forMs=5000    delay:ms=200    jitter:ms=50    rate:bytesPerSecond=2000
  split:at=3+17  split:size=5,gapMs=10    buffer:bytes=4096  buffer:ms=1000
  duplicate:every=5  reorder:chance=0.1  corrupt:every=20  truncateLast
  status:503  contentType:text/html  retry:100  forgetIds  ignoreLastEventId
  compress:encoding=gzip,flush=true    refuse:times=2  refuse:ms=5000

Examples:
  sse-scope serve bug.har
  sse-scope serve bug.har --speed 10 --reconnect resume --fault drop:events=20
  sse-scope serve chat.har --speed max --port 0`,
    )
    .action(async (files: string[], flags: ServeFlags) => {
      const server = await createMockServer({
        sessions: files,
        port: flags.port,
        host: flags.host,
        speed: flags.speed,
        loop: flags.loop ?? false,
        from: flags.from,
        to: flags.to,
        reconnect: flags.reconnect,
        whenOver: flags.whenOver,
        heartbeat: flags.heartbeat,
        paused: flags.paused ?? false,
        scenario: await scenarioOf(flags),
        ...(flags.tls
          ? { tls: { cert: await readFile(flags.tls[0]), key: await readFile(flags.tls[1]) } }
          : {}),
        http2: flags.http2 ?? false,
        ...(flags.token === undefined ? {} : { token: flags.token }),
        allowHosts: flags.allowHost,
        allowOrigins: flags.allowOrigin,
      });
      print(server);
      await ended();
      out.line`Ending: clients get the end of their current event.`;
      const timer = setTimeout(() => process.exit(0), CLOSE_WITHIN);
      await server.close();
      clearTimeout(timer);
    });
}

function print(server: MockServer): void {
  if (server.sessions.length === 0)
    out.line`Nothing is served yet: send a session from the Replay tab of the panel.`;
  for (const { name, streams, notes } of server.sessions) {
    out.line`${out.bold(name)}`;
    for (const note of notes) out.line`  ${out.yellow(note)}`;
    for (const { method, path, connections, events, bytes } of streams) {
      const ms = connections.reduce((last, { track }) => Math.max(last, track.endAt), 0);
      const much = `${formatCount(events)} events, ${formatBytes(bytes)}, ${formatDuration(ms)}`;
      const times = connections.length > 1 ? `, ${connections.length} connections` : '';
      out.line`  ${method.padEnd(4)} ${out.cyan(server.url + path)}  ${out.dim(much + times)}`;
    }
  }
  out.line`\nServing at ${out.bold(server.url)}   token for the control API: ${out.bold(server.token)}`;
  out.line`${out.dim('Ctrl+C ends it.')}`;
}

/** The user, or who started this, wants it to end. */
export function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

export async function scenarioOf({
  fault,
  scenario,
  seed,
}: {
  fault: string[];
  scenario?: string;
  seed?: number;
}): Promise<Scenario> {
  const given: Scenario =
    scenario === undefined ? { rules: [] } : readScenario(await readFile(scenario, 'utf8'));
  const faults = Object.assign({}, ...fault.map(readFault));
  return {
    seed: seed ?? given.seed ?? 1,
    rules: [...given.rules, ...(fault.length > 0 ? [{ faults }] : [])],
  };
}

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It has to be a number, 0 or more.');
  return value;
}

export function wholeNumber(text: string): number {
  const value = parseNumber(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It has to be a whole number.');
  return value;
}

export function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

function speedOf(text: string): number {
  if (text === 'max') return Infinity;
  const value = Number(text);
  if (!(value >= 0.1 && value <= 100)) throw new InvalidArgumentError('It has to be 0.1 … 100, or max.');
  return value;
}

function pairOf(text: string): [string, string] {
  const [cert, key] = text.split(',');
  if (!cert || !key) throw new InvalidArgumentError('Give two PEM files: certificate,key.');
  return [cert, key];
}
