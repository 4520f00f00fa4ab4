import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { type RecordOptions, recordUrl } from '../../src/node/record/recordUrl.ts';
import { createSessionRecorder } from '../../src/node/record/sessionRecorder.ts';
import { waitFor } from '../support/waitFor.ts';

/* What `record` sends, to real servers. */

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const bytes of request) body += bytes;
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function record(url: string, options: Partial<RecordOptions> = {}): Promise<string[]> {
  const said: string[] = [];
  await recordUrl(url, createSessionRecorder(url, url), {
    method: 'GET',
    headers: [],
    body: undefined,
    forMs: Infinity,
    events: 1,
    reconnect: false,
    insecure: false,
    signal: new AbortController().signal,
    say: (text) => said.push(text),
    ...options,
  });
  return said;
}

function stream(response: ServerResponse, text = 'data: x\n\n'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
}

test('a server to which another one redirects gets neither credentials nor body', async () => {
  const seen: unknown[] = [];
  const other = await serve((request, response, body) => {
    const { authorization, cookie, accept } = request.headers;
    seen.push([request.method, authorization, cookie, accept, body, request.headers['content-type']]);
    stream(response);
  });
  const first = await serve((_request, response) => {
    // Not read to its end: it has none.
    response.writeHead(302, { location: `${other.replace('127.0.0.1', 'localhost')}/steal` });
    response.write('moved');
  });
  await record(first, {
    method: 'POST',
    headers: [
      ['Authorization', 'Bearer geheim'],
      ['Cookie', 'sid=geheim'],
      ['Content-Type', 'text/plain'],
    ],
    body: 'the prompt',
  });
  expect(seen).toEqual([['GET', undefined, undefined, 'text/event-stream', '', undefined]]);
});

test('the same server gets them again, and the body where the status says so', async () => {
  const seen: unknown[] = [];
  const url = await serve((request, response, body) => {
    if (request.url === '/one') {
      response.writeHead(307, { location: '/two' }).end();
      return;
    }
    seen.push([request.method, request.headers.authorization, request.headers['x-many'], body]);
    stream(response);
  });
  const headers: [string, string][] = [
    ['Authorization', 'mine'],
    ['X-Many', '1'],
    ['x-many', '2'],
  ];
  await record(`${url}/one`, { method: 'POST', headers, body: 'again' });
  expect(seen).toEqual([['POST', 'mine', '1, 2', 'again']]);
});

test('redirections without end, and to other schemes, are said', async () => {
  const round = await serve((_request, response) => response.writeHead(302, { location: '/' }).end());
  await expect(record(round)).rejects.toThrow('It redirects more than 20 times.');
  const file = await serve((_request, response) =>
    response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  );
  await expect(record(file)).rejects.toThrow('It redirects to file:, not to http: or https:.');
});

test('the longest retry there is waits, and is given up at once when it is enough', async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked++;
    stream(response, 'retry: 4294967295\n\ndata: x\n\n');
  });
  const stop = new AbortController();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  await record(url, {
    events: Infinity,
    reconnect: true,
    signal: stop.signal,
    say(text) {
      if (text.includes('again in 4294967295 ms')) setImmediate(() => stop.abort());
    },
  });
  expect(asked).toBe(1);
  // Node takes a longer delay for 1 ms.
  const delays = timers.mock.calls.map(([, delay = 0]) => delay);
  expect(Math.max(...delays)).toBe(2 ** 31 - 1);
  timers.mockRestore();
});

test('--for longer than a timer of Node does not end at once', async () => {
  const url = await serve((_request, response) => stream(response));
  expect(await record(url, { forMs: 1e12 })).toEqual(['Connected: 200 text/event-stream']);
});

test('a response that is packed to fill the disk is given up', async () => {
  const bomb = gzipSync(Buffer.alloc(70 << 20, ':'));
  let gone = false;
  const url = await serve((_request, response) => {
    response.on('close', () => {
      gone = true;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
    // Not ended: whoever gives it up closes the connection.
    response.write(bomb);
  });
  await expect(record(url)).rejects.toThrow('more than 200 times its size');
  await waitFor('the connection is closed', () => gone);
});

test('bodies are decoded, also of several codings; what is not known is said', async () => {
  const url = await serve((request, response) => {
    const body = Buffer.from('data: x\n\n');
    const [coding, coded] = {
      '/gzip': ['gzip', gzipSync(body)] as const,
      '/both': ['gzip, br', brotliCompressSync(gzipSync(body))] as const,
      '/none': ['identity', body] as const,
    }[request.url!] ?? ['zstd', body];
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': coding }).end(coded);
  });
  for (const path of ['/gzip', '/both', '/none']) {
    const recorder = createSessionRecorder(url, url);
    await recordUrl(url + path, recorder, {
      method: 'GET',
      headers: [],
      body: undefined,
      forMs: Infinity,
      events: Infinity,
      reconnect: false,
      insecure: false,
      signal: new AbortController().signal,
      say: () => {},
    });
    expect([path, recorder.events]).toEqual([path, 1]);
  }
  await expect(record(`${url}/zstd`)).rejects.toThrow('content coding zstd');
});
