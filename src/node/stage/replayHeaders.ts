import type { Header } from '../../shared/session/types.ts';

/**
 * Headers that are not replayed: those of one connection (RFC 9110, 7.6.1), those that describe a body as it was coded
 * on the wire, and those with which a browser would remember something of this machine.
 */
const LEFT_OUT =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|content-encoding|access-control-.*|strict-transport-security|alt-svc|clear-site-data|report-to|nel|reporting-endpoints|expect-ct|public-key-pins.*|:.*)$/i;

/** Recorded response headers as they can be sent again; several of one name stay several. */
export function replayHeaders(recorded: readonly Header[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of recorded) {
    if (LEFT_OUT.test(name) || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) continue;
    // Bytes that no header may have; a masked cookie is none.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value) || (/^set-cookie$/i.test(name) && value === 'REDACTED'))
      continue;
    const key = name.toLowerCase();
    const known = headers[key];
    headers[key] = known === undefined ? value : [known, value].flat();
  }
  return headers;
}

/** What lets a page of another origin read the answer, with its cookies and all. */
export function corsHeaders(
  origin: string | undefined,
  request: Record<string, unknown>,
): Record<string, string> {
  if (origin === undefined) return {};
  const wanted = request['access-control-request-headers'];
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'content-type, last-event-id',
    vary: 'origin',
    ...(typeof wanted === 'string' ? { 'access-control-allow-headers': wanted } : {}),
    ...(request['access-control-request-private-network'] === 'true'
      ? { 'access-control-allow-private-network': 'true' }
      : {}),
  };
}
