import { ProblemKind } from '../../sse/types.ts';
import { problemsOf } from '../measures/problems.ts';
import { found } from '../model/finding.ts';
import { atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * A `retry` field has a value that is not only ASCII digits: it is ignored.
 *
 * Not: `retry: 3000`.
 */
export const retryInvalid: Rule = {
  code: 'retryInvalid',
  worst: 'warning',
  needs: ['bytes'],
  find({ connections }) {
    const problems = problemsOf(connections, ProblemKind.invalidRetry);
    if (!problems) return [];
    const { count, connection, samples } = problems;
    const evidence = samples
      .slice(0, 3)
      .map(({ ordinal, text }) => atEntry(connection.exchange, ordinal, text));
    return found('retryInvalid', 'warning', { count }, { evidence });
  },
};
