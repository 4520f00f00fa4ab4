import { found } from '../model/finding.ts';
import { atConnection } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * After the stream came back its IDs are lower than before, with other data: the server began a new count. None of the
 * events is a repetition, and what was lost cannot be told.
 *
 * Not: events that come again with their data, which is `idIgnored`. Not certain where the stream was open before recording.
 */
export const idsRestart: Rule = {
  code: 'idsRestart',
  worst: 'warning',
  needs: [],
  find({ gaps, streams }) {
    const restarted = gaps().filter(({ restarted }) => restarted);
    const last = restarted.at(-1);
    if (!last?.after) return [];
    return found(
      'idsRestart',
      'warning',
      { before: last.idBefore, after: last.idAfter, times: restarted.length },
      {
        evidence: [atConnection(last.before), atConnection(last.after)],
        certain: !streams.some(({ openedBeforeRecording }) => openedBeforeRecording),
      },
    );
  },
};
