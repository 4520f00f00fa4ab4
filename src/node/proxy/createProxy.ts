import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { formatOf } from '../../shared/formats/formatOf.ts';
import type { Scenario } from '../faults/faults.ts';
import { checkHost } from '../http/guard.ts';
import type { SessionRecorder } from '../record/sessionRecorder.ts';
import { createFailures } from './failures.ts';
import { passAnswer } from './passAnswer.ts';
import { passUpgradeRequest } from './passUpgradeRequest.ts';
import { ProxiedStreams } from './proxiedStreams.ts';
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
  const { recorder, host, port, say } = options;
  const upstream = createUpstream(options.upstream, options.insecure);
  const guard = { hosts: [host], origins: [] };
  const failures = createFailures(upstream.origin, say);
  const streams = new ProxiedStreams({ recorder, scenario: options.scenario, upstream, say });
  const upgraded = new Set<Socket>();

  recorder.full.addEventListener('abort', () => say((recorder.full.reason as Error).message));

  const server = createServer((request, response) => failures.guarded(request, response, pass));
  // The system may refuse a connection, when it has too many: that is no reason to end those that there are.
  server.on('error', (error) => say(error.message));
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    passUpgradeRequest(request, socket, head, { upstream, failures, pathOf, pass });
  });

  function pathOf(request: IncomingMessage): string {
    const path = requestTarget(request.url ?? '/', request.method ?? 'GET', guard);
    // RFC 9112, 3.2.2: for the absolute-form `Host` is ignored; it was checked instead.
    if (path === request.url) checkHost(request.headers.host, guard);
    return path;
  }

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    const { ignoreLastEventId } = streams.nextFaults(path);
    const sent = upstream
      .headersOf(request)
      .filter(([name]) => !(ignoreLastEventId && /^last-event-id$/i.test(name)));
    const out = upstream.request(request.method, path, sent);
    out.on('error', (error) => failures.fail(request, response, error));
    out.on('response', (answer) =>
      failures.guarded(request, response, () => {
        const isStream = formatOf(answer.headers['content-type']) !== undefined;
        if (isStream) streams.pass({ request, response, answer, path, sent });
        else passAnswer(response, answer);
      }),
    );
    // Nobody asked for it: a server that switches protocols by itself has no more to say here.
    out.on('upgrade', (_answer, socket) => {
      socket.destroy();
      failures.fail(request, response, new Error('it switched protocols'));
    });
    response.on('close', () => out.destroy());
    request.pipe(out);
  }

  await listen(server, port, host);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      streams.close();
      for (const socket of upgraded) socket.destroy();
      await closeServer(server);
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`Port ${port} is taken. Choose another one with --port.`) : error);
    });
    server.listen(port, host, resolve);
  });
}

/** Lets responses that are under way end, for half a second. */
async function closeServer(server: Server): Promise<void> {
  server.closeIdleConnections();
  await new Promise((resolve) => {
    server.close(resolve);
    setTimeout(() => server.closeAllConnections(), 500).unref();
  });
}
