import { found } from '../model/finding.ts';
import { atConnection, atRequestHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * Events had IDs, the page opened a new stream of the same purpose, and its request has neither `Last-Event-ID` nor the last
 * ID in its address.
 *
 * Not: reconnections of the browser's own `EventSource`, which sends it; an address with the ID (`?after=…`).
 */
export const lastIdNotSent: Rule = {
  code: 'lastIdNotSent',
  worst: 'warning',
  needs: ['page', 'http'],
  find({ gaps }) {
    const anew = gaps().filter(({ before, after, idBefore, idSent }) => {
      if (!after?.http || after.stream === before.stream || idBefore === '' || idSent) return false;
      return !decoded(after.url).includes(idBefore);
    });
    const last = anew.at(-1);
    if (!last?.after) return [];
    const evidence = [atConnection(last.after), atRequestHeader(last.after, 'Last-Event-ID')];
    return found('lastIdNotSent', 'warning', { lastId: last.idBefore, times: anew.length }, { evidence });
  },
};

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
