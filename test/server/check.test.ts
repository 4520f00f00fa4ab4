import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import selfsigned from 'selfsigned';
import { afterEach, describe, expect, test } from 'vitest';
import { checkJson } from '../../src/node/check/checkJson.ts';
import { type CheckOptions, type CheckReport, checkUrl } from '../../src/node/check/checkUrl.ts';
import { clientsOf } from '../../src/node/check/clients.ts';
import { type Observation, observationsOf } from '../../src/node/check/observations.ts';

/* What `check` says of real servers. */

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(server: Server & { closeAllConnections?(): void }, scheme: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const serve = (handler: Handler) => listen(createServer(handler), 'http');

const STREAM = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
const event = (id: number, data: unknown = { n: id }) => `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

async function check(url: string, options: Partial<CheckOptions> = {}): Promise<CheckReport> {
  const report = await checkUrl(url, {
    headers: [],
    forMs: 400,
    insecure: false,
    origin: undefined,
    credentials: false,
    signal: new AbortController().signal,
    say: () => {},
    ...options,
  });
  const schemaOf = (name: string) => JSON.parse(readFileSync(`docs/${name}.schema.json`, 'utf8'));
  const isReport = new Ajv2020({ allErrors: true, schemas: [schemaOf('inspect')] }).compile(
    schemaOf('check'),
  );
  isReport(JSON.parse(JSON.stringify(checkJson(report))));
  expect(isReport.errors ?? []).toEqual([]);
  return report;
}
const codesOf = ({ diagnosis }: CheckReport) =>
  diagnosis.findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code);
const observed = (report: CheckReport, what: Observation['what']) =>
  observationsOf(report).find((one) => one.what === what);
const meets = (report: CheckReport, client: string) =>
  clientsOf(report).find((one) => one.client.includes(client))!.meets;

/** Numbers that go on after the last event ID, or from 1. */
const counting =
  (minds: boolean): Handler =>
  (request, response) => {
    response.writeHead(200, STREAM);
    response.write('retry: 250\n\n');
    const from = minds ? Number(request.headers['last-event-id'] ?? 0) : 0;
    let n = from;
    for (let i = 0; i < 5; i++) response.write(event(++n));
    const timer = setInterval(() => response.write(event(++n)), 50);
    response.on('close', () => clearInterval(timer));
  };

describe('check', () => {
  test('finds nothing wrong with a stream that goes on where it was, and says when clients come back', async () => {
    const report = await check(`${await serve(counting(true))}/events`);
    expect(codesOf(report)).toEqual([]);
    expect(report.resumed).toBe('goesOn');
    expect(observed(report, 'answer')).toMatchObject({
      result: 'good',
      says: expect.stringContaining('HTTP/1.1'),
    });
    expect(observed(report, 'http2')).toMatchObject({ result: 'none' });
    expect(meets(report, 'Chromium')).toContain('comes back in 250 ms (retry: 250)');
    expect(meets(report, 'Firefox')).toContain('comes back in 500 ms');
  });

  test('names a server that does not read the last event ID', async () => {
    const report = await check(await serve(counting(false)));
    expect(report.resumed).toBe('repeats');
    expect(codesOf(report)).toEqual(['idIgnored']);
    expect(observed(report, 'resume')?.result).toBe('bad');
  });

  test('names events that were lost meanwhile', async () => {
    let n = 0;
    const open = new Set<ServerResponse>();
    const timer = setInterval(() => {
      n++;
      for (const response of open) response.write(event(n));
    }, 20);
    closing.push(() => clearInterval(timer));
    const report = await check(
      await serve((_request, response) => {
        response.writeHead(200, STREAM);
        open.add(response);
        response.on('close', () => open.delete(response));
      }),
    );
    expect(report.resumed).toBe('live');
    expect(codesOf(report)).toEqual(['eventsLost']);
  });

  test.each([
    ['a page', 200, 'text/html', '<!doctype html><div id="root"></div>', 'wrongType'],
    ['a refusal', 403, 'application/json', '{"error":"no"}', 'statusEnds'],
    ['an outage', 502, 'text/html', '<h1>Bad Gateway</h1>', 'statusEnds'],
  ])('names %s that comes instead of a stream', async (_what, status, type, body, code) => {
    const report = await check(
      await serve((_request, response) => response.writeHead(status, { 'content-type': type }).end(body)),
    );
    expect(codesOf(report)).toEqual([code]);
    expect(report.without).toBeUndefined();
    expect(meets(report, 'Chromium')).toContain('CLOSED for good');
  });

  test('follows redirections, and says to where each browser comes back', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(307, { location: '/b' }).end();
      else counting(true)(request, response);
    });
    const report = await check(`${url}/a`);
    expect(observed(report, 'address')?.says).toContain('/b');
    expect(meets(report, 'Chromium')).toContain('final address');
    expect(meets(report, 'Firefox')).toContain('first address');
  });

  test('says what a page of another origin is kept from', async () => {
    const url = await serve((request, response) => {
      const allowed = request.url === '/any' ? '*' : request.headers.origin;
      response.setHeader('access-control-allow-origin', allowed ?? '');
      if (request.url === '/both') response.setHeader('access-control-allow-credentials', 'true');
      counting(true)(request, response);
    });
    const origin = 'https://app.test';
    expect(codesOf(await check(`${url}/any`, { origin }))).toEqual([]);
    const refused = await check(`${url}/any`, { origin, credentials: true });
    expect(codesOf(refused)).toEqual(['cors']);
    expect(meets(refused, 'Firefox')).toContain('every 5 s');
    expect(codesOf(await check(`${url}/both`, { origin, credentials: true }))).toEqual([]);
    expect(codesOf(await check(await serve(counting(true)), { origin }))).toEqual(['cors']);
  });

  test('tells a server that cannot be reached from one that does not answer', async () => {
    const gone = await check('http://127.0.0.1:1/');
    expect(observed(gone, 'answer')).toMatchObject({
      result: 'bad',
      says: expect.stringContaining('ECONNREFUSED'),
    });
    expect(meets(gone, 'Chromium')).toContain('tries again for ever');
    expect(meets(gone, 'Firefox')).toContain('CLOSED for good');
    const silent = await check(await serve(() => {}));
    expect(observed(silent, 'answer')?.says).toBe('No answer came.');
    expect(silent.first.failure).toBe('');
  });

  test('reads no more than it can bear of a server that sends without end', async () => {
    const block = `data: ${'x'.repeat(64 * 1024 - 8)}\n\n`;
    let sent = 0;
    const flood: Handler = (_request, response) => {
      response.writeHead(200, STREAM);
      const more = (): void => {
        while (!response.destroyed && response.write(block)) sent += block.length;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const report = await check(await serve(flood), { forMs: 30_000 });
    expect(report.first.connection.columns.all.bytes).toBeLessThan(17 * 1024 * 1024);
    expect(sent).toBeLessThan(200 * 1024 * 1024);
  });

  test('reads no more of a page without end than shows what it is', async () => {
    const report = await check(
      await serve((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const timer = setInterval(() => response.write('<p>'.repeat(1000)), 1);
        response.on('close', () => clearInterval(timer));
      }),
      { forMs: 30_000 },
    );
    expect(report.first.connection.exchange.http?.evidence?.length).toBeLessThanOrEqual(2000);
  });
});

describe('over TLS', () => {
  const certificate = () => selfsigned.generate([{ name: 'commonName', value: 'localhost' }]);

  test('HTTP/2 is tried where the server chooses it', async () => {
    const { cert, private: key } = await certificate();
    const server = createSecureServer(
      { cert, key, allowHTTP1: true },
      counting(true) as unknown as RequestListener as never,
    );
    const report = await check(await listen(server as unknown as Server, 'https'), { insecure: true });
    expect(codesOf(report)).toEqual([]);
    expect(observed(report, 'http2')).toMatchObject({
      result: 'good',
      says: expect.stringContaining('Answered 200'),
    });
    expect(report.first.tls).toMatch(/^TLS/);
    expect(typeof report.http2 === 'object' && report.http2.connection.columns.all.events).toBeGreaterThan(0);
  });

  test('a server that speaks HTTP/1.1 alone is told', async () => {
    const { cert, private: key } = await certificate();
    const url = await listen(createHttps({ cert, key }, counting(true)), 'https');
    const report = await check(url, { insecure: true });
    expect(report.http2).toBe('refused');
    expect(observed(report, 'http2')?.says).toContain('six connections');
  });

  test('a certificate that nobody vouches for is a failure, unless it is let pass', async () => {
    const { cert, private: key } = await certificate();
    const url = await listen(createHttps({ cert, key }, counting(true)), 'https');
    const report = await check(url);
    expect(report.first.failure).toMatch(/self-signed|certificate/);
    expect(report.http2).not.toBe('refused');
  });
});
