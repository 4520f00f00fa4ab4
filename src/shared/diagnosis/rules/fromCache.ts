import { headerOf } from '../../session/headerOf.ts';
import { isStreamResponse } from '../measures/response.ts';
import { found } from '../model/finding.ts';
import { atConnection, atHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** Headers by which caches tell of a hit. */
const HITS: [name: string, hit: RegExp][] = [
  ['Age', /^\s*[1-9]/],
  ['X-Cache', /\bhit\b/i],
  ['CF-Cache-Status', /\bhit\b/i],
  ['X-Vercel-Cache', /\bhit\b/i],
  ['X-Varnish', /^\s*\d+\s+\d+/],
];

/**
 * An event stream came out of a cache: the browser says so, `Age` is over 0, or `X-Cache`, `CF-Cache-Status` or
 * `X-Vercel-Cache` says HIT, or `X-Varnish` has two numbers.
 *
 * Not: `Age: 0`, a MISS.
 */
export const fromCache: Rule = {
  code: 'fromCache',
  worst: 'error',
  needs: ['http'],
  find({ connections }) {
    for (const { exchange } of connections.toReversed()) {
      if (!isStreamResponse(exchange)) continue;
      if (exchange.http?.fromCache) {
        return found('fromCache', 'error', { sign: '' }, { evidence: [atConnection(exchange)] });
      }
      const hit = HITS.find(([name, hit]) => hit.test(headerOf(exchange.headers, name.toLowerCase()) ?? ''));
      if (!hit) continue;
      const evidence = [atHeader(exchange, hit[0]), atConnection(exchange)];
      return found('fromCache', 'error', { sign: hit[0] }, { evidence });
    }
    return [];
  },
};
