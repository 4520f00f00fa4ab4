import { endedAt } from '../../session/exchangeTimes.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * Two connections or more were over (broken off, or ended, as Caddy does) after the same silence, give or take 150 ms or
 * 10 %, longer than any silence that a connection survived and than a second: an error, since it repeats. Or one broke off
 * after a silence that is a known time-out (30, 60, 100 s …): a warning, not certain. Without the bytes a comment may have
 * come that nobody saw: then it is not certain either.
 *
 * Not: connections that the page closed; lengths that do not depend on silence, which is `cutByAge`.
 */
export const cutWhenSilent: Rule = {
  code: 'cutWhenSilent',
  worst: 'error',
  needs: [],
  find(facts) {
    const cut = facts.cut();
    if (!cut) return [];
    const { connections, after, certain } = cut;
    const { exchange, columns } = connections.at(-1)!;
    const evidence = [
      ...connections.slice(-3).map((one) => atConnection(one.exchange)),
      atRange(columns.chunkTimes.at(-1)!, endedAt(exchange)),
    ];
    const severity = connections.length >= 2 ? 'error' : 'warning';
    return found(
      'cutWhenSilent',
      severity,
      { after, connections: connections.length },
      { evidence, certain },
    );
  },
};
