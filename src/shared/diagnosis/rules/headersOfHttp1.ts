import { headerOf } from '../../session/headerOf.ts';
import { found } from '../model/finding.ts';
import { atConnection, atHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const OF_HTTP1 = ['Connection', 'Keep-Alive', 'Transfer-Encoding'];

/**
 * A response over HTTP/2 or HTTP/3 has `Connection`, `Keep-Alive` or `Transfer-Encoding`, which RFC 9113 forbids: "An
 * endpoint MUST NOT generate an HTTP/2 message containing connection-specific header fields". Safari drops the response.
 *
 * Not: the same headers over HTTP/1.1, where they belong.
 */
export const headersOfHttp1: Rule = {
  code: 'headersOfHttp1',
  worst: 'warning',
  needs: ['http'],
  find({ connections }) {
    for (const { exchange } of connections.toReversed()) {
      const protocol = exchange.http?.protocol ?? '';
      if (!/^(h2|h3|http\/[23])/i.test(protocol)) continue;
      const headers = OF_HTTP1.filter((name) => headerOf(exchange.headers, name.toLowerCase()) !== undefined);
      if (headers.length === 0) continue;
      const evidence = [...headers.map((name) => atHeader(exchange, name)), atConnection(exchange)];
      return found('headersOfHttp1', 'warning', { headers, protocol }, { evidence });
    }
    return [];
  },
};
