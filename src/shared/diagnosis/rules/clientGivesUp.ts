import { beganAt, endedAt } from '../../session/exchangeTimes.ts';
import type { Connection } from '../measures/connection.ts';
import { median } from '../measures/percentiles.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';
import type { StreamFacts } from '../model/streamFacts.ts';

/** Silences that differ by no more than this part of them are one time-out. */
const SAME = 0.1;
/** The next request comes within, ms. */
const SOON = 10_000;
/** A mark so shortly before explains it, ms. */
const EXPLAINED = 200;
/** A client that waits for less is no client with a time-out, ms. */
const LEAST = 500;

/**
 * The page aborted or closed two connections or more after the same silence, give or take 10 %, and asked again within 10 s
 * each time.
 *
 * Not: a change of visibility or a navigation within 200 ms before; silences that differ, for then a user did it.
 */
export const clientGivesUp: Rule = {
  code: 'clientGivesUp',
  worst: 'warning',
  needs: ['page'],
  find(facts) {
    const givenUp = facts.connections.flatMap((connection, i) => {
      const silence = silenceOf(facts, connection, facts.connections[i + 1]);
      return silence === undefined ? [] : [{ connection, silence }];
    });
    if (givenUp.length < 2) return [];
    const after = median(givenUp.map(({ silence }) => silence));
    const same = givenUp.filter(({ silence }) => Math.abs(silence - after) <= after * SAME);
    if (same.length < 2 || same.length < givenUp.length * 0.75) return [];
    const { exchange, columns } = same.at(-1)!.connection;
    const beating = facts.connections.findLast((one) => facts.heartbeat(one));
    const period = beating && facts.heartbeat(beating)!.period;
    const evidence = [
      ...same.slice(-3).map(({ connection }) => atConnection(connection.exchange)),
      atRange(columns.chunkTimes.at(-1)!, endedAt(exchange)),
    ];
    return found('clientGivesUp', 'warning', { after, times: same.length, period }, { evidence });
  },
};

/** Silence before the page gave a connection up for the next one; undefined where it did not, or where a mark explains it. */
function silenceOf(
  { between, marks }: StreamFacts,
  { exchange, columns }: Connection,
  next: Connection | undefined,
): number | undefined {
  const { end } = exchange;
  const ended = endedAt(exchange);
  const last = columns.chunkTimes.at(-1);
  if (end !== 'abort' && end !== 'close' && end !== 'cancel') return undefined;
  if (!next || ended === undefined || last === undefined) return undefined;
  if (between(ended, beganAt(next.exchange)) > SOON) return undefined;
  const explained = marks.some(
    ({ kind, at }) =>
      (kind === 'visibility' || kind === 'navigation') && at <= ended && at >= ended - EXPLAINED,
  );
  const silence = between(last, exchange.endedAt ?? ended);
  return explained || silence < LEAST ? undefined : silence;
}
