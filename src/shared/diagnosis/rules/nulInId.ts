import { ProblemKind } from '../../sse/types.ts';
import { problemsOf } from '../measures/problems.ts';
import { found } from '../model/finding.ts';
import { atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * An `id` contains U+0000 NULL. A warning: the ID is ignored, as the standard says. An error in Firefox, which drops the
 * whole event.
 *
 * Not: an empty `id`, which resets the last event ID.
 */
export const nulInId: Rule = {
  code: 'nulInId',
  worst: 'error',
  needs: ['bytes'],
  find({ connections, browser, stream }) {
    const problems = problemsOf(connections, ProblemKind.nulInId);
    if (!problems) return [];
    const { count, connection, samples } = problems;
    const dropped = browser === 'firefox' && stream.transport === 'EventSource';
    const evidence = samples
      .slice(0, 3)
      .map(({ ordinal, text }) => atEntry(connection.exchange, ordinal, text));
    return found('nulInId', dropped ? 'error' : 'warning', { count, dropped }, { evidence });
  },
};
