import { found } from '../model/finding.ts';
import { atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const SHORT = 500;

/**
 * The server sent a `retry` of less than 500 ms: clients that have lost it come back all at once. Chromium obeys even 0;
 * Firefox waits 500 ms at least.
 *
 * Not: 500 ms and more; connections that come again in such numbers that it is a `reconnectStorm`.
 */
export const retryTooShort: Rule = {
  code: 'retryTooShort',
  worst: 'note',
  needs: ['bytes'],
  find({ connections }) {
    const sent = connections.findLast(({ columns }) => columns.all.retries.length > 0);
    const retry = sent?.columns.all.retries.at(-1);
    if (!sent || !retry || retry.ms >= SHORT) return [];
    return found(
      'retryTooShort',
      'note',
      { retry: retry.ms },
      { evidence: [atEntry(sent.exchange, retry.ordinal)] },
    );
  },
};
