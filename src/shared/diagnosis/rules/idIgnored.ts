import { found } from '../model/finding.ts';
import { atConnection, atRequestHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * `Last-Event-ID` was sent, and an event came again with the ID and the data that it had before.
 *
 * Not: IDs that begin again with other data, which is `idsRestart`; the last event alone, sent once more for safety.
 */
export const idIgnored: Rule = {
  code: 'idIgnored',
  worst: 'warning',
  needs: ['http'],
  find({ gaps }) {
    const ignored = gaps().filter(
      ({ idSent, repeated }) => idSent && repeated !== 'not provable' && repeated > 1,
    );
    const last = ignored.at(-1);
    if (!last?.after) return [];
    const evidence = [atRequestHeader(last.after, 'Last-Event-ID'), atConnection(last.after)];
    const repeated = ignored.reduce((sum, gap) => sum + Number(gap.repeated), 0);
    return found(
      'idIgnored',
      'warning',
      { sent: last.idSent!, repeated, times: ignored.length },
      { evidence },
    );
  },
};
