import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type GuardOptions, mayRead } from '../http/guard.ts';
import { MockError } from '../http/mockError.ts';
import { corsHeaders } from '../stage/replayHeaders.ts';
import type { Stage } from '../stage/stage.ts';
import { CONTROL } from './control/controlApi.ts';
import { listPage } from './control/listPage.ts';

/** What requests for recorded addresses are answered from. */
export interface ServedSessions {
  stage: Stage;
  guard: GuardOptions;
  /** Secret beginning of paths, for requests of the page that the panel redirects. */
  prefix: string;
  /** Address of this server. */
  url(): string;
}

/** Adds the routes that play recorded streams: every path that is not the control API's. */
export async function serveSessions(app: FastifyInstance, context: ServedSessions): Promise<void> {
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
      handler: (request, reply) => replay(request, reply, context),
    });
  });
}

/** @throws {MockError} when nothing is served there, or not to this page */
function replay(request: FastifyRequest, reply: FastifyReply, context: ServedSessions): unknown {
  const { stage, guard, prefix, url } = context;
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
