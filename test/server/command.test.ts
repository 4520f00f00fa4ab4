import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readSamples } from '../support/assembledSamples.ts';
import { ask } from '../support/httpClient.ts';
import { recordedHar } from '../support/recordedHar.ts';
import { numberedEvents, startTestServer, type TestServer } from '../support/testServer.ts';

/* The command as it is built, in processes of its own. */

const MAIN = join(import.meta.dirname, '../../dist/node/main.js');
const event = (n: number) => `id: ${n}\ndata: ${n}\n\n`;
const folder = mkdtempSync(join(tmpdir(), 'sse-scope-command-'));
const at = (name: string) => join(folder, name);
const running: ChildProcess[] = [];
let origin: TestServer;

beforeAll(async () => {
  origin = await startTestServer();
  const chunks = [1, 2, 3].map((n) => [n * 10, event(n)] as const);
  writeFileSync(at('three.har'), await recordedHar([{ url: 'https://x/e', connections: [{ chunks }] }]));
  writeFileSync(
    at('ill.har'),
    await recordedHar([
      {
        url: 'https://x/e',
        connections: [
          {
            // The last event has no blank line.
            chunks: [...chunks, [40, 'data: 4\n'] as const],
            headers: [
              ['Content-Type', 'text/event-stream'],
              ['Cache-Control', 'no-store'],
            ],
          },
        ],
      },
    ]),
  );
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
  }
});
afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true });
});

interface Run {
  code: number;
  out: string;
  err: string;
}

async function run(...args: string[]): Promise<Run> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN, ...args], { cwd: folder });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

/** Starts it, waits until it has said something, and answers what it says until it ends. */
async function begin(
  said: RegExp,
  ...args: string[]
): Promise<{ match: RegExpExecArray; end(signal: NodeJS.Signals): Promise<Run> }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
  running.push(child);
  let out = '';
  let err = '';
  child.stderr.on('data', (data) => {
    err += data;
  });
  const over = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    child.stdout.on('data', (data) => {
      out += data;
      const found = said.exec(out);
      if (found) resolve(found);
    });
    void over.then(() => reject(new Error(`It ended: ${out}${err}`)));
  });
  return {
    match,
    async end(signal) {
      child.kill(signal);
      return { code: await over, out, err };
    },
  };
}

describe('sse-scope', () => {
  test('teaches how it is used, and says with code 2 what is wrong', async () => {
    const help = await run('--help');
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('sse-scope serve session.har')]);
    expect((await run('serve', '--help')).out).toContain('drop:events=10');
    for (const [args, sentence] of [
      [['inspect'], 'missing required argument'],
      [['serve', 'nowhere.har'], 'There is no such file: nowhere.har'],
      [['serve', 'three.har', '--speed', '0'], '0.1 … 100, or max'],
      [['serve', 'three.har', '--fault', 'explode'], 'has no “explode”'],
      [['serve', MAIN], 'neither a HAR file nor an event stream'],
      [['record', 'ftp://x'], 'is no address'],
      [['inspect', 'ill.har', '--fail-on', 'nonsense'], 'neither error, warning or any'],
      [['inspect', 'ill.har', '--browser', 'xyz'], 'chromium, firefox'],
      [['inspect', 'ill.har', '--format', 'xml'], 'text, json, sarif, junit, markdown'],
    ] as const) {
      const { code, err } = await run(...args);
      expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
    }
  });

  test('serve: plays what a file holds, and ends on SIGTERM with the end of the current block', async () => {
    const har = await recordedHar([
      {
        url: 'https://x/slow',
        connections: [
          {
            chunks: [
              [0, `${event(1)}data: be`],
              [60_000, 'gun\n\n'],
            ],
          },
        ],
      },
    ]);
    writeFileSync(at('slow.har'), har);
    const { match, end } = await begin(
      /Serving at (http:\S+)/,
      'serve',
      'three.har',
      'slow.har',
      '--port',
      '0',
    );
    expect((await ask(`${match[1]}/e`)).text).toBe([1, 2, 3].map(event).join(''));
    let text = '';
    const slow = ask(`${match[1]}/slow`, {
      started: (response) => response.on('data', (bytes) => (text += bytes)),
    });
    while (!text.includes('be')) await new Promise((resolve) => setImmediate(resolve));
    const { code, out } = await end('SIGTERM');
    expect(code).toBe(0);
    expect(out).toContain('GET');
    expect(await slow).toMatchObject({ text: `${event(1)}data: begun\n\n`, ending: 'end' });
  });

  test('serve: a port that is taken is said', async () => {
    const { match } = await begin(
      /Serving at http:\/\/127\.0\.0\.1:(\d+)/,
      'serve',
      'three.har',
      '--port',
      '0',
    );
    const { code, err } = await run('serve', 'three.har', '--port', match[1]!);
    expect([code, err]).toEqual([2, expect.stringContaining(`Port ${match[1]} is taken`)]);
  });

  test('inspect: a report in words and as JSON, and an exit code for CI', async () => {
    const words = await run('inspect', 'ill.har');
    expect(words.out).toContain('3 events');
    expect(words.out).toContain('Error: The last event is dropped');
    expect(words.out).not.toContain('Nothing was found');
    const { streams } = JSON.parse((await run('inspect', 'ill.har', '--json')).out);
    expect(streams).toMatchObject([{ url: 'https://x/e', events: 3, connections: 1 }]);
    expect(streams[0].findings).toMatchObject([{ code: 'unterminated', severity: 'error', certain: true }]);
    for (const level of ['unterminated', 'error', 'warning', 'any']) {
      expect((await run('inspect', 'ill.har', '--fail-on', level)).code).toBe(3);
    }
    expect((await run('inspect', 'ill.har', '--fail-on', 'cutWhenSilent')).code).toBe(0);
    expect((await run('inspect', 'three.har', '--fail-on', 'warning')).code).toBe(0);
  });

  test('check: what a client would meet, and an exit code for CI', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/gone') response.writeHead(404, { 'content-type': 'text/plain' }).end('no');
      else
        response
          .writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-evil': 'a' })
          .end('id: \x1b]0;owned\x07\nevent: \x1b[31mred\ndata: 1\n\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const well = await run('check', `${url}/well`, '--for', '0.3');
      expect([well.code, well.out]).toEqual([0, expect.stringContaining('EventSource in Firefox')]);
      expect(well.out + well.err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      const gone = await run('check', `${url}/gone`, '--for', '0.3');
      expect([gone.code, gone.out]).toEqual([3, expect.stringContaining('404')]);
      const json = await run('check', `${url}/gone`, '--for', '0.3', '--json', '--fail-on', 'cors');
      expect([json.code, JSON.parse(json.out).connections.first.status]).toEqual([0, 404]);
      const sarif = await run('check', `${url}/gone`, '--for', '0.3', '--format', 'sarif');
      expect(JSON.parse(sarif.out).runs[0].results[0].ruleId).toBe('statusEnds');
    } finally {
      server.close();
    }
    expect((await run('check', 'http://127.0.0.1:1/', '--for', '0.3')).code).toBe(4);
    expect((await run('check', 'http://127.0.0.1:1/', '--for', 'ever')).code).toBe(2);
  });

  test('inspect --format: the same for other programs', async () => {
    const sarif = JSON.parse((await run('inspect', 'ill.har', '--format', 'sarif')).out);
    expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'unterminated' }] }] });
    expect((await run('inspect', 'ill.har', '--format', 'junit')).out).toContain('failures="1"');
    expect((await run('inspect', 'ill.har', '--format', 'markdown')).out).toContain('(`unterminated`)');
    const { code, out } = await run('inspect', 'ill.har', '--format', 'junit', '--fail-on', 'any');
    expect([code, out]).toEqual([3, expect.stringContaining('<testsuites')]);
  });

  test('inspect --assembled: what a stream says as a whole, of HAR, bare streams and lines', async () => {
    const [chat, , , , anthropic] = readSamples('assembled.md');
    await writeFile(at('chat.sse'), chat!.body);
    const { streams } = JSON.parse((await run('inspect', 'chat.sse', '--assembled', '--json')).out);
    expect(streams[0].assembled).toMatchObject(chat!.expected);
    expect(JSON.stringify(streams[0].assembled)).not.toContain('pieces');
    await writeFile(at('message.sse'), anthropic!.body);
    const words = (await run('inspect', 'message.sse', '--assembled')).out;
    expect(words).toContain('Anthropic message by c: complete (tool_use)');
    expect(words).toContain('sum');
    const mcp = readSamples('assembled.md').find(({ facts }) => facts.requestBody !== undefined)!;
    await writeFile(at('mcp.sse'), mcp.body);
    await writeFile(at('request.json'), mcp.facts.requestBody!);
    const { out } = await run(
      'inspect',
      'mcp.sse',
      '--assembled',
      '--json',
      '--request-body',
      'request.json',
    );
    expect(JSON.parse(out).streams[0].assembled).toMatchObject(mcp.expected);
    const ollama = readSamples('assembled.md').find(({ facts }) => facts.framing === 'lines')!;
    await writeFile(at('answer.ndjson'), ollama.body);
    const lines = JSON.parse((await run('inspect', 'answer.ndjson', '--assembled', '--json')).out);
    expect(lines.streams[0].assembled).toMatchObject(ollama.expected);
  });

  test('record: reconnects as the standard has it, and writes what inspect and serve read', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    server.on('request', (request, response) => {
      const id = request.headers['last-event-id'];
      asked.push(id === undefined ? undefined : Buffer.from(String(id), 'latin1').toString());
      if (asked.length === 3) {
        response.writeHead(204).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (asked.length === 1) response.write('retry: 1\n\nid: ä1\ndata: 1\n\n', () => response.destroy());
      else response.end(event(2));
    });
    const { code, out } = await run(
      'record',
      `http://127.0.0.1:${port}/e?token=geheim`,
      '-o',
      'mine.har',
      '-H',
      'Authorization: geheim',
    );
    server.close();
    expect([code, out]).toEqual([0, expect.stringContaining('2 events')]);
    expect(asked).toEqual([undefined, 'ä1', '2']);
    const text = await readFile(at('mine.har'), 'utf8');
    expect(text).not.toContain('geheim');
    expect(
      JSON.parse(text).log.entries.map((entry: { response: { status: number } }) => entry.response.status),
    ).toEqual([200, 200, 204]);
    expect((await run('inspect', 'mine.har')).out).toContain('3 connections');
  });

  test('record: what is no stream, or nobody, ends with code 4', async () => {
    const plain = await run('record', `${origin.url}/page`, '-o', 'x.har');
    expect([plain.code, plain.err]).toEqual([4, expect.stringContaining('that is no event stream')]);
    const nobody = await run('record', 'http://127.0.0.1:1/', '-o', 'x.har');
    expect([nobody.code, nobody.err]).toEqual([4, expect.stringContaining('cannot be reached')]);
  });

  test('control characters of files, servers and arguments are shown, not sent to the terminal', async () => {
    const evil = '\x1b]0;gone\x07\x1b[2J\x9b31m\u202e\r';
    const har = JSON.parse(
      (await recordedHar([{ url: 'https://x/e', connections: [{ chunks: [[0, event(1)]] }] }])).toString(),
    );
    const [entry] = har.log.entries;
    har.log.pages[0].title = evil;
    har.log._sse.session.name = evil;
    Object.assign(entry.request, { url: `https://x/${evil}`, method: evil });
    Object.assign(har.log._sse.streams[0], { url: `https://x/${evil}`, method: evil });
    entry.response.headers.push({ name: 'Content-Encoding', value: evil });
    writeFileSync(at('evil.har'), JSON.stringify(har));
    const server = createServer((_request, response) => {
      response.writeHead(404, { 'content-type': 'text/\x9b31m' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const runs = await Promise.all([
      run('inspect', 'evil.har'),
      run('inspect', 'evil.har', '--json'),
      run('inspect', `${evil}.har`),
      run('serve', 'three.har', `--${evil}`),
      run('serve', 'three.har', '--speed', evil),
      run('serve', 'three.har', '--fault', evil),
      run('record', evil),
      run('record', `http://127.0.0.1:${port}/`, '-o', 'x.har'),
    ]);
    const { end } = await begin(/Serving at/, 'serve', 'evil.har', '--port', '0');
    runs.push(await end('SIGTERM'));
    server.close();
    for (const { out, err } of runs) expect(out + err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(runs[0]!.out).toContain('\\x1b]0;gone\\x07\\x1b[2J\\x9b31m\\u202e\\r');
    expect(JSON.parse(runs[1]!.out).streams[0].method).toBe(evil);
    expect(runs.map(({ err }) => err).join('')).toContain('\\x1b');
  }, 60_000);

  test('proxy: passes everything through, records streams, and cuts them when that is wanted', async () => {
    const { match, end } = await begin(
      /(http:\S+) passes on/,
      'proxy',
      origin.url,
      '--port',
      '0',
      '-o',
      'passed.har',
      '--fault',
      'drop:events=3',
    );
    const page = await ask(`${match[1]}/page`);
    expect(page.text).toBe((await ask(`${origin.url}/page`)).text);
    const { text, ending } = await ask(`${match[1]}/events?n=5`);
    expect([text, ending]).toEqual([numberedEvents(3), 'broken']);
    const { code, out } = await end('SIGINT');
    expect([code, out]).toEqual([0, expect.stringContaining('events')]);
    const { log } = JSON.parse(await readFile(at('passed.har'), 'utf8'));
    expect(log.entries).toHaveLength(1);
    expect(log.entries[0].request.url).toBe(`${origin.url}/events?n=5`);
    expect(log.entries[0].response.content.text).toBe(numberedEvents(5));
  });
});
