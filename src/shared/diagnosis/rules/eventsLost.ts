import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * IDs that count up by one, in the connection before and in the one after, leave a hole where the stream was without a
 * connection.
 *
 * Not: IDs that do not count up by one; IDs that begin again, which is `idsRestart`.
 */
export const eventsLost: Rule = {
  code: 'eventsLost',
  worst: 'error',
  needs: [],
  find({ gaps }) {
    const holes = gaps().filter(({ lost }) => lost !== 'not provable' && lost > 0);
    const last = holes.at(-1);
    if (!last?.after) return [];
    const lost = holes.reduce((sum, gap) => sum + Number(gap.lost), 0);
    return found(
      'eventsLost',
      'error',
      { lost, before: last.idBefore, after: last.idAfter, times: holes.length },
      { evidence: [atRange(last.from, last.to), atConnection(last.before), atConnection(last.after)] },
    );
  },
};
