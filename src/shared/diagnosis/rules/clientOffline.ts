import { found } from '../model/finding.ts';
import { atConnection, atMark } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * A connection broke off between 5 s before and 1 s after the page was told that the client is off line, or with a failure
 * that says so (`ERR_INTERNET_DISCONNECTED`, `ERR_NETWORK_CHANGED`, `NS_ERROR_OFFLINE`).
 *
 * Not: a server that is gone while the client is on line, which is `serverGone`.
 */
export const clientOffline: Rule = {
  code: 'clientOffline',
  worst: 'note',
  needs: [],
  find(facts) {
    const outages = facts.gaps().filter(({ cause }) => cause === 'offline');
    const last = outages.at(-1);
    if (!last) return [];
    const mark = facts.marks.findLast(({ kind }) => kind === 'offline');
    const evidence = [atConnection(last.before), ...(mark ? [atMark(mark)] : [])];
    return found('clientOffline', 'note', { outages: outages.length }, { evidence });
  },
};
