import { found } from '../model/finding.ts';
import { atConnection, atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LONG = 60_000;

/**
 * The server sent a `retry` of more than 60 s: a warning; an error while the stream is down because of it.
 *
 * Not: 60 s and less; a `retry` that a shorter one replaced.
 */
export const retryTooLong: Rule = {
  code: 'retryTooLong',
  worst: 'error',
  needs: ['bytes'],
  find({ connections, stream }) {
    const sent = connections.findLast(({ columns }) => columns.all.retries.length > 0);
    const retry = sent?.columns.all.retries.at(-1);
    if (!sent || !retry || retry.ms <= LONG) return [];
    const down = stream.state === 'reconnecting';
    const evidence = [atEntry(sent.exchange, retry.ordinal), atConnection(sent.exchange)];
    return found('retryTooLong', down ? 'error' : 'warning', { retry: retry.ms, down }, { evidence });
  },
};
