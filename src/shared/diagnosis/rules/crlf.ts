import { hasBytes } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection, atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * Lines of a stream that is read by `fetch` or `XMLHttpRequest` end with CR LF or CR: code that splits at two LF finds
 * nothing.
 *
 * Not: an `EventSource`, which takes every line end.
 */
export const crlf: Rule = {
  code: 'crlf',
  worst: 'note',
  needs: ['bytes'],
  find({ connections }) {
    const connection = connections.findLast(
      (one) => one.transport !== 'EventSource' && hasBytes(one) && one.columns.all.carriageReturns,
    );
    if (!connection) return [];
    const { exchange, columns } = connection;
    const first = columns.all.firstEvents[0];
    return found(
      'crlf',
      'note',
      {},
      { evidence: [first ? atEntry(exchange, first.ordinal) : atConnection(exchange)] },
    );
  },
};
