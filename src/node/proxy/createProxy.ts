import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Header } from '../../shared/session/types.ts';
import { faultsFor, type Scenario } from '../faults/faults.ts';
import { createRandom } from '../faults/random.ts';
import { checkHost } from '../http/guard.ts';
import { errorBody, MockError } from '../http/mockError.ts';
import { codingsOf, decodedBody } from '../record/decodeBody.ts';
import { headerPairs } from '../record/headerPairs.ts';
import type { SessionRecorder, StreamRecorder } from '../record/sessionRecorder.ts';
import type { Player } from '../stage/player.ts';
import { endToEndHeaders } from './endToEndHeaders.ts';
import { passStream } from './passStream.ts';
import { passUpgrade, responseOn } from './passUpgrade.ts';
import { requestTarget } from './requestTarget.ts';
import { createUpstream } from './upstream.ts';

export interface ProxyOptions {
  /** Where requests go on to: origin, and a path that comes before theirs. */
  upstream: string;
  /** Records every event stream. */
  recorder: SessionRecorder;
  scenario: Scenario;
  port: number;
  host: string;
  /** Certificates are not checked. */
  insecure: boolean;
  say(text: string): void;
}

export interface Proxy {
  url: string;
  close(): Promise<void>;
}

/**
 * Passes every request on to another server, and its answer back as it comes; records event streams, and lets faults happen
 * to them. Nothing that a client or the server behind sends ends it.
 *
 * @throws when the port is taken
 */
export async function createProxy(options: ProxyOptions): Promise<Proxy> {
  const { recorder, scenario, host, port, insecure, say } = options;
  const upstream = createUpstream(options.upstream, insecure);
  const guard = { hosts: [host], origins: [] };
  const counts = new Map<string, number>();
  /** Streams that a client goes on with after the end of a response. */
  const streams = new Map<string, StreamRecorder>();
  const players = new Set<Player>();
  const upgraded = new Set<Socket>();
  const refusedSince = new Map<string, number>();

  recorder.full.addEventListener('abort', () => say((recorder.full.reason as Error).message));

  const server = createServer((request, response) => guarded(request, response, pass));
  // The system may refuse a connection, when it has too many: that is no reason to end those that there are.
  server.on('error', (error) => say(error.message));
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    // Made when it is needed: a socket that is upgraded has no response.
    let made: ServerResponse | undefined;
    const response = (): ServerResponse => {
      made ??= responseOn(request, socket);
      return made;
    };
    try {
      if (!/^websocket$/i.test(request.headers.upgrade ?? '')) {
        // RFC 9110, 7.8: "A server MAY ignore a received Upgrade header field". Its body, if it has one, Node has not read.
        if (hasBody(request))
          throw new MockError(501, 'no-upgrade', 'Only WebSockets are passed on as an upgrade.');
        guarded(request, response(), pass);
        return;
      }
      passUpgrade(
        request,
        socket,
        head,
        pathOf(request),
        upstream,
        (answer) => guarded(request, response(), () => passAnswer(response(), answer)),
        (error) => fail(request, response(), error),
      );
    } catch (error) {
      fail(request, response(), error as Error);
    }
  });

  function pathOf(request: IncomingMessage): string {
    const path = requestTarget(request.url ?? '/', request.method ?? 'GET', guard);
    // RFC 9112, 3.2.2: for the absolute-form `Host` is ignored; it was checked instead.
    if (path === request.url) checkHost(request.headers.host, guard);
    return path;
  }

  /** Whatever goes wrong is answered, or ends this one response. */
  function guarded(
    request: IncomingMessage,
    response: ServerResponse,
    work: (request: IncomingMessage, response: ServerResponse) => void,
  ): void {
    response.on('error', () => {});
    request.on('error', () => response.destroy());
    try {
      work(request, response);
    } catch (error) {
      fail(request, response, error as Error);
    }
  }

  function fail(request: IncomingMessage, response: ServerResponse, error: Error): void {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const { status, code, message } =
      error instanceof MockError
        ? error
        : new MockError(502, 'upstream', `${upstream.origin} cannot be reached: ${error.message}.`);
    say(`${request.method} ${request.url}: ${message}`);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(errorBody(code, message)));
    request.resume();
  }

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    const next = faultsFor(scenario, path, (counts.get(path) ?? 0) + 1);
    const headers = upstream
      .headersOf(request)
      .filter(([name]) => !(next.ignoreLastEventId && /^last-event-id$/i.test(name)));
    const out = upstream.request(request.method, path, headers);
    out.on('error', (error) => fail(request, response, error));
    out.on('response', (answer) =>
      guarded(request, response, () => {
        const isStream = /^\s*text\/event-stream\s*(;|$)/i.test(answer.headers['content-type'] ?? '');
        if (isStream) stream(request, response, answer, path, headers);
        else passAnswer(response, answer);
      }),
    );
    // Nobody asked for it: a server that switches protocols by itself has no more to say here.
    out.on('upgrade', (_answer, socket) => {
      socket.destroy();
      fail(request, response, new Error('it switched protocols'));
    });
    response.on('close', () => out.destroy());
    request.pipe(out);
  }

  function passAnswer(response: ServerResponse, answer: IncomingMessage): void {
    answer.on('error', () => response.destroy());
    response.writeHead(answer.statusCode ?? 502, endToEndHeaders(headerPairs(answer.rawHeaders)).flat());
    answer.pipe(response);
  }

  function stream(
    request: IncomingMessage,
    response: ServerResponse,
    answer: IncomingMessage,
    path: string,
    sent: Header[],
  ): void {
    const body = decodedBody(answer);
    if (!body) {
      say(
        `${path}: the content coding ${codingsOf(answer).join(', ')} cannot be read: it is passed on unrecorded.`,
      );
      passAnswer(response, answer);
      return;
    }
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const faults = faultsFor(scenario, path, count);
    const method = request.method ?? 'GET';
    const key = `${method} ${path}`;
    // Who has an ID goes on with the stream that it is of.
    const recorded =
      (request.headers['last-event-id'] !== undefined ? streams.get(key) : undefined) ??
      recorder.stream({
        url: upstream.urlOf(path),
        method,
        transport: method === 'GET' ? 'EventSource' : 'fetch',
        documentUrl: request.headers.referer ?? '',
      });
    streams.set(key, recorded);
    const exchange = recorded.exchange(sent);
    const status = answer.statusCode ?? 200;
    const headers = headerPairs(answer.rawHeaders);
    exchange.responded(status, headers, `HTTP/${answer.httpVersion}`, answer.socket.remoteAddress ?? '');
    say(`${method} ${path}: ${status}, a stream${Object.keys(faults).length > 0 ? ', with faults' : ''}`);
    const since = refusedSince.get(path) ?? Date.now();
    if (faults.refuse) refusedSince.set(path, since);
    const { times = 0, ms = 0 } = faults.refuse ?? {};
    if (count <= times || Date.now() - since < ms) {
      exchange.ended('error', 'refused by a fault');
      answer.destroy();
      response.destroy();
      return;
    }
    try {
      const player = passStream(request, response, {
        status,
        headers: endToEndHeaders(headers),
        body,
        faults,
        random: createRandom((scenario.seed ?? 1) + count),
        exchange,
      });
      players.add(player);
      response.on('close', () => players.delete(player));
    } catch (error) {
      exchange.ended('error', (error as Error).message);
      throw error;
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is taken. Choose another one with --port.`)
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      for (const player of players) player.close();
      for (const socket of upgraded) socket.destroy();
      server.closeIdleConnections();
      await new Promise((resolve) => {
        server.close(resolve);
        setTimeout(() => server.closeAllConnections(), 500).unref();
      });
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
