import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/node/faults/faults.ts';
import { createProxy } from '../../src/node/proxy/createProxy.ts';
import { createSessionRecorder, type SessionRecorder } from '../../src/node/record/sessionRecorder.ts';
import { ask } from '../support/httpClient.ts';
import { holdsLater } from '../support/properties.ts';
import { waitFor } from '../support/waitFor.ts';

/* The proxy between real sockets. What is thrown anywhere and not caught fails the run. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen<T extends Server | ReturnType<typeof createTcpServer>>(server: T): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

interface Started {
  url: string;
  port: number;
  recorder: SessionRecorder;
  said: string[];
}

async function startProxy(upstream: string, scenario: Scenario = { rules: [] }): Promise<Started> {
  const recorder = createSessionRecorder(upstream, upstream);
  const said: string[] = [];
  const proxy = await createProxy({
    upstream,
    recorder,
    scenario,
    port: 0,
    host: '127.0.0.1',
    insecure: false,
    say: (text) => said.push(text),
  });
  closing.push(async () => {
    await proxy.close();
    recorder.close();
  });
  return { url: proxy.url, port: Number(new URL(proxy.url).port), recorder, said };
}

const startBehind = async (answer: RequestListener, scenario?: Scenario): Promise<Started> =>
  startProxy(`http://127.0.0.1:${await listen(createServer(answer))}`, scenario);

/** Sends bytes; resolves with what came back when the other side has closed the connection. */
function raw(port: number, ...bytes: (string | Uint8Array)[]): Promise<string> {
  return talk(port, bytes).closed;
}

function talk(
  port: number,
  bytes: readonly (string | Uint8Array)[],
): { socket: Socket; written: Promise<void>; closed: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  let got = '';
  socket.on('data', (data) => {
    got += data.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(got)));
  const all = Buffer.concat(bytes.map((one) => Buffer.from(one as string, 'latin1')));
  const written = new Promise<void>((resolve) => socket.write(all, () => resolve()));
  return { socket, written, closed };
}

const HEAD = 'Host: localhost\r\nConnection: close\r\n';

describe('requests of every form', () => {
  test('OPTIONS *, the absolute form, CONNECT and what is no request', async () => {
    const seen: string[] = [];
    const { port } = await startBehind((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.host?.replace(/\d+$/, 'PORT')}`);
      response.end('well');
    });
    expect(await raw(port, `OPTIONS * HTTP/1.1\r\n${HEAD}\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    const absolute = (host: string) => raw(port, `GET http://${host}/a?b=1 HTTP/1.1\r\n${HEAD}\r\n`);
    expect(await absolute('localhost:1')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await absolute('evil.example')).toMatch(/^HTTP\/1\.1 421 /);
    expect(await raw(port, `GET ftp://localhost/ HTTP/1.1\r\n${HEAD}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(port, `GET * HTTP/1.1\r\n${HEAD}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(port, 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe('');
    expect(await raw(port, 'no request at all\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(port, `GET / HTTP/1.1\r\n${HEAD}X: ${'x'.repeat(1 << 20)}\r\n\r\n`)).toMatch(
      /^(HTTP\/1\.1 431 |$)/,
    );
    expect(await raw(port, `GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)).toMatch(
      / 421 /,
    );
    expect(await raw(port, `GET /still HTTP/1.1\r\n${HEAD}\r\n`)).toMatch(/well$/);
    expect(seen).toEqual([
      'OPTIONS * 127.0.0.1:PORT',
      'GET /a?b=1 127.0.0.1:PORT',
      'GET /still 127.0.0.1:PORT',
    ]);
  });

  test('a body keeps its frame: nothing of it is read as another request', async () => {
    const seen: string[] = [];
    const { port } = await startBehind(async (request, response) => {
      let body = '';
      for await (const bytes of request) body += bytes;
      seen.push(`${request.method} ${request.url} ${body}`);
      response.end();
    });
    const inner = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const chunked = `Transfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    for (const method of ['GET', 'DELETE', 'POST'])
      await raw(port, `${method} /a HTTP/1.1\r\n${HEAD}${chunked}`);
    await raw(port, `GET /b HTTP/1.1\r\n${HEAD}Content-Length: 3\r\n\r\nabc`);
    expect(seen).toEqual([`GET /a ${inner}`, `DELETE /a ${inner}`, `POST /a ${inner}`, 'GET /b abc']);
  });

  test('headers that Connection names are of that connection', async () => {
    let seen: IncomingMessage['headers'] = {};
    const { port } = await startBehind((request, response) => {
      seen = request.headers;
      response.writeHead(200, { connection: 'close, x-own', 'x-own': '1', 'x-kept': '2' }).end();
    });
    const answer = await raw(
      port,
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-Kept: 2\r\n\r\n',
    );
    expect(seen).not.toHaveProperty('x-hop');
    expect(seen['x-kept']).toBe('2');
    expect(answer).toMatch(/x-kept: 2/i);
    expect(answer).not.toMatch(/x-own/i);
  });

  test('random bytes, and requests with mistakes in them', async () => {
    const { port } = await startBehind((_request, response) => response.end('well'));
    const start = fc.constantFrom(
      ...[
        'GET / HTTP/1.1',
        'OPTIONS * HTTP/1.1',
        'GET http://[::1 HTTP/1.1',
        'POST //// HTTP/1.1',
        'GET /%zz HTTP/1.0',
      ],
      ...[
        'CONNECT x HTTP/1.1',
        'PRI * HTTP/2.0',
        'GET /\xff HTTP/1.1',
        'HEAD /?# HTTP/1.1',
        'GET http:// HTTP/1.1',
      ],
      ...['GET x:y HTTP/1.1', 'TRACE / HTTP/1.1', 'GET  HTTP/1.1', 'GET / HTTP/9.9', 'SOURCE / HTTP/1.1'],
    );
    const header = fc.constantFrom(
      ...[
        'Host: localhost',
        'Host: [',
        'Host:',
        'Transfer-Encoding: chunked',
        'Transfer-Encoding: gzip, chunked',
      ],
      ...[
        'Content-Length: 5',
        'Content-Length: -1',
        'Content-Length: 99999999999',
        'Connection: upgrade, host',
      ],
      ...[
        'Upgrade: websocket',
        'Upgrade: h2c',
        'Expect: 100-continue',
        'Expect: x',
        'Accept-Encoding: ;q=x,*;q=2,,br',
      ],
      ...[
        'Last-Event-ID: \xff\xfe',
        ': x',
        'a b: c',
        'TE: trailers',
        'X: \x01',
        'Connection: keep-alive',
        '__proto__: x',
      ],
    );
    const request = fc
      .tuple(start, fc.array(header, { maxLength: 6 }), fc.uint8Array({ maxLength: 30 }))
      .map(([first, headers, body]) =>
        Buffer.concat([Buffer.from(`${[first, ...headers].join('\r\n')}\r\n\r\n`, 'latin1'), body]),
      );
    await holdsLater(
      'proxy, requests',
      [
        fc.oneof(
          { weight: 4, arbitrary: request },
          { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
        ),
      ],
      async (bytes) => {
        const { socket, written, closed } = talk(port, [bytes]);
        await written;
        // It has been read when a later one is answered.
        expect(await raw(port, `GET / HTTP/1.1\r\n${HEAD}\r\n`)).toMatch(/well$/);
        socket.end();
        await closed;
      },
      150,
    );
    expect(await raw(port, `GET / HTTP/1.1\r\n${HEAD}\r\n`)).toMatch(/well$/);
  });

  test('whatever the server behind answers', async () => {
    let next: Uint8Array = new Uint8Array(0);
    const behind = await listen(createTcpServer((socket) => socket.once('data', () => socket.end(next))));
    const { port } = await startProxy(`http://127.0.0.1:${behind}`);
    const status = fc.constantFrom(
      ...[
        'HTTP/1.1 200 OK',
        'HTTP/1.1 099 x',
        'HTTP/1.1 000 x',
        'HTTP/1.1 999',
        'HTTP/1.1 101 Switching',
        'HTTP/1.0 200',
      ],
      ...[
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK',
        'HTTP/1.1 204 No',
        'HTTP/1.1 304',
        'HTTP/1.1 1000 x',
        'ICY 200',
        '',
      ],
    );
    const header = fc.constantFrom(
      ...[
        'Content-Type: text/event-stream',
        'Content-Type: text/event-stream',
        'Content-Encoding: gzip',
        'X: \xff\x80',
      ],
      ...[
        'Content-Encoding: br',
        'Content-Encoding: zstd',
        'Content-Encoding: gzip, br, gzip',
        'Content-Length: 3',
      ],
      ...[
        'Content-Length: 999',
        'Transfer-Encoding: chunked',
        'Connection: upgrade',
        'Upgrade: websocket',
        'a b: c',
      ],
      ...[
        `X: ${'x'.repeat(20_000)}`,
        'Set-Cookie: a=b',
        'X: \x01',
        'Trailer: x',
        '__proto__: x',
        'Location: //',
      ],
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.constantFrom<Uint8Array>(
        gzipSync('data: x\n\n'),
        gzipSync('data: x\n\n').subarray(0, 15),
        brotliCompressSync('data: x\n\n'),
        Buffer.from('data: x\n\n'),
        Buffer.from('3\r\nabc\r\n0\r\n\r\n'),
        Buffer.from('zz\r\n'),
      ),
    );
    await holdsLater(
      'proxy, answers',
      [status, fc.array(header, { maxLength: 5 }), body, fc.constantFrom('GET', 'HEAD', 'POST', 'WS')],
      async (first, headers, bytes, method) => {
        next = Buffer.concat([Buffer.from(`${[first, ...headers].join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
        const upgrade = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
        await raw(
          port,
          method === 'WS' ? `GET / HTTP/1.1\r\n${upgrade}\r\n` : `${method} / HTTP/1.1\r\n${HEAD}\r\n`,
        );
      },
      200,
    );
    next = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell');
    expect(await raw(port, `GET / HTTP/1.1\r\n${HEAD}\r\n`)).toMatch(/well$/);
  });

  test('a server that is not there is said by 502', async () => {
    const { url, said } = await startProxy('http://127.0.0.1:1');
    const { status, text } = await ask(`${url}/x`);
    expect([status, JSON.parse(text).error.code]).toEqual([502, 'upstream']);
    expect(said).toEqual([expect.stringContaining('GET /x: http://127.0.0.1:1 cannot be reached')]);
  });
});

describe('content codings', () => {
  test('only those are asked for that the client accepts and that can be undone', async () => {
    const asked: string[] = [];
    const { url } = await startBehind((request, response) => {
      asked.push(request.headers['accept-encoding'] as string);
      response.end();
    });
    const accepted: [string | undefined, string][] = [
      [undefined, 'identity'],
      ['', 'identity'],
      ['identity', 'identity'],
      ['gzip', 'gzip'],
      ['gzip, deflate, br, zstd', 'gzip, br, deflate'],
      ['zstd', 'identity'],
      ['gzip;q=0, br;q=0.5', 'br;q=0.5'],
      ['*', 'gzip, br, deflate'],
      ['*;q=0, gzip', 'gzip'],
      ['gzip;q=0, *', 'br, deflate'],
    ];
    for (const [given] of accepted)
      await ask(url, { headers: given === undefined ? {} : { 'accept-encoding': given } });
    expect(asked).toEqual(accepted.map(([, wanted]) => wanted));
  });

  test('a stream is recorded decoded; with a coding that is not known it goes through unrecorded', async () => {
    const { url, recorder, said } = await startBehind((request, response) => {
      const gzip = request.url === '/gzip';
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'content-encoding': gzip ? 'gzip' : 'zstd',
      });
      response.end(gzip ? gzipSync('data: x\n\n') : 'what it is');
    });
    const known = await ask(`${url}/gzip`, { headers: { 'accept-encoding': 'gzip' } });
    expect([known.text, known.headers['content-encoding'], recorder.events]).toEqual([
      'data: x\n\n',
      undefined,
      1,
    ]);
    const other = await ask(`${url}/zstd`);
    expect([other.text, other.headers['content-encoding'], recorder.events]).toEqual([
      'what it is',
      'zstd',
      1,
    ]);
    expect(said.at(-1)).toContain('zstd cannot be read');
  });
});

describe('WebSockets', () => {
  /** A server that takes the handshake and sends back whatever comes. */
  const echo = async (): Promise<{ port: number; seen: IncomingMessage[] }> => {
    const seen: IncomingMessage[] = [];
    const server = createServer((_request, response) => response.writeHead(403).end('no'));
    server.on('upgrade', (request, socket) => {
      seen.push(request);
      if (request.url === '/refused') {
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
        return;
      }
      const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash('sha1').update(key).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nhello`,
      );
      socket.on('error', () => {});
      socket.pipe(socket);
    });
    return { port: await listen(server), seen };
  };
  const handshake = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nOrigin: http://localhost:3000\r\n` +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: vite-hmr\r\n\r\n';

  test('the handshake goes through, and then every byte both ways', async () => {
    const { port: behind, seen } = await echo();
    const { port } = await startProxy(`http://127.0.0.1:${behind}`);
    const sent = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256));
    // The first frames come together with the handshake.
    const { socket, closed } = talk(port, [handshake('/ws'), sent]);
    socket.end();
    const got = await closed;
    const [head, ...rest] = got.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    // RFC 6455, 1.3, has this key with its answer.
    expect(head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(rest.join('\r\n\r\n') === `hello${sent.toString('latin1')}`).toBe(true);
    expect(seen[0]!.headers).toMatchObject({
      host: `127.0.0.1:${behind}`,
      origin: 'http://localhost:3000',
      'sec-websocket-protocol': 'vite-hmr',
    });
  });

  test('a server that refuses is answered as it does, one that is gone by 502, another host by 421', async () => {
    const { port: behind } = await echo();
    const { port } = await startProxy(`http://127.0.0.1:${behind}`);
    expect(await raw(port, handshake('/refused'))).toMatch(/^HTTP\/1\.1 403 [\s\S]*\bno\b/);
    expect(await raw(port, handshake('/ws').replace('localhost', 'evil.example'))).toMatch(
      /^HTTP\/1\.1 421 /,
    );
    const { port: nobody } = await startProxy('http://127.0.0.1:1');
    expect(await raw(nobody, handshake('/ws'))).toMatch(/^HTTP\/1\.1 502 /);
    const h2c = `GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n`;
    expect(await raw(port, h2c)).toMatch(/^HTTP\/1\.1 403 [\s\S]*\bno\b/);
  });

  test('one side that goes takes the other along, and an open one does not hold up the end of the proxy', async () => {
    const { port: behind } = await echo();
    const { port } = await startProxy(`http://127.0.0.1:${behind}`);
    const open = connect(port, '127.0.0.1', () => open.write(handshake('/ws')));
    open.on('error', () => {});
    let got = '';
    open.on('data', (data) => {
      got += data.toString('latin1');
    });
    await waitFor('the greeting', () => got.endsWith('hello'));
    const closed = new Promise((resolve) => open.on('close', resolve));
    for (const close of closing.splice(0).reverse()) await close();
    await closed;
  });
});

test('a fault that holds a stream up holds up the server behind, too', async () => {
  let written = 0;
  const { url, recorder } = await startBehind(
    (request, response) => {
      if (request.url === '/ping') {
        response.end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const block = `data: ${'x'.repeat(65_536)}\n\n`;
      const more = (): void => {
        let hasRoom = true;
        while (hasRoom && !response.destroyed && written < 64 << 20) {
          hasRoom = response.write(block);
          written += block.length;
        }
      };
      response.on('drain', more);
      more();
    },
    { rules: [{ faults: { stall: { events: 1 } } }] },
  );
  // A client that reads: what holds the stream up is the fault.
  let leave: (() => void) | undefined;
  const answer = ask(url, {
    started: (_response, request) => {
      leave = () => request.destroy();
    },
  });
  await waitFor('the client has the head', () => leave !== undefined);
  await waitFor('as much as may wait', () => recorder.bytes > 1 << 20);
  // Meanwhile the stream would have gone on.
  for (let i = 0; i < 100; i++) await ask(`${url}/ping`);
  expect(recorder.bytes).toBeLessThan(2 << 20);
  leave!();
  expect((await answer).chunks.length).toBeGreaterThan(0);
});
