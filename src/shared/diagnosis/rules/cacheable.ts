import { headerOf } from '../../session/headerOf.ts';
import { isStreamResponse } from '../measures/response.ts';
import { found } from '../model/finding.ts';
import { atConnection, atHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * A stream that was asked for by GET ended normally and has no `Cache-Control`, `Expires` or `Pragma`: a shared cache may
 * keep it, and give it to the next client.
 *
 * Not: streams that last; a response that says how it may be kept.
 */
export const cacheable: Rule = {
  code: 'cacheable',
  worst: 'note',
  needs: ['http'],
  find({ connections, cause }) {
    const connection = connections.findLast(
      (one) => isStreamResponse(one.exchange) && one.exchange.status === 200 && cause(one) === 'end',
    );
    if (connection?.exchange.method !== 'GET') return [];
    const { exchange } = connection;
    const says = ['cache-control', 'expires', 'pragma'].some(
      (name) => headerOf(exchange.headers, name) !== undefined,
    );
    // A file of bytes alone has no headers that say anything.
    if (says || !exchange.http || exchange.endedAt === undefined) return [];
    return found(
      'cacheable',
      'note',
      {},
      { evidence: [atHeader(exchange, 'Cache-Control'), atConnection(exchange)] },
    );
  },
};
