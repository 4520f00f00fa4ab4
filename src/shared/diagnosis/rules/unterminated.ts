import { EntryKind } from '../../sse/types.ts';
import { hasBytes } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection, atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** A data line whose end has not come. */
const UNFINISHED_DATA = /(?:^|[\r\n])data:[^\r\n]+$/;

/**
 * A response ended normally, and its last block has data and no blank line after it, or not even the end of its line: a client
 * drops the event.
 *
 * Not: an abort or a failure, which cuts where it cuts; an unfinished block without data.
 */
export const unterminated: Rule = {
  code: 'unterminated',
  worst: 'error',
  needs: ['bytes'],
  find({ recent, cause }) {
    for (const connection of recent.toReversed()) {
      const { exchange, columns } = connection;
      const last = columns.kinds.length - 1;
      if (columns.kinds[last] !== EntryKind.incomplete) continue;
      const inLines = columns.values[last]!;
      if (inLines === 0 && !UNFINISHED_DATA.test(columns.all.tail)) continue;
      if (!hasBytes(connection) || cause(connection) !== 'end') continue;
      const evidence = [atEntry(exchange, columns.firstEntry + last), atConnection(exchange)];
      const type = columns.types[columns.typeOf[last]!]!;
      return found(
        'unterminated',
        'error',
        { bytes: inLines || columns.all.tail.length, type },
        { evidence },
      );
    }
    return [];
  },
};
