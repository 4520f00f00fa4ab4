import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { answerError } from './answerError.ts';
import type { MockServerOptions } from './mockServer.ts';

/** A session that is uploaded may have so many bytes. */
const MOST_UPLOAD = 256 << 20;
/** So long may a client take for its headers, ms. */
const HEADERS_TIMEOUT = 15_000;

/** An application without routes: over HTTP/1.1 or HTTP/2, with TLS or without. */
export function newApp({ tls, http2 }: MockServerOptions): FastifyInstance {
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
