import { headerOf } from '../../session/headerOf.ts';
import { isStreamResponse } from '../measures/response.ts';
import { found } from '../model/finding.ts';
import { atHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * The `Cache-Control` of a stream has neither `no-store` nor `no-cache`, nor `private`; or a proxy is on the way (`Via`,
 * `CF-Ray`) and it has no `no-transform`.
 *
 * Not: streams that are asked for by other methods than GET, which no cache keeps; finite streams without the header, which
 * is `cacheable`.
 */
export const cacheControl: Rule = {
  code: 'cacheControl',
  worst: 'note',
  needs: ['http'],
  find({ connections }) {
    const exchange = connections.findLast(
      ({ exchange }) => isStreamResponse(exchange) && exchange.http,
    )?.exchange;
    if (exchange?.method !== 'GET' || exchange.status !== 200) return [];
    const value = headerOf(exchange.headers, 'cache-control') ?? '';
    const isProxied = ['via', 'cf-ray'].some((name) => headerOf(exchange.headers, name) !== undefined);
    const missing: ('no-cache' | 'no-transform')[] = [];
    if (!/no-store|no-cache|private/i.test(value)) missing.push('no-cache');
    if (isProxied && !/no-transform/i.test(value)) missing.push('no-transform');
    if (missing.length === 0) return [];
    return found('cacheControl', 'note', { missing }, { evidence: [atHeader(exchange, 'Cache-Control')] });
  },
};
