import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isExtension } from '../../http/guard.ts';
import { MockError } from '../../http/mockError.ts';
import { corsHeaders } from '../../stage/replayHeaders.ts';

/** Who may control the server. */
export interface ControlGuard {
  token: string;
  allowOrigins: readonly string[];
  /** Of this server. */
  ownOrigin(): string;
}

/**
 * Lets a request to the control API through, or refuses it.
 *
 * @throws {MockError} 403 for a page of another origin, 401 without the token
 */
export function guardControl(
  request: FastifyRequest,
  reply: FastifyReply,
  { token, allowOrigins, ownOrigin }: ControlGuard,
): void {
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
}

function isToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(/^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
