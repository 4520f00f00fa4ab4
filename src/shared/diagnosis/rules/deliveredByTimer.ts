import { findBursts } from '../measures/bursts.ts';
import { hasTimes } from '../measures/connection.ts';
import { ownTimesOf } from '../measures/ownTimes.ts';
import { ascending } from '../measures/percentiles.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** Own times of a burst that spread over so much of the distance between bursts prove that they were collected. */
const SPREAD = 0.5;

/**
 * Five bursts or more, 200 ms or more apart, whose distances differ by at most 5 %, with five events on average. A warning
 * with proof: times in the data (`ts`, `sentAt`, `created` …) that spread over half of the distance inside a burst; else a
 * note, for a server may send like that on purpose.
 *
 * Not: distances under 200 ms; data whose own times agree with the burst; lumps that cut blocks, which is `buffered`.
 */
export const deliveredByTimer: Rule = {
  code: 'deliveredByTimer',
  worst: 'warning',
  needs: [],
  find(facts) {
    for (const connection of facts.recent.toReversed()) {
      if (!hasTimes(connection) || facts.lumps(connection).buffered) continue;
      const { exchange, columns } = connection;
      const bursts = findBursts(columns, facts.jumps);
      if (!bursts) continue;
      const own = ownTimesOf(columns.all.lastEvents);
      const spreads = bursts.starts.flatMap((start, i) => {
        const end = bursts.starts[i + 1] ?? Infinity;
        const made = own.filter(({ arrived }) => arrived >= start && arrived < end).map((one) => one.made);
        return made.length >= 3 ? [rangeOf(made)] : [];
      });
      const wide = spreads.filter((one) => one >= bursts.period * SPREAD).length;
      const proven = spreads.length >= 3 && wide >= spreads.length / 2;
      // The data itself says that it was made in the burst.
      if (spreads.length >= 3 && !proven) continue;
      const { period, count, eventsPerBurst, starts } = bursts;
      const evidence = [atConnection(exchange), atRange(starts.at(-2)!, starts.at(-1)!)];
      const parameters = { period, bursts: count, eventsPerBurst, proven };
      return found('deliveredByTimer', proven ? 'warning' : 'note', parameters, {
        evidence,
        certain: proven,
      });
    }
    return [];
  },
};

function rangeOf(values: readonly number[]): number {
  const sorted = ascending(values);
  return sorted.at(-1)! - sorted[0]!;
}
