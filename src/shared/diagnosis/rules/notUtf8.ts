import { ProblemKind } from '../../sse/types.ts';
import { hasBytes } from '../measures/connection.ts';
import { problemsOf } from '../measures/problems.ts';
import { found } from '../model/finding.ts';
import { atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * Bytes of the stream are not UTF-8: a client reads U+FFFD in their place. Where the bytes are not known, U+FFFD in the data
 * tells of it, which is not certain: the server may have sent that character.
 *
 * Not: a character that is cut by the end of a chunk, which is `splitCharacters`.
 */
export const notUtf8: Rule = {
  code: 'notUtf8',
  worst: 'error',
  needs: [],
  find({ connections, recent }) {
    const problems = problemsOf(connections, ProblemKind.invalidUtf8);
    if (problems) {
      const { count, connection, samples } = problems;
      const evidence = samples
        .slice(0, 3)
        .map(({ ordinal, text }) => atEntry(connection.exchange, ordinal, text));
      return found('notUtf8', 'error', { count }, { evidence });
    }
    for (const connection of recent.toReversed()) {
      if (hasBytes(connection)) continue;
      const replaced = connection.columns.all.lastEvents.filter(({ text }) => text?.includes('\uFFFD'));
      if (replaced.length === 0) continue;
      const evidence = replaced.slice(0, 3).map((one) => atEntry(connection.exchange, one.ordinal));
      return found('notUtf8', 'error', { count: replaced.length }, { evidence, certain: false });
    }
    return [];
  },
};
