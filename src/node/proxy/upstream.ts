import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { Header } from '../../shared/session/types.ts';
import { headerPairs } from '../record/headerPairs.ts';
import { codingsToAsk } from './codingsToAsk.ts';
import { endToEndHeaders } from './endToEndHeaders.ts';

/** The server behind. */
export interface Upstream {
  origin: string;
  /** The address that a path of the proxy stands for. */
  urlOf(path: string): string;
  /** The headers of a request as they go on. */
  headersOf(request: IncomingMessage): Header[];
  /** @throws when Node finds something wrong with it */
  request(method: string | undefined, path: string, headers: readonly Header[]): ClientRequest;
}

/**
 * @param address - origin, and a path that comes before those of requests
 * @param insecure - certificates are not checked
 */
export function createUpstream(address: string, insecure: boolean): Upstream {
  const base = new URL(address);
  const before = base.pathname.replace(/\/$/, '');
  const options = urlToHttpOptions(base);
  const pathOf = (path: string): string => (path === '*' ? path : before + path);
  return {
    origin: base.origin,
    urlOf: (path) => base.origin + (path === '*' ? '/' : pathOf(path)),
    headersOf(request) {
      const coded = request.headers['transfer-encoding'];
      return [
        // `Expect` has been answered here.
        ...endToEndHeaders(headerPairs(request.rawHeaders)).filter(
          ([name]) => !/^(host|accept-encoding|expect)$/i.test(name),
        ),
        ['Host', base.host],
        ['Accept-Encoding', codingsToAsk(String(request.headers['accept-encoding'] ?? '') || undefined)],
        // A body without its length needs a framing of its own: without one it would be read as another request.
        ...(coded === undefined ? [] : [['Transfer-Encoding', coded] as Header]),
      ];
    },
    request: (method, path, headers) =>
      (base.protocol === 'https:' ? requestHttps : requestHttp)({
        ...options,
        method,
        path: pathOf(path),
        headers: headers.flat(),
        agent: false,
        rejectUnauthorized: !insecure,
      } as never),
  };
}
