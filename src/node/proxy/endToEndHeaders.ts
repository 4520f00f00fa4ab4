import type { Header } from '../../shared/session/types.ts';

/** RFC 9110, 7.6.1: fields that are of one connection whether or not `Connection` names them. */
const HOP_BY_HOP = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

/**
 * Headers without those of one connection. RFC 9110, 7.6.1: "Intermediaries MUST parse a received Connection header field before a
 * message is forwarded and, for each connection-option in this field, remove any header or trailer field(s) from the message with the
 * same name as the connection-option".
 */
export function endToEndHeaders(headers: readonly Header[]): Header[] {
  const named = new Set(
    headers
      .filter(([name]) => /^connection$/i.test(name))
      .flatMap(([, value]) => value.split(','))
      .map((option) => option.trim().toLowerCase()),
  );
  return headers.filter(([name]) => !HOP_BY_HOP.test(name) && !named.has(name.toLowerCase()));
}
