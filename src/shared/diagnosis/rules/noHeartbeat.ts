import { beganAt, endedAt } from '../../session/exchangeTimes.ts';
import { hasBytes, hasTimes } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LEAST_OPEN = 60_000;
const LEAST_SILENCE = 25_000;

/**
 * A GET was open for 60 s or more, was silent for 25 s or more in it, and has neither a comment nor an event type with a
 * rhythm.
 *
 * Not: streams that were never silent for 25 s; other methods; a cut after silence, which is `cutWhenSilent`.
 */
export const noHeartbeat: Rule = {
  code: 'noHeartbeat',
  worst: 'note',
  needs: ['bytes'],
  find(facts) {
    const { last } = facts;
    if (!last || !hasBytes(last) || !hasTimes(last) || last.exchange.method !== 'GET') return [];
    const { exchange, columns } = last;
    if (columns.all.entries === 0) return [];
    const open = facts.between(exchange.respondedAt ?? beganAt(exchange), endedAt(exchange) ?? facts.now);
    const { longestSilence: silence } = facts.arrival(last);
    if (open < LEAST_OPEN || silence < LEAST_SILENCE || columns.all.comments > 0) return [];
    if (facts.heartbeat(last)) return [];
    const longest = columns.all.silences[0];
    const evidence = [atConnection(exchange), ...(longest ? [atRange(longest.from, longest.to)] : [])];
    return found('noHeartbeat', 'note', { silence, open }, { evidence });
  },
};
