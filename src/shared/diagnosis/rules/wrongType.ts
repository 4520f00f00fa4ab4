import { contentTypeOf, hasWrongType, looksOf } from '../measures/response.ts';
import { found } from '../model/finding.ts';
import { atBody, atConnection, atHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * A connection was answered with status 200 and a `Content-Type` that is not `text/event-stream`, or with none. What came
 * instead is told by its first bytes: the application's own page, a login, JSON, lines of JSON.
 *
 * Not: an answer at the end of a redirect, which is `redirectedAway`; a charset beside the right type, which is `charset`.
 */
export const wrongType: Rule = {
  code: 'wrongType',
  worst: 'error',
  needs: ['http'],
  find({ connections }) {
    const connection = connections.findLast(({ exchange }) => hasWrongType(exchange));
    if (!connection) return [];
    const { exchange } = connection;
    if ((exchange.http?.redirects.length ?? 0) > 0) return [];
    const contentType = contentTypeOf(exchange);
    return found(
      'wrongType',
      'error',
      { contentType, looks: looksOf(exchange.http?.evidence ?? '', contentType) },
      { evidence: [atHeader(exchange, 'Content-Type'), ...atBody(exchange), atConnection(exchange)] },
    );
  },
};
