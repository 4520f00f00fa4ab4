import { hasChunkTimes } from '../measures/connection.ts';
import { median } from '../measures/percentiles.ts';
import { found } from '../model/finding.ts';
import { atConnection, atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LEAST_EVENTS = 4;
const MOST_OF_THEM = 0.8;

/**
 * Of four events or more, 80 % have a blank line that came 100 ms or more after their last byte of data, in a chunk that
 * goes on with the next block.
 *
 * Not: events over 16 KiB, which need several packets; delays under 100 ms.
 */
export const lateBlankLine: Rule = {
  code: 'lateBlankLine',
  worst: 'error',
  needs: ['bytes'],
  find({ recent }) {
    for (const connection of recent.toReversed()) {
      const { exchange, columns } = connection;
      const { events, lateBlankLines } = columns.all;
      if (!hasChunkTimes(connection) || lateBlankLines.count < LEAST_EVENTS) continue;
      if (lateBlankLines.count < events * MOST_OF_THEM) continue;
      return found(
        'lateBlankLine',
        'error',
        { delay: median(lateBlankLines.delays), events: lateBlankLines.count },
        { evidence: [atEntry(exchange, lateBlankLines.ordinal), atConnection(exchange)] },
      );
    }
    return [];
  },
};
