import { isOver } from '../../session/exchangeTimes.ts';
import { headerOf } from '../../session/headerOf.ts';
import { isStreamResponse } from '../measures/response.ts';
import { found } from '../model/finding.ts';
import { atConnection, atHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * The stream of an `EventSource` has a `Content-Length`, or the browser reports that one did not hold. An error where it is
 * 0, where the body ends there, and where it did not hold; else a warning.
 *
 * Not: streams of `fetch` that end, which may have one; a response that is no stream.
 */
export const contentLength: Rule = {
  code: 'contentLength',
  worst: 'error',
  needs: ['http'],
  find({ connections }) {
    for (const { exchange, columns, transport } of connections.toReversed()) {
      const value = headerOf(exchange.headers, 'content-length');
      const mismatch = /CONTENT_LENGTH_MISMATCH/.test(exchange.http?.error ?? '');
      if (transport !== 'EventSource' || !isStreamResponse(exchange) || exchange.status !== 200) continue;
      if (value === undefined || !/^\d+$/.test(value.trim())) continue;
      const length = Number(value);
      const { bytes } = columns.all;
      const ended = length === 0 || mismatch || (isOver(exchange) && bytes >= length);
      const evidence = [atHeader(exchange, 'Content-Length'), atConnection(exchange)];
      return found('contentLength', ended ? 'error' : 'warning', { length, bytes }, { evidence });
    }
    return [];
  },
};
