import { beganAt } from '../../session/exchangeTimes.ts';
import { findBursts } from '../measures/bursts.ts';
import { hasTimes } from '../measures/connection.ts';
import { ownTimesOf } from '../measures/ownTimes.ts';
import { ascending, percentile } from '../measures/percentiles.ts';
import { found } from '../model/finding.ts';
import { atConnection, atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LEAST_EVENTS = 10;
const LATE = 1000;
/** What comes so soon after the answer may be history, ms. */
const HISTORY = 1000;

/**
 * Data of ten events or more tells its own time (`ts`, `sentAt`, `created` …), and the time from there to the arrival, less
 * its minimum, is 1 s or more for one event in twenty, without a lump or a timer that explains it.
 *
 * Not: a constant difference, since clocks differ; history that is sent when the stream opens.
 */
export const ownTimesLate: Rule = {
  code: 'ownTimesLate',
  worst: 'warning',
  needs: [],
  find(facts) {
    for (const connection of facts.recent.toReversed()) {
      const { exchange, columns } = connection;
      if (!hasTimes(connection)) continue;
      const opened = exchange.respondedAt ?? beganAt(exchange);
      const own = ownTimesOf(columns.all.lastEvents).filter(({ arrived }) => arrived > opened + HISTORY);
      if (own.length < LEAST_EVENTS) continue;
      const least = own.reduce((min, { arrived, made }) => Math.min(min, arrived - made), Infinity);
      const delays = own.map(({ arrived, made }) => arrived - made - least);
      const delay = percentile(ascending(delays), 95);
      if (delay < LATE || facts.lumps(connection).buffered || findBursts(columns, facts.jumps)) continue;
      const worst = own.reduce((most, one) =>
        one.arrived - one.made > most.arrived - most.made ? one : most,
      );
      return found(
        'ownTimesLate',
        'warning',
        { delay, events: own.length },
        { evidence: [atEntry(exchange, worst.sample.ordinal), atConnection(exchange)], certain: false },
      );
    }
    return [];
  },
};
