import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import swagger from '@fastify/swagger';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { FileError } from '../../shared/session/file/source/fileError.ts';
import { NO_FAULTS, type Scenario } from '../faults/faults.ts';
import { bytesAsFile, openOnDisk } from '../file/fileOnDisk.ts';
import { checkHost, isExtension, mayRead } from '../http/guard.ts';
import { errorBody, MockError } from '../http/mockError.ts';
import { corsHeaders } from '../stage/replayHeaders.ts';
import { type ReplaySession, readSession } from '../stage/replayStream.ts';
import { type Client, Stage, type StageOptions, type Statistics } from '../stage/stage.ts';
import { VERSION } from '../version.ts';
import { controlRoutes } from './control/controlRoutes.ts';
import { listPage } from './control/listPage.ts';

/** Where the control API is. */
export const CONTROL = '/_sse-scope/api';
/** A session that is uploaded may have so many bytes. */
const MOST_UPLOAD = 256 << 20;
/** Clients are given this long to take what is left, ms. */
const CLOSE_WITHIN = 2000;
/** So long may a client take for its headers, ms. */
const HEADERS_TIMEOUT = 15_000;

export interface MockServerOptions extends Partial<StageOptions> {
  /** Session files: paths, or bytes with a name. HAR of any tool, event streams, gzip of each. */
  sessions?: readonly (string | { name: string; bytes: Uint8Array })[];
  /** 0 for any that is free. */
  port?: number;
  /** Where it listens; `127.0.0.1` unless something else is wanted. */
  host?: string;
  /** PEM. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** HTTP/2 besides HTTP/1.1 with TLS; instead of it without. */
  http2?: boolean;
  /** For the control API; made up when it is missing. */
  token?: string;
  /** Names by which the server may be called besides those of loopback. */
  allowHosts?: readonly string[];
  /** Origins whose pages may read what is served, besides those of the recording and of this machine; `*` for any. */
  allowOrigins?: readonly string[];
}

export interface MockServer {
  /** `http://127.0.0.1:4747` */
  readonly url: string;
  /** Of the control API: `Authorization: Bearer …`. */
  readonly token: string;
  readonly port: number;
  readonly sessions: readonly ReplaySession[];
  readonly clients: readonly Client[];
  readonly statistics: Statistics;
  /** The address at which a recorded one is served. */
  urlOf(recorded: string): string;
  /** @throws {FileError} with a sentence */
  add(session: string | { name: string; bytes: Uint8Array }): Promise<ReplaySession>;
  pause(): void;
  resume(): void;
  /** The next event, for every client. */
  step(): void;
  /** ms of the recording. */
  seek(ms: number): void;
  setSpeed(speed: number): void;
  setFaults(scenario: Scenario): void;
  /** Breaks all connections. Returns how many there were. */
  disconnect(): number;
  /** The next requests get the streams from their beginning. */
  rewind(): void;
  /** Ends what is open at the end of its block, and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts a server that plays recorded sessions to whoever asks for their addresses.
 *
 * @throws when the port is taken, or a file cannot be read
 */
export async function createMockServer(options: MockServerOptions = {}): Promise<MockServer> {
  const { host = '127.0.0.1', port = 0, tls, allowHosts = [], allowOrigins = [] } = options;
  const token = options.token ?? randomBytes(18).toString('base64url');
  const secret = randomBytes(12).toString('base64url');
  const prefix = `/~${secret}`;
  const stage = new Stage(options);
  const guard = { hosts: [host, ...allowHosts], origins: allowOrigins };
  let sessions = 0;

  async function add(given: string | { name: string; bytes: Uint8Array }): Promise<ReplaySession> {
    const id = String(++sessions);
    let session: ReplaySession;
    if (typeof given === 'string') {
      const file = await openOnDisk(given);
      try {
        session = await readSession(file, basename(given), id);
      } finally {
        await file.close();
      }
    } else session = await readSession(bytesAsFile(given.bytes), given.name, id);
    stage.cast.add(session);
    return session;
  }
  for (const session of options.sessions ?? []) await add(session);

  const app = newApp(options);
  app.setErrorHandler((error: FastifyError | Error, _request, reply) => answerError(error, reply));
  app.addHook('onRequest', async (request) => checkHost(request.headers.host ?? hostOf(request), guard));

  await app.register(
    async (control) => {
      await control.register(swagger, {
        openapi: {
          info: { title: 'SSE Scope mock server', version: VERSION },
          components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
          security: [{ token: [] }],
        },
      });
      control.addHook('onRequest', async (request, reply) => {
        const { origin } = request.headers;
        // The list page is of this server; the panel is an extension. No other page has any business here.
        if (
          origin !== undefined &&
          !isExtension(origin) &&
          !allowOrigins.includes(origin) &&
          origin !== ownOrigin()
        )
          throw new MockError(403, 'foreign-origin', 'Pages of other origins may not control this server.');
        reply.headers(corsHeaders(origin, request.headers));
        if (request.method === 'OPTIONS') return;
        if (!isToken(request.headers.authorization, token))
          throw new MockError(
            401,
            'no-token',
            'Send the token that was printed at the start: Authorization: Bearer …',
          );
      });
      control.options('/*', { schema: { hide: true } }, (_request, reply) => {
        reply.header('access-control-allow-methods', 'GET, POST, PUT, DELETE').code(204).send();
      });
      await controlRoutes(control, {
        stage,
        version: VERSION,
        prefix,
        upload: (name, bytes) => add({ name, bytes }),
      });
      control.get('/openapi.json', { schema: { hide: true } }, () => control.swagger());
    },
    { prefix: CONTROL },
  );

  await app.register(async (served) => {
    served.removeAllContentTypeParsers();
    // Whatever a page sends is not looked at, and not waited for.
    served.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume();
      done(null);
    });
    served.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
      url: '/*',
      handler: (request, reply) => replay(request, reply),
    });
  });

  function replay(request: FastifyRequest, reply: FastifyReply): unknown {
    if (request.url.startsWith(`${CONTROL}/`))
      throw new MockError(
        404,
        'not-found',
        `The control API has no ${request.method} ${request.url.slice(0, 200)}.`,
      );
    const raw = request.raw as IncomingMessage;
    const { origin } = request.headers;
    const whole = raw.url ?? '/';
    // Who knows the secret may read whatever its origin: a redirected request has none that says anything.
    const trusted = whole.startsWith(`${prefix}/`);
    const path = trusted ? whole.slice(prefix.length) : whole;
    const methods = stage.cast.methodsAt(path);
    if (!trusted && !mayRead(origin, stage.cast.originsAt(path), guard)) {
      throw new MockError(
        403,
        'foreign-origin',
        `Pages of ${String(origin).slice(0, 200)} may not read this recording. Start the server with --allow-origin for it.`,
      );
    }
    if (request.method === 'OPTIONS' && !methods.includes('OPTIONS')) {
      reply.headers(corsHeaders(origin, request.headers));
      reply.header('access-control-allow-methods', [...methods, 'OPTIONS'].join(', '));
      return reply.code(204).send();
    }
    if (path === '/' && methods.length === 0 && request.method === 'GET')
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .send(listPage(stage.cast.sessions, url()));
    try {
      stage.serve(raw, reply.raw as ServerResponse, path, origin);
      reply.hijack();
      return undefined;
    } catch (error) {
      reply.headers(corsHeaders(origin, request.headers));
      throw error;
    }
  }

  try {
    await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new Error(`Port ${port} is taken. Choose another one with --port, or 0 for any that is free.`);
    throw error;
  }
  const address = app.server.address() as AddressInfo;
  const url = (): string => {
    const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    return `${tls ? 'https' : 'http'}://${name}:${address.port}`;
  };
  const ownOrigin = (): string => url();

  return {
    url: url(),
    token,
    port: address.port,
    get sessions() {
      return stage.cast.sessions;
    },
    get clients() {
      return stage.clients;
    },
    get statistics() {
      return stage.statistics;
    },
    urlOf(recorded) {
      const { pathname, search } = new URL(recorded, url());
      return url() + pathname + search;
    },
    add,
    pause: () => stage.pause(),
    resume: () => stage.resume(),
    step() {
      stage.options.paused = true;
      stage.each(undefined, (player) => player.step());
    },
    seek: (ms) => void stage.each(undefined, (player) => player.seek(ms)),
    setSpeed: (speed) => stage.setSpeed(speed),
    setFaults: (scenario = NO_FAULTS) => stage.setScenario(scenario),
    disconnect: () => stage.disconnect(undefined),
    rewind: () => stage.cast.rewind(),
    async close() {
      stage.close();
      // Who does not read cannot be waited for.
      const timer = setTimeout(() => stage.disconnect(undefined), CLOSE_WITHIN);
      await app.close();
      clearTimeout(timer);
    },
  };
}

function newApp({ tls, http2 }: MockServerOptions): FastifyInstance {
  const common = {
    logger: false,
    bodyLimit: MOST_UPLOAD,
    ...(http2 ? {} : { forceCloseConnections: 'idle' as const }),
    // What is not known is said, and not silently left out.
    ajv: { customOptions: { removeAdditional: false as const } },
    // Addresses are served as they were asked for.
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 16_384 },
    frameworkErrors: (error: FastifyError, _request: unknown, reply: FastifyReply) =>
      answerError(error, reply),
  };
  const timeouts = { headersTimeout: HEADERS_TIMEOUT, maxHeaderSize: 64 << 10 };
  // Their types differ by the server that they stand on; what is used of them does not.
  if (tls && http2)
    return fastify({ ...common, http2: true, https: { ...tls, allowHTTP1: true } } as never) as never;
  if (http2) return fastify({ ...common, http2: true } as never) as never;
  if (tls) return fastify({ ...common, https: { ...tls, ...timeouts } }) as never;
  return fastify({ ...common, http: timeouts }) as never;
}

function hostOf(request: FastifyRequest): string | undefined {
  const authority = request.headers[':authority'];
  return typeof authority === 'string' ? authority : undefined;
}

function isToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(/^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function answerError(error: FastifyError | Error, reply: FastifyReply): void {
  if (error instanceof MockError) {
    reply.code(error.status).send(errorBody(error.code, error.message));
    return;
  }
  if (error instanceof FileError) {
    reply.code(422).send(errorBody('bad-file', error.message));
    return;
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  const code =
    'validation' in error && error.validation ? 'bad-request' : status < 500 ? 'bad-request' : 'internal';
  reply
    .code(status)
    .send(errorBody(code, status < 500 ? error.message : 'Something went wrong in the server.'));
}
