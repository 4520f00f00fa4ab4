import { beganAt, endedAt } from '../../session/exchangeTimes.ts';
import { headerOf } from '../../session/headerOf.ts';
import { hasDelivered } from '../measures/response.ts';
import { found } from '../model/finding.ts';
import { atBody, atConnection, atHeader, type Place } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * A connection was answered with a status other than 200. For an `EventSource` that is the end of the stream, whatever
 * `retry` says: an error; 204 is how a server tells a client to stop: a note. A warning where a later connection delivered.
 *
 * Not: an answer of status 200 that is no stream, which is `wrongType`.
 */
export const statusEnds: Rule = {
  code: 'statusEnds',
  worst: 'error',
  needs: ['http'],
  find({ connections, between }) {
    const at = connections.findLastIndex(({ exchange: { status } }) => !!status && status !== 200);
    const connection = connections[at];
    if (!connection) return [];
    const { exchange } = connection;
    const status = exchange.status!;
    const isBack = connections.slice(at + 1).some(hasDelivered);
    const good = connections.slice(0, at).filter(hasDelivered);
    const openBefore = good.reduce((sum, { exchange: one }) => {
      const from = one.respondedAt ?? beganAt(one);
      return sum + between(from, endedAt(one) ?? beganAt(exchange));
    }, 0);
    const retryAfter = headerOf(exchange.headers, 'retry-after') ?? '';
    const evidence: Place[] = [atConnection(exchange), ...atBody(exchange)];
    for (const name of ['Retry-After', 'WWW-Authenticate']) {
      if (headerOf(exchange.headers, name.toLowerCase()) !== undefined)
        evidence.push(atHeader(exchange, name));
    }
    return found(
      'statusEnds',
      status === 204 ? 'note' : isBack ? 'warning' : 'error',
      {
        status,
        goodBefore: good.length,
        openBefore,
        retryAfter,
        tried: connection.transport !== 'EventSource',
      },
      { evidence },
    );
  },
};
