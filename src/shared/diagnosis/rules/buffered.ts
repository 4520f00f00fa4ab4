import { hasChunkTimes } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * Three lumps or more, each of 3 blocks or more after a pause of 50 ms or more, at least half of which end in the middle of
 * a block or are a multiple of 4,096 bytes; two are enough when they have the same multiple. The first lump counts when it
 * comes a second or more after the request.
 *
 * Not: batches that end where blocks end; single large events that need several packets; one burst after opening.
 */
export const buffered: Rule = {
  code: 'buffered',
  worst: 'warning',
  needs: ['bytes'],
  find(facts) {
    for (const connection of facts.recent.toReversed()) {
      if (!hasChunkTimes(connection)) continue;
      const { buffered, telling, size, pause, lumps } = facts.lumps(connection);
      if (!buffered) continue;
      const evidence = [
        atConnection(connection.exchange),
        ...lumps.slice(0, 3).map(({ at, pause }) => atRange(at - pause, at)),
      ];
      return found('buffered', 'warning', { lumps: telling, size, pause }, { evidence });
    }
    return [];
  },
};
