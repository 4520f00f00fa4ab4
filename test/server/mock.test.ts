import { connect as connectHttp2 } from 'node:http2';
import { get as getHttps } from 'node:https';
import { connect } from 'node:net';
import selfsigned from 'selfsigned';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createMockServer,
  type MockServer,
  type MockServerOptions,
} from '../../src/node/mock/createMockServer.ts';
import { ask } from '../support/httpClient.ts';
import { recordedSession } from '../support/recordedHar.ts';
import { waitFor } from '../support/waitFor.ts';

let server: MockServer;
const start = async (options: MockServerOptions): Promise<MockServer> => {
  server = await createMockServer(options);
  return server;
};
afterEach(() => server.close());

const event = (n: number) => `id: ${n}\ndata: ${n}\n\n`;

describe('what was recorded is served', () => {
  test('byte for byte, at its path and query, by its method, with its status and headers', async () => {
    const bytes = Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xfe, 0x0d, 0x0a, 0x0d, 0x0a]);
    await start({
      sessions: [
        await recordedSession(
          {
            url: 'https://api.example/a?x=1&y=%20',
            connections: [
              {
                chunks: [
                  [1, ': hi\n\n'],
                  [2, event(1)],
                ],
              },
            ],
          },
          {
            url: 'https://api.example/chat',
            method: 'POST',
            transport: 'fetch',
            connections: [
              {
                chunks: [[1, bytes]],
                status: 201,
                headers: [
                  ['Content-Type', 'text/event-stream; charset=utf-8'],
                  ['X-Own', 'é'],
                  ['Connection', 'keep-alive'],
                  ['Content-Encoding', 'gzip'],
                  ['Content-Length', '4'],
                  ['Strict-Transport-Security', 'max-age=99'],
                  ['Access-Control-Allow-Origin', 'https://else.example'],
                ],
              },
            ],
          },
        ),
      ],
    });
    expect(await ask(`${server.url}/a?x=1&y=%20`)).toMatchObject({
      status: 200,
      text: `: hi\n\n${event(1)}`,
      ending: 'end',
      headers: { 'content-type': 'text/event-stream' },
    });
    const answer = await ask(`${server.url}/chat`, { method: 'POST', body: '{"q":1}' });
    expect(answer.status).toBe(201);
    expect(Buffer.concat(answer.chunks.map((one) => one.bytes))).toEqual(bytes);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-own': 'é',
    });
    for (const name of ['content-encoding', 'strict-transport-security', 'access-control-allow-origin'])
      expect(answer.headers).not.toHaveProperty(name);
    for (const [path, method, status, code] of [
      ['/a', 'GET', 404, 'not-served'],
      ['/chat', 'GET', 405, 'wrong-method'],
      ['/../etc/passwd', 'GET', 404, 'not-served'],
      ['/a%2fb', 'GET', 404, 'not-served'],
    ] as const) {
      const wrong = await ask(server.url + path, { method });
      expect(wrong.status).toBe(status);
      expect(JSON.parse(wrong.text).error.code).toBe(code);
    }
  });

  test('chunk after chunk, each at its time and none before it', async () => {
    await start({
      sessions: [
        await recordedSession({
          url: 'https://x/e',
          connections: [
            {
              chunks: [
                [60, event(1)],
                [61, event(2)],
                [180, event(3)],
              ],
              endAt: 260,
            },
          ],
        }),
      ],
    });
    const { chunks, text } = await ask(`${server.url}/e`);
    expect(text).toBe(event(1) + event(2) + event(3));
    expect(chunks[0]!.at).toBeGreaterThanOrEqual(58);
    expect(chunks.at(-1)!.at).toBeGreaterThanOrEqual(178);
    expect(chunks.length).toBeGreaterThanOrEqual(2);
  });

  test('faster, and only a part', async () => {
    const chunks = Array.from({ length: 20 }, (_, i) => [i * 1000, event(i)] as const);
    const session = await recordedSession({ url: 'https://x/e', connections: [{ chunks }] });
    await start({ sessions: [session], speed: Infinity, from: 5000, to: 8500 });
    expect((await ask(`${server.url}/e`)).text).toBe([5, 6, 7, 8].map(event).join(''));
  });

  test('again and again in one response, when that is wanted', async () => {
    await start({
      sessions: [await recordedSession({ url: 'https://x/e', connections: [{ chunks: [[0, event(1)]] }] })],
      loop: true,
    });
    const { text } = await ask(`${server.url}/e`, { until: ({ text }) => text.split(event(1)).length > 4 });
    expect(text.replaceAll(event(1), '')).toBe('');
  });

  test('a stream that the page had closed stays open, with heartbeats between its blocks', async () => {
    await start({
      sessions: [
        await recordedSession({
          url: 'https://x/e',
          connections: [
            {
              chunks: [
                [0, 'data: 1\n'],
                [40, '\n'],
              ],
              end: 'close',
            },
          ],
        }),
      ],
      heartbeat: 10,
    });
    const { text } = await ask(`${server.url}/e`, { until: ({ text }) => text.endsWith(':\n\n:\n\n') });
    expect(text).toMatch(/^data: 1\n\n(:\n\n)+$/);
  });

  test('a broken connection breaks', async () => {
    await start({
      sessions: [
        await recordedSession({
          url: 'https://x/e',
          connections: [{ chunks: [[0, event(1)]], end: 'error' }],
        }),
      ],
    });
    expect(await ask(`${server.url}/e`)).toMatchObject({ text: event(1), ending: 'broken' });
  });

  test('ends at the end of a block when the server ends', async () => {
    await start({
      sessions: [
        await recordedSession({
          url: 'https://x/e',
          connections: [
            {
              chunks: [
                [0, `${event(1)}data: be`],
                [60_000, 'gun\n\n'],
                [70_000, event(3)],
              ],
            },
          ],
        }),
      ],
    });
    const answer = ask(`${server.url}/e`);
    await waitFor('the first', async () => server.clients[0]?.events === 1);
    await server.close();
    expect(await answer).toMatchObject({ text: `${event(1)}data: begun\n\n`, ending: 'end' });
  });
});

describe('over TLS and HTTP/2', () => {
  const session = () =>
    recordedSession({
      url: 'https://x/e',
      connections: [
        {
          chunks: [
            [1, event(1)],
            [30, event(2)],
          ],
        },
      ],
    });

  test('https, by HTTP/2 and by HTTP/1.1', async () => {
    const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }]);
    await start({ sessions: [await session()], tls: { cert, key }, http2: true, whenOver: 'again' });
    expect(server.url).toMatch(/^https:/);
    expect(await askHttp2(server.url, '/e', { rejectUnauthorized: false })).toEqual({
      status: 200,
      text: event(1) + event(2),
    });
    const text = await new Promise<string>((resolve, reject) =>
      getHttps(`${server.url}/e`, { rejectUnauthorized: false }, (response) => {
        let got = '';
        response.on('data', (bytes) => (got += bytes));
        response.on('end', () => resolve(got));
      }).on('error', reject),
    );
    expect(text).toBe(event(1) + event(2));
  });

  test('HTTP/2 in the clear; what breaks is told as an error of its stream', async () => {
    const broken = {
      url: 'https://x/broken',
      connections: [{ chunks: [[0, event(1)]] as [number, string][], end: 'error' as const }],
    };
    await start({ sessions: [await session(), await recordedSession(broken)], http2: true });
    expect(await askHttp2(server.url, '/e')).toEqual({ status: 200, text: event(1) + event(2) });
    await expect(askHttp2(server.url, '/broken')).rejects.toThrow();
    expect((await askHttp2(server.url, '/nothing')).status).toBe(404);
  });
});

async function askHttp2(url: string, path: string, options = {}): Promise<{ status: number; text: string }> {
  const session = connectHttp2(url, options);
  try {
    return await new Promise((resolve, reject) => {
      const stream = session.request({ ':path': path });
      let status = 0;
      let text = '';
      let ended = false;
      stream.on('response', (headers) => {
        status = headers[':status'] ?? 0;
      });
      stream.on('data', (bytes) => {
        text += bytes;
      });
      stream.on('end', () => {
        ended = true;
      });
      stream.on('error', reject);
      stream.on('close', () =>
        ended && stream.rstCode === 0 ? resolve({ status, text }) : reject(new Error('broken')),
      );
      session.on('error', reject);
    });
  } finally {
    session.destroy();
  }
}

describe('reconnections', () => {
  const three = {
    url: 'https://x/e',
    connections: [
      { chunks: [[0, event(1) + event(2)]] as [number, string][], end: 'error' as const },
      { chunks: [[0, event(2) + event(3)]] as [number, string][], end: 'error' as const },
      { chunks: [[0, event(4)]] as [number, string][], end: 'end' as const },
    ],
  };

  test('as recorded: the next connection each time, then 204, then all over again', async () => {
    await start({ sessions: [await recordedSession(three)] });
    const get = (id = '') => ask(`${server.url}/e`, id ? { headers: { 'last-event-id': id } } : {});
    for (let round = 0; round < 2; round++) {
      expect(await get()).toMatchObject({ text: event(1) + event(2), ending: 'broken' });
      expect(await get('2')).toMatchObject({ text: event(2) + event(3), ending: 'broken' });
      expect(await get('3')).toMatchObject({ text: event(4), ending: 'end' });
      expect(await get('4')).toMatchObject({ status: 204 });
    }
  });

  test('a page that is loaded again gets the stream from its start', async () => {
    const chunks = [
      [0, event(1)],
      [60_000, event(2)],
    ] as [number, string][];
    await start({
      sessions: [
        await recordedSession({ url: 'https://x/e', connections: [{ chunks }, { chunks: [[0, event(9)]] }] }),
      ],
    });
    for (let i = 0; i < 3; i++) {
      const { text } = await ask(`${server.url}/e`, { until: ({ text }) => text.includes('1') });
      expect(text).toBe(event(1));
      await waitFor('it to be gone', async () => server.clients.length === 0);
    }
  });

  test('resumed: after the last event ID, from all connections as one', async () => {
    await start({ sessions: [await recordedSession(three)], reconnect: 'resume', speed: Infinity });
    const get = (id = '') => ask(`${server.url}/e`, id ? { headers: { 'last-event-id': id } } : {});
    expect((await get()).text).toBe([1, 2, 3, 4].map(event).join(''));
    expect((await get('2')).status).toBe(204);
    expect((await get('2')).text).toBe([3, 4].map(event).join(''));
    expect((await get('4')).status).toBe(204);
    expect(await get('unknown')).toMatchObject({ text: [1, 2, 3, 4].map(event).join('') });
  });

  test('several streams of one address are given out one after the other', async () => {
    const one = (n: number) => ({
      url: 'https://x/chat',
      method: 'POST',
      transport: 'fetch' as const,
      connections: [{ chunks: [[0, event(n)]] as [number, string][] }],
    });
    await start({ sessions: [await recordedSession(one(1), one(2), one(3))], whenOver: 'again' });
    const texts: string[] = [];
    for (let i = 0; i < 3; i++) texts.push((await ask(`${server.url}/chat`, { method: 'POST' })).text);
    expect(texts.sort()).toEqual([1, 2, 3].map(event));
  });
});

describe('who may ask', () => {
  const session = () =>
    recordedSession({ url: 'https://api.example/e', connections: [{ chunks: [[0, event(1)]] }] });

  test('pages of the recording, of this machine and of extensions; no others', async () => {
    await start({ sessions: [await session()], whenOver: 'again' });
    for (const [origin, status] of [
      ['https://app.example', 200],
      ['https://api.example', 200],
      ['http://localhost:3000', 200],
      ['moz-extension://0-1', 200],
      ['https://evil.example', 403],
      ['null', 403],
      ['http://localhost.evil.example', 403],
    ] as const) {
      const answer = await ask(`${server.url}/e`, { headers: { origin } });
      expect([origin, answer.status]).toEqual([origin, status]);
      expect(answer.headers['access-control-allow-origin']).toBe(status === 200 ? origin : undefined);
    }
  });

  test('Origin: null may read what it recorded itself only when that is allowed, or by the path with the secret', async () => {
    const { name, bytes } = await session();
    for (const page of ['about:srcdoc', 'file:///home/page.html', 'data:text/html,x']) {
      const text = Buffer.from(bytes).toString().replaceAll('https://app.example/page', page);
      expect(text).toContain(page);
      const given = { sessions: [{ name, bytes: Buffer.from(text) }], whenOver: 'again' as const };
      const read = async (path = '/e') => {
        const { status, headers } = await ask(server.url + path, { headers: { origin: 'null' } });
        return [status, headers['access-control-allow-origin']];
      };
      for (const allowOrigins of [['null'], ['*']]) {
        await start({ ...given, allowOrigins });
        expect(await read()).toEqual([200, 'null']);
        await server.close();
      }
      await start({ ...given, token: 'geheim' });
      expect(await read()).toEqual([403, undefined]);
      // The panel asks for the prefix with its token, and redirects requests of the page there.
      const status = await ask(`${server.url}/_sse-scope/api/status`, {
        headers: { authorization: 'Bearer geheim' },
      });
      const { prefix } = JSON.parse(status.text);
      expect(await read(`${prefix}/e`)).toEqual([200, 'null']);
      expect(await read(`${prefix.slice(0, -1)}/e`)).toEqual([403, undefined]);
      await server.close();
    }
    await start({});
  });

  test('by a name of this machine only', async () => {
    await start({ sessions: [await session()], whenOver: 'again' });
    for (const [host, status] of [
      ['localhost:1', 200],
      ['evil.example', 421],
      ['127.0.0.1.evil.example', 421],
    ] as const)
      expect((await ask(`${server.url}/e`, { headers: { host } })).status).toBe(status);
  });

  test('a preflight is answered, and for foreign pages not', async () => {
    await start({ sessions: [await session()] });
    const headers = {
      origin: 'https://app.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'last-event-id',
      'access-control-request-private-network': 'true',
    };
    expect(await ask(`${server.url}/e`, { method: 'OPTIONS', headers })).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-headers': 'last-event-id',
        'access-control-allow-private-network': 'true',
      },
    });
    const foreign = { ...headers, origin: 'https://evil.example' };
    expect((await ask(`${server.url}/e`, { method: 'OPTIONS', headers: foreign })).status).toBe(403);
  });

  test('malformed, oversized and slow requests do not hold up others', async () => {
    await start({ sessions: [await session()], whenOver: 'again' });
    const { port } = server;
    for (const text of [
      'GARBAGE\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
      'GET /e HTTP/1.1\r\n\r\n',
      'GET \\..\\..\\x HTTP/1.1\r\nHost: localhost\r\n\r\n',
    ]) {
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        let got = '';
        socket.on('data', (data) => {
          got += data;
        });
        socket.on('close', () => resolve(got));
        socket.on('error', () => resolve(got));
        socket.write(text);
        socket.end();
      });
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect((await ask(`${server.url}/e`)).text).toBe(event(1));
    }
  });

  test('forms of requests that no browser sends end nothing', async () => {
    await start({ sessions: [await session()], whenOver: 'again' });
    const head = 'Host: localhost\r\nConnection: close\r\n';
    const upgrade = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
    for (const text of [
      `OPTIONS * HTTP/1.1\r\n${head}\r\n`,
      `GET http://localhost/e HTTP/1.1\r\n${head}\r\n`,
      `GET http://[ HTTP/1.1\r\n${head}\r\n`,
      `GET //e HTTP/1.1\r\n${head}\r\n`,
      `GET /%ff%zz HTTP/1.1\r\n${head}\r\n`,
      `CONNECT localhost:1 HTTP/1.1\r\n${head}\r\n`,
      `GET /e HTTP/1.1\r\n${upgrade}\r\n`,
      `GET /e HTTP/1.1\r\n${head}Origin: \xff\r\nLast-Event-ID: \xff\r\n\r\n`,
      `OPTIONS /e HTTP/1.1\r\n${head}Origin: null\r\nAccess-Control-Request-Headers: \xff\r\n\r\n`,
    ]) {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => {});
      const closed = new Promise((resolve) => socket.on('close', resolve));
      socket.on('data', () => {});
      await new Promise<void>((resolve) => socket.write(Buffer.from(text, 'latin1'), () => resolve()));
      expect((await ask(`${server.url}/e`)).text).toBe(event(1));
      socket.end();
      await closed;
    }
  });

  test('thousands who come and go at once hold nothing up, and leave nothing behind', async () => {
    const chunks = [
      [0, event(1)],
      [60_000, event(2)],
    ] as [number, string][];
    await start({ sessions: [await recordedSession({ url: 'https://x/e', connections: [{ chunks }] })] });
    const { port } = server;
    const come = () =>
      new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write('GET /e HTTP/1.1\r\nHost: localhost\r\n\r\n');
          if (Math.random() < 0.5) socket.destroy();
          else socket.once('data', () => socket.destroy());
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve());
      });
    for (let wave = 0; wave < 30; wave++) await Promise.all(Array.from({ length: 100 }, come));
    await waitFor('all to be gone', async () => server.clients.length === 0);
    const { text } = await ask(`${server.url}/e`, { until: ({ text }) => text !== '' });
    expect(text).toBe(event(1));
  });

  test('a client that does not read costs no memory, and gets everything in the end', async () => {
    const chunks = Array.from(
      { length: 400 },
      (_, i) => [0, `data: ${'x'.repeat(100_000)}${i}\n\n`] as const,
    );
    await start({
      sessions: [await recordedSession({ url: 'https://x/e', connections: [{ chunks }] })],
      speed: Infinity,
    });
    const slow = new Promise<number>((resolve) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.write('GET /e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      socket.pause();
      void waitFor('it to wait', async () => server.clients[0]?.state === 'waiting for the client').then(
        () => {
          expect(server.clients[0]!.bytes).toBeLessThan(20_000_000);
          let length = 0;
          socket.on('data', (data) => {
            length += data.length;
          });
          socket.on('close', () => resolve(length));
          socket.resume();
        },
      );
    });
    expect(await slow).toBeGreaterThan(40_000_000);
  });
});
