import { beganAt, endedAt } from '../../session/exchangeTimes.ts';
import { headerOf } from '../../session/headerOf.ts';
import { hasTimes } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection, atHeader, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LEAST_EVENTS = 5;
/** From the first byte to the end: at most so long, ms, and at most such a part of the time before. */
const AT_ONCE = 50;
const PART = 0.02;
/** From the request to the first byte: at least so long, ms. */
const LEAST_WAIT = 1000;

/**
 * A response that ended normally brought five events or more within 50 ms from its first byte to its end, and that was at
 * most 2 % of the time to its first byte, which was a second or more. A `Content-Length` makes it certain.
 *
 * Not: answers within a second; responses from a cache.
 */
export const deliveredAtOnce: Rule = {
  code: 'deliveredAtOnce',
  worst: 'warning',
  needs: ['http'],
  find({ recent, between, cause }) {
    for (const connection of recent.toReversed()) {
      const { exchange, columns } = connection;
      const { firstChunk, events } = columns.all;
      const end = endedAt(exchange);
      if (!firstChunk || end === undefined || events < LEAST_EVENTS || !hasTimes(connection)) continue;
      if (exchange.http?.fromCache || cause(connection) !== 'end') continue;
      const last = columns.chunkTimes.at(-1)!;
      // The end of an EventSource is told when it asks again: the last byte speaks for it.
      const within = between(firstChunk.time, connection.transport === 'EventSource' ? last : end);
      const after = between(beganAt(exchange), firstChunk.time);
      if (within > AT_ONCE || within > after * PART || after < LEAST_WAIT) continue;
      const length = headerOf(exchange.headers, 'content-length');
      const evidence = [atConnection(exchange), atRange(firstChunk.time, end)];
      if (length !== undefined) evidence.push(atHeader(exchange, 'Content-Length'));
      return found(
        'deliveredAtOnce',
        'warning',
        { events, within, after },
        { evidence, certain: length !== undefined },
      );
    }
    return [];
  },
};
