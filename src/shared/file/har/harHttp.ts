import type { Header, HttpSide } from '../../session/types.ts';
import { countOr, type Fields, fieldsOf, headersOf, listOf, textOr, timeOr } from '../source/untrusted.ts';

/** The HTTP side of an entry; undefined where the file tells nothing of it. */
export function httpOf(
  extra: Fields,
  request: Fields,
  response: Fields,
  entry: Fields,
  index: number,
): HttpSide | undefined {
  const requestHeaders: Header[] = headersOf(request.headers);
  const own = fieldsOf(extra.http);
  if (requestHeaders.length === 0 && extra.http === undefined) return undefined;
  return {
    request: `file-${index}`,
    requestedAt: timeOr(own.requestedAt, timeOr(entry.startedDateTime, 0)),
    requestHeaders,
    redirects: listOf(own.redirects)
      .slice(0, 100)
      .map((one) => {
        const { at, status, from, to, headers } = fieldsOf(one);
        return {
          at: timeOr(at, 0),
          status: countOr(status, 0),
          from: textOr(from, ''),
          to: textOr(to, ''),
          headers: headersOf(headers),
        };
      }),
    protocol: textOr(own.protocol, textOr(response.httpVersion, '')).replace(/^unknown$/i, ''),
    remoteAddress: textOr(own.remoteAddress, textOr(entry.serverIPAddress, '')),
    fromCache: own.fromCache === true,
    ...(typeof own.evidence === 'string' ? { evidence: textOr(own.evidence, '') } : {}),
    ...(timeOr(own.completedAt, undefined) === undefined ? {} : { completedAt: timeOr(own.completedAt, 0) }),
    ...(typeof own.error === 'string' ? { error: textOr(own.error, '') } : {}),
    ...(own.aborted === true ? { aborted: true } : {}),
    certain: own.certain !== false,
  };
}
