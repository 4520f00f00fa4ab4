import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pause } from './pause.ts';

/** What the server saw of a request, and did. */
export interface Served {
  url: string;
  lastEventId: string;
  /** Body bytes that were written, as text before any compression. */
  sent: string;
}

export interface DifficultServer {
  url: string;
  served: Served[];
  close(): Promise<void>;
}

const STREAM = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' };

/** One route for every difficulty that a stream can meet. Each works for a client that listens to `tick` and `message`. */
export async function startDifficultServer(tls?: { key: string; cert: string }): Promise<DifficultServer> {
  const served: Served[] = [];
  const counts = new Map<string, number>();
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const one: Served = {
      url: request.url ?? '',
      lastEventId: String(request.headers['last-event-id'] ?? ''),
      sent: '',
    };
    served.push(one);
    const url = new URL(one.url, 'http://test');
    const visit = (counts.get(one.url) ?? 0) + 1;
    counts.set(one.url, visit);
    const write = (text: string): void => {
      one.sent += text;
      response.write(text);
    };
    answer(url, visit, request, response, write).catch(() => response.destroy());
  };
  const server = tls
    ? createSecureServer({ ...tls, allowHTTP1: true }, handler as never)
    : createServer({ keepAliveTimeout: 0 }, handler);
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    async close() {
      (server as Server).closeAllConnections?.();
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  url: URL,
  visit: number,
  request: IncomingMessage,
  response: ServerResponse,
  write: (text: string) => void,
): Promise<void> {
  const number = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise);
  const stream = (headers: Record<string, string> = {}) => response.writeHead(200, { ...STREAM, ...headers });
  switch (url.pathname) {
    case '/page':
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      response.end(
        `<!doctype html><title>Difficulties</title><script>
          const path = ${JSON.stringify(url.searchParams.get('open') ?? '')};
          if (path) (globalThis.es = new EventSource(path)).addEventListener('tick', () => {});
        </script>`,
      );
      return;
    case '/worker.js':
      response.writeHead(200, { 'Content-Type': 'text/javascript' });
      response.end(WORKER);
      return;

    /** Comments `every` ms with some jitter, and one that does not come. A late one does not make the next one late. */
    case '/heartbeat': {
      stream();
      write('data: begin\n\n');
      const begun = performance.now();
      const offsets = [0, 3, -4, 2, 5, -3, 1, 0, 4, -2];
      for (let beat = 0; beat < offsets.length && !response.destroyed; beat++) {
        await pause(begun + (beat + 1) * number('every', 150) + offsets[beat]! - performance.now());
        if (beat !== 6) write(`: beat ${beat}\n\n`);
      }
      return;
    }

    /** Ends after each event, and says how long to wait; over after the third. */
    case '/retry':
      if (visit > 3) {
        response.writeHead(204).end();
        return;
      }
      stream();
      write(`retry: ${number('ms', 100)}\n\nid: ${visit}\ndata: ${visit}\n\n`);
      response.end();
      return;

    /** Over at once, without a charset, in letters of two to four bytes. */
    case '/letters':
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      write('retry: 60000\nid: ä\ndata: ü € 漢字 🎉 عربي\n\n');
      response.end();
      return;

    case '/status':
      response.writeHead(number('code', 500), { 'Content-Type': 'text/plain' });
      response.end('out of order');
      return;

    case '/unavailable-once':
      if (visit === 1) {
        response.writeHead(503, { 'Content-Type': 'text/plain' }).end('later');
        return;
      }
      stream();
      write('id: 1\ndata: back\n\n');
      return;

    case '/html':
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end('<h1>Log in</h1>');
      return;

    case '/charset':
      stream({ 'Content-Type': 'text/event-stream; charset=iso-8859-1' });
      write('data: 1\n\n');
      return;

    case '/redirect':
      response.writeHead(number('code', 302), { Location: `/redirected?from=${number('code', 302)}` }).end();
      return;
    /** Where redirects lead: one event and the end, so that the client comes back; then it stays. */
    case '/redirected':
      stream();
      write(`retry: 100\n\nid: ${visit}\ndata: ${visit}\n\n`);
      if (visit === 1) response.end();
      return;

    /** Breaks off in the middle of a block, once. */
    case '/reset':
      stream();
      write(`retry: 100\n\nid: ${visit}\ndata: ${visit}\n\n`);
      if (visit > 1) return;
      write('data: unfinis');
      await pause(60);
      response.destroy();
      return;

    /** A block with nothing but an ID, and the end. */
    case '/id-only':
      stream();
      write(visit === 1 ? 'retry: 100\n\nid: 1\ndata: a\n\nid: 7\n\n' : 'data: b\n\n');
      if (visit === 1) response.end();
      return;

    case '/unheard':
      stream();
      write(
        'event: tick\ndata: 1\n\nevent: deaf\ndata: 2\n\nevent: deaf\ndata: 3\n\nevent: tick\ndata: 4\n\n',
      );
      return;

    case '/gzip': {
      stream({ 'Content-Encoding': 'gzip' });
      const text = `data: ${'compressed '.repeat(20)}\n\n`;
      write('');
      response.write(gzipSync(text));
      response.end();
      return;
    }

    /** One event and the end, whoever asks again. */
    case '/again':
      stream();
      write(`id: ${url.searchParams.get('t')}\ndata: 1\n\n`);
      response.end();
      return;

    /** One event, and open from there on. */
    case '/open':
      stream();
      write(`id: 1\ndata: ${url.searchParams.get('n') ?? ''}\n\n`);
      return;

    /** Many events at once, then silence. */
    case '/burst': {
      stream();
      const size = 50_000;
      for (let i = 0; i < size; i += 500) {
        let text = '';
        for (let n = i; n < i + 500; n++) text += `event: tick\nid: ${n}\ndata: ${n} ${'x'.repeat(40)}\n\n`;
        write(text);
        if (response.writableNeedDrain) await new Promise((resolve) => response.once('drain', resolve));
      }
      return;
    }

    /** `n` events, one every `every` ms, each with a comment before it: for what happens meanwhile. */
    case '/long':
      stream();
      for (let i = 1; i <= number('n', 50) && !response.destroyed; i++) {
        write(`: ${i}\nid: ${i}\nevent: tick\ndata: ${i}\n\n`);
        await pause(number('every', 20));
      }
      write('event: tick\ndata: last\n\n');
      return;
  }
  request.resume();
  response.writeHead(404, { 'Content-Type': 'text/plain' }).end();
}

/** A worker of any kind: opens the stream that it is told to, and tells how many events came. */
const WORKER = `
  function open(url, port) {
    const es = new EventSource(url);
    let n = 0;
    es.onmessage = () => port.postMessage(++n);
  }
  self.onmessage = ({ data, source }) => open(data, source ?? self);
  self.onconnect = ({ ports: [port] }) => { port.onmessage = ({ data }) => open(data, port); };
  self.oninstall = () => self.skipWaiting();
  self.onactivate = (event) => event.waitUntil(self.clients.claim());
`;
