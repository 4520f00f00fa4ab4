import { ProblemKind } from '../../sse/types.ts';
import { problemsOf } from '../measures/problems.ts';
import { found } from '../model/finding.ts';
import { atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** How JSON, or a further line of it, begins. */
const JSON_LIKE = /^[\s{}[\]"]/;

/**
 * Lines that are no field begin as JSON does (`{`, `}`, `[`, `]`, `"`), or with white space: the data had line breaks and
 * only its first line was prefixed, or something was written bare into the stream. A client ignores them.
 *
 * Not: fields that are merely unknown, as a misspelt name.
 */
export const linesWithoutData: Rule = {
  code: 'linesWithoutData',
  worst: 'error',
  needs: ['bytes'],
  find({ connections }) {
    const problems = problemsOf(connections, ProblemKind.unknownField);
    const bare = problems?.samples.filter(({ text }) => JSON_LIKE.test(text)) ?? [];
    if (!problems || bare.length === 0) return [];
    const evidence = bare
      .slice(0, 5)
      .map(({ ordinal, text }) => atEntry(problems.connection.exchange, ordinal, text));
    const lines = bare.length === problems.samples.length ? problems.count : bare.length;
    return found('linesWithoutData', 'error', { lines }, { evidence });
  },
};
