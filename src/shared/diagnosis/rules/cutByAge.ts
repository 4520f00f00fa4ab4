import { beganAt, endedAt } from '../../session/exchangeTimes.ts';
import { silenceAtEnd } from '../measures/arrival.ts';
import { isClosingEvent } from '../measures/closingEvent.ts';
import { hasTimes } from '../measures/connection.ts';
import { median } from '../measures/percentiles.ts';
import { haveSameEvents } from '../measures/sameEvents.ts';
import { found } from '../model/finding.ts';
import { atConnection } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** Limits on the length of a response that are known, s: two that fit are enough. */
const KNOWN_LIMITS = [10, 15, 25, 30, 55, 60, 90, 100, 120, 125, 230, 300, 600, 900];
/** Shorter connections are no question of age, ms. */
const LEAST = 1000;

/**
 * Three connections or more (two for a known limit: 10, 15, 25, 30, 55, 60, 90, 100, 120, 125, 230, 300, 600, 900 s) were
 * over, by a failure or an end, after lengths that differ by at most 150 ms or 3 %, while bytes flowed: the silence before
 * the end was less than half of the length.
 *
 * Not: cuts after the same silence, which is `cutWhenSilent`; ends after a closing event, which is `endlessRerequest`;
 * the same events each time.
 */
export const cutByAge: Rule = {
  code: 'cutByAge',
  worst: 'warning',
  needs: ['http'],
  find(facts) {
    const aged = facts.connections.flatMap((connection) => {
      const { exchange, columns } = connection;
      const end = endedAt(exchange);
      if (end === undefined || columns.all.entries === 0 || !hasTimes(connection)) return [];
      if (!['end', 'network', 'lost'].includes(facts.cause(connection))) return [];
      if (isClosingEvent(columns.all.lastEvents.at(-1))) return [];
      const length = facts.between(exchange.respondedAt ?? beganAt(exchange), end);
      if (length < LEAST || silenceAtEnd(exchange, columns, facts.now, facts.jumps) >= length / 2) return [];
      return [{ connection, length }];
    });
    const length = median(aged.map((one) => one.length));
    const same = aged.filter((one) => Math.abs(one.length - length) <= Math.max(150, length * 0.03) / 2);
    const known = KNOWN_LIMITS.some((s) => Math.abs(length - s * 1000) <= Math.max(150, s * 30));
    // The same events take the same time: then it is what is sent that ends, and no limit.
    const last = same.at(-1)?.connection;
    const before = same.at(-2)?.connection;
    if (last && before && haveSameEvents(last.columns, before.columns)) return [];
    // Others that ended at other ages speak against a limit: most of them have to agree.
    if (same.length < (known ? 2 : 3) || same.length < aged.length * 0.75) return [];
    const evidence = same.slice(-5).map(({ connection }) => atConnection(connection.exchange));
    return found('cutByAge', 'warning', { length, connections: same.length }, { evidence });
  },
};
