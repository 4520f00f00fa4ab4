import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Header } from '../../shared/session/types.ts';
import { createParser } from '../../shared/sse/parse.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import { type Faults, faultsFor, type Scenario } from '../faults/faults.ts';
import { createRandom } from '../faults/random.ts';
import { decodedBody } from '../record/decodeBody.ts';
import { headerPairs as pairs } from '../record/headerPairs.ts';
import type { SessionRecorder, StreamRecorder } from '../record/sessionRecorder.ts';
import { checkHost } from '../serve/guard.ts';
import { errorBody, type MockError } from '../serve/mockError.ts';
import { type Live, Player } from '../serve/player.ts';
import { codingFor, sinkFor } from '../serve/sinks.ts';

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

/** Headers of one connection: RFC 9110, 7.6.1. */
const HOP_BY_HOP = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

/**
 * Passes every request on to another server, and its answer back as it comes; records event streams, and lets faults happen
 * to them.
 *
 * @throws when the port is taken
 */
export async function createProxy(options: ProxyOptions): Promise<Proxy> {
  const { upstream, recorder, scenario, host, port, insecure, say } = options;
  const base = new URL(upstream);
  const counts = new Map<string, number>();
  /** Streams that a client goes on with after the end of a response. */
  const streams = new Map<string, StreamRecorder>();
  const players = new Set<Player>();
  const refusedSince = new Map<string, number>();
  const requestUpstream = base.protocol === 'https:' ? requestHttps : requestHttp;

  const server = createServer((request, response) => {
    try {
      checkHost(request.headers.host, { hosts: [host], origins: [] });
    } catch (error) {
      const { status, code, message } = error as MockError;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(errorBody(code, message)));
      return;
    }
    pass(request, response);
  });

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    const target = new URL(base.href.replace(/\/$/, '') + path);
    const next = faultsFor(scenario, path, (counts.get(path) ?? 0) + 1);
    const headers = pairs(request.rawHeaders).filter(
      // What is coded cannot be recorded piece by piece: only codings that are understood are asked for.
      ([name]) =>
        !HOP_BY_HOP.test(name) &&
        !/^(host|accept-encoding)$/i.test(name) &&
        !(next.ignoreLastEventId && /^last-event-id$/i.test(name)),
    );
    const accepts = request.headers['accept-encoding'];
    const sent: Header[] = [
      ...headers,
      ['Host', target.host],
      ...(accepts ? [['Accept-Encoding', 'gzip, br, deflate'] as Header] : []),
    ];
    const out = requestUpstream(
      target,
      { method: request.method, headers: sent.flat(), agent: false, rejectUnauthorized: !insecure } as never,
      (answer) => {
        const isStream = /^\s*text\/event-stream\s*(;|$)/i.test(answer.headers['content-type'] ?? '');
        if (isStream) stream(request, response, answer, target.href, path, sent);
        else {
          response.writeHead(answer.statusCode ?? 502, passedHeaders(pairs(answer.rawHeaders)));
          answer.pipe(response);
          answer.on('error', () => response.destroy());
        }
      },
    );
    out.on('error', (error) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      say(`${request.method} ${path}: ${error.message}`);
      response.writeHead(502, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(errorBody('upstream', `${base.origin} cannot be reached: ${error.message}.`)),
      );
    });
    response.on('close', () => out.destroy());
    response.on('error', () => {});
    request.pipe(out);
  }

  function stream(
    request: IncomingMessage,
    response: ServerResponse,
    answer: IncomingMessage,
    url: string,
    path: string,
    sent: Header[],
  ): void {
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const faults: Faults = faultsFor(scenario, path, count);
    const method = request.method ?? 'GET';
    const given = request.headers['last-event-id'];
    const key = `${method} ${path}`;
    // Who has an ID goes on with the stream that it is of.
    const recorded =
      (given !== undefined ? streams.get(key) : undefined) ??
      recorder.stream({
        url,
        method,
        transport: method === 'GET' ? 'EventSource' : 'fetch',
        documentUrl: request.headers.referer ?? '',
      });
    streams.set(key, recorded);
    const exchange = recorded.exchange(sent);
    const status = answer.statusCode ?? 200;
    const received = pairs(answer.rawHeaders);
    exchange.responded(status, received, `HTTP/${answer.httpVersion}`, answer.socket.remoteAddress ?? '');
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
    const headers = passedHeaders(received.filter(([name]) => !/^content-(encoding|length)$/i.test(name)));
    const coding = codingFor(request, faults);
    const own = faults.contentType;
    const type =
      own === undefined ? headers : [...withoutType(headers), ...(own === '' ? [] : ['content-type', own])];
    response.writeHead(faults.status ?? status, [
      ...type,
      ...(coding ? ['content-encoding', coding.encoding] : []),
    ]);
    response.write('', 'latin1');

    const live: Live = { waiting: [], ended: undefined };
    const begun = performance.now();
    const sink = sinkFor(response, coding);
    const player = new Player({
      track: EMPTY,
      live,
      faults,
      random: createRandom((scenario.seed ?? 1) + count),
      speed: 1,
      paused: false,
      loop: false,
      from: 0,
      to: Infinity,
      start: undefined,
      heartbeat: 0,
      sink: sink.sink,
      over: () => players.delete(player),
    });
    sink.drained(() => player.drained());
    players.add(player);
    let blocks: number[] = [];
    const parser = createParser({
      entry(kind, _from, to) {
        if (kind === EntryKind.event) blocks.push(to);
      },
    });
    let offset = 0;
    player.start(begun);
    const body = decodedBody(answer)!;
    body.on('data', (bytes: Buffer) => {
      exchange.chunk(bytes);
      parser.push(bytes);
      live.waiting.push({
        at: performance.now() - begun,
        lag: 0,
        to: offset + bytes.length,
        bytes,
        blocks: blocks.map((end) => end - offset),
      });
      blocks = [];
      offset += bytes.length;
      player.poke();
      // A client that does not read holds up the server behind, as it would without us.
      if (player.progress.state === 'waiting for the client') body.pause();
    });
    sink.drained(() => body.resume());
    body.on('end', () => {
      exchange.ended('end');
      live.ended = 'end';
      player.poke();
    });
    body.on('error', (error) => {
      exchange.ended('error', error.message);
      live.ended = 'drop';
      player.poke();
    });
    response.on('close', () => {
      exchange.ended(live.ended === undefined ? 'close' : 'end');
      player.stop();
      players.delete(player);
      answer.destroy();
    });
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
      server.closeIdleConnections();
      await new Promise((resolve) => {
        server.close(resolve);
        setTimeout(() => server.closeAllConnections(), 500).unref();
      });
    },
  };
}

const EMPTY = {
  bytes: new Uint8Array(0),
  ends: new Uint32Array(0),
  times: new Float64Array(0),
  blockEnds: new Uint32Array(0),
  blockIds: [],
  isEvent: new Uint8Array(0),
  status: 200,
  headers: [],
  respondAt: 0,
  endAt: 0,
  ending: 'end' as const,
};

/** As a flat list, so that several of one name stay in their places. */
function passedHeaders(headers: readonly Header[]): string[] {
  return headers.filter(([name]) => !HOP_BY_HOP.test(name)).flat();
}

function withoutType(headers: readonly string[]): string[] {
  return headers.filter((_, i) => headers[i - (i % 2)]!.toLowerCase() !== 'content-type');
}
