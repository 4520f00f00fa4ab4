import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';
import { pause } from './pause.ts';

/** A server of streams with trouble, at its own origin and at another one. */
export interface TroubleServer {
  url: string;
  /** The same routes at another port. */
  elsewhere: string;
  close(): Promise<void>;
}

const STREAM = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' };
const event = (id: number, data: unknown) => `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

/** Each route is a stream with one trouble, or with none; the page is at `/page`. */
const ROUTES: Record<string, (response: ServerResponse, visit: number) => Promise<void> | void> = {
  '/page'(response) {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>page</title>');
  },
  '/policy'(response) {
    response
      .writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': "connect-src 'self'" })
      .end('<!doctype html><title>policy</title>');
  },
  '/held'(response) {
    response.writeHead(200, { ...STREAM, 'Content-Encoding': 'gzip' });
    const gzip = createGzip();
    gzip.pipe(response);
    const timer = setInterval(() => gzip.write(event(1, { text: 'notification' })), 200);
    response.on('close', () => clearInterval(timer));
  },
  async '/dead'(response) {
    response.writeHead(200, STREAM);
    for (let i = 0; i < 8; i++, await pause(500)) response.write(event(i + 1, { n: i }));
  },
  '/app'(response) {
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end('<!doctype html><div id="root"></div><script type="module" src="/assets/index.js"></script>');
  },
  '/cors'(response) {
    response.writeHead(200, { ...STREAM, 'Access-Control-Allow-Origin': '*' });
    response.write(event(1, { n: 1 }));
  },
  async '/again'(response, visit) {
    response.writeHead(200, STREAM);
    if (visit === 1) response.write('retry: 300\n\n');
    for (let i = 1; i <= 6; i++, await pause(60)) response.write(event(i, { line: i }));
    if (visit < 3) response.destroy();
  },
  async '/count'(response, visit) {
    response.writeHead(200, STREAM);
    if (visit === 1) response.write('retry: 300\n\n');
    const from = visit === 1 ? 101 : 1;
    for (let i = 0; i < 6; i++, await pause(60)) response.write(event(from + i, { job: visit, i }));
    if (visit === 1) response.destroy();
  },
  async '/done'(response) {
    response.writeHead(200, STREAM);
    response.write('retry: 300\n\n');
    for (let i = 0; i < 4; i++, await pause(60)) response.write(`data: {"progress":${i * 25}}\n\n`);
    response.end('event: done\ndata: {"result":"ok"}\n\n');
  },
  async '/flushed'(response) {
    response.writeHead(200, { ...STREAM, 'Content-Encoding': 'gzip' });
    const gzip = createGzip();
    gzip.pipe(response);
    for (let i = 1; i <= 12 && !response.destroyed; i++, await pause(120)) {
      gzip.write(event(i, { n: i }));
      gzip.flush();
    }
  },
};

export async function startTroubleServer(): Promise<TroubleServer> {
  const visits = new Map<string, number>();
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = new URL(request.url ?? '/', 'http://test');
    const route = ROUTES[pathname];
    const visit = (visits.get(pathname) ?? 0) + 1;
    visits.set(pathname, visit);
    if (route) Promise.resolve(route(response, visit)).catch(() => response.destroy());
    else response.writeHead(404, { 'Content-Type': 'text/plain' }).end('nothing here');
  };
  const servers = [createServer(handler), createServer(handler)];
  const urls = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  return {
    url: urls[0]!,
    elsewhere: urls[1]!,
    async close() {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
