import { ProblemKind } from '../../sse/types.ts';
import { problemsOf } from '../measures/problems.ts';
import { found } from '../model/finding.ts';
import { atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * A byte order mark stands inside the stream, where it becomes part of a field's name: the line is ignored.
 *
 * Not: one at the very start, which is dropped.
 */
export const bom: Rule = {
  code: 'bom',
  worst: 'note',
  needs: ['bytes'],
  find({ connections }) {
    const problems = problemsOf(connections, ProblemKind.secondBom);
    if (!problems) return [];
    const { count, connection, samples } = problems;
    const evidence = samples
      .slice(0, 3)
      .map(({ ordinal, text }) => atEntry(connection.exchange, ordinal, text));
    return found('bom', 'note', { count }, { evidence });
  },
};
