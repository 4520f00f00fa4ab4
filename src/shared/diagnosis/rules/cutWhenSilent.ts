import { endedAt, isOver } from '../../session/exchangeTimes.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';
import type { StreamFacts } from '../model/streamFacts.ts';

/**
 * Two connections or more were over (broken off, or ended, as Caddy does) after the same silence, give or take 150 ms or
 * 10 %, longer than any silence that a connection survived and than a second: an error, since it repeats. Or one broke off
 * after a silence that is a known time-out (30, 60, 100 s …): a warning, not certain. Without the bytes a comment may have
 * come that nobody saw: then it is not certain either. Where the newest connection has no heartbeat, and has been silent for more than half
 * of that time, it tells when that one will be cut.
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
    const quiet = lastSilence(facts);
    const isOnItsWay = quiet !== undefined && quiet.silence > after / 2 && quiet.silence < after;
    if (isOnItsWay) evidence.push(atRange(quiet.from, undefined));
    const severity = connections.length >= 2 ? 'error' : 'warning';
    return found(
      'cutWhenSilent',
      severity,
      {
        after,
        connections: connections.length,
        left: isOnItsWay ? after - quiet.silence : undefined,
      },
      { evidence, certain },
    );
  },
};

/** The silence of the newest connection, while it is open and has no heartbeat. */
function lastSilence(facts: StreamFacts): { from: number; silence: number } | undefined {
  const { last, now } = facts;
  const from = last?.columns.chunkTimes.at(-1);
  if (!last || from === undefined || isOver(last.exchange) || facts.heartbeat(last)) return undefined;
  return { from, silence: facts.between(from, now) };
}
