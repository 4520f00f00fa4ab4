import { ProblemKind } from '../../sse/types.ts';
import { problemsOf } from '../measures/problems.ts';
import { found } from '../model/finding.ts';
import { atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LEAST = 2;

/**
 * Two blocks or more have a type and no data: a client dispatches nothing.
 *
 * Not: blocks with only an `id` or a `retry`, by which a server primes a client (MCP does).
 */
export const withoutData: Rule = {
  code: 'withoutData',
  worst: 'warning',
  needs: ['bytes'],
  find({ connections }) {
    const problems = problemsOf(connections, ProblemKind.noData);
    const typed = problems?.samples.filter(({ text }) => /^event:?/m.test(text)) ?? [];
    if (!problems || typed.length < LEAST) return [];
    const evidence = typed
      .slice(0, 3)
      .map(({ ordinal, text }) => atEntry(problems.connection.exchange, ordinal, text));
    const blocks = typed.length === problems.samples.length ? problems.count : typed.length;
    return found('withoutData', 'warning', { blocks }, { evidence });
  },
};
