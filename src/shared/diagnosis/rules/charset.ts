import { refusedCharset } from '../measures/connection.ts';
import { contentTypeOf, isStreamResponse } from '../measures/response.ts';
import { found } from '../model/finding.ts';
import { atConnection, atHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * The `Content-Type` of an `EventSource`'s stream names a charset that is not `utf-8` (in any case; `utf8` is not). An error
 * in Chromium, which drops the response; a warning in Firefox, which reads on as UTF-8.
 *
 * Not: `charset=utf-8`, `charset=UTF-8`; streams of `fetch`, whose type nobody checks.
 */
export const charset: Rule = {
  code: 'charset',
  worst: 'error',
  needs: ['http'],
  find({ connections, browser }) {
    const connection = connections.findLast(
      ({ exchange, transport }) =>
        transport === 'EventSource' &&
        isStreamResponse(exchange) &&
        refusedCharset(contentTypeOf(exchange)) !== '',
    );
    if (!connection) return [];
    const { exchange } = connection;
    const dropped = browser === 'chromium';
    return found(
      'charset',
      dropped ? 'error' : 'warning',
      { charset: refusedCharset(contentTypeOf(exchange)), dropped },
      { evidence: [atHeader(exchange, 'Content-Type'), atConnection(exchange)] },
    );
  },
};
