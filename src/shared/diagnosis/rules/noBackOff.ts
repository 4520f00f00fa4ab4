import { beganAt, endedAt, isOver } from '../../session/exchangeTimes.ts';
import { type Connection, wasNeverMade } from '../measures/connection.ts';
import { median } from '../measures/percentiles.ts';
import { found } from '../model/finding.ts';
import { atConnection } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LEAST = 5;
const SAME = 0.1;
const SHORT = 5000;

/**
 * Five attempts in a row that the page itself made (each with a new object or call) failed, and the waits between them are
 * equal, give or take 10 %, and shorter than 5 s.
 *
 * Not: the constant waits of the browser's own `EventSource`; waits that grow.
 */
export const noBackOff: Rule = {
  code: 'noBackOff',
  worst: 'warning',
  needs: ['page'],
  find({ connections, between }) {
    let run: Connection[] = [];
    const check = () => {
      const waits = run
        .slice(1)
        .map(({ exchange }, i) => between(endedAt(run[i]!.exchange)!, beganAt(exchange)));
      if (waits.length < LEAST) return undefined;
      const wait = median(waits);
      return wait < SHORT && waits.every((one) => Math.abs(one - wait) <= Math.max(50, wait * SAME))
        ? { wait, waits }
        : undefined;
    };
    for (const connection of connections) {
      if (wasNeverMade(connection)) continue;
      const before = run.at(-1);
      const isNew = before && before.exchange.stream !== connection.exchange.stream;
      const failed = connection.columns.chunkTimes.length === 0 && isOver(connection.exchange);
      if (!failed) run = [];
      else run = isNew || !before ? [...run, connection] : [connection];
    }
    const constant = check();
    if (!constant) return [];
    const evidence = run.slice(-3).map(({ exchange }) => atConnection(exchange));
    return found('noBackOff', 'warning', { attempts: run.length, wait: constant.wait }, { evidence });
  },
};
