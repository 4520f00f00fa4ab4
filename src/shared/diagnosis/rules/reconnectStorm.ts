import { beganAt } from '../../session/exchangeTimes.ts';
import { wasNeverMade } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const MANY = 10;
const WITHIN = 10_000;
const FEW = 3;
const SHORTLY = 1000;

/**
 * Ten connections of a stream within 10 s, or three within a second three times.
 *
 * Not: streams of several purposes that are opened side by side; a reconnection now and then.
 */
export const reconnectStorm: Rule = {
  code: 'reconnectStorm',
  worst: 'error',
  needs: [],
  find({ connections, between }) {
    const made = connections.filter((one) => !wasNeverMade(one) && one.exchange.method === 'GET');
    const began = made.map(({ exchange }) => beganAt(exchange));
    /** Index of the first of `count` that came within `ms`; -1 when there is none. */
    const within = (count: number, ms: number, from: number): number => {
      for (let i = from; i + count <= began.length; i++) {
        if (between(began[i]!, began[i + count - 1]!) <= ms) return i;
      }
      return -1;
    };
    let at = within(MANY, WITHIN, 0);
    let count = MANY;
    if (at < 0) {
      const starts: number[] = [];
      for (let i = 0; i >= 0 && starts.length < 3; ) {
        i = within(FEW, SHORTLY, i);
        if (i >= 0) {
          starts.push(i);
          i += FEW;
        }
      }
      if (starts.length < 3) return [];
      at = starts[0]!;
      count = starts[2]! + FEW - at;
    }
    const first = made[at]!;
    const last = made[at + count - 1]!;
    const from = beganAt(first.exchange);
    const to = beganAt(last.exchange);
    const retry = made
      .findLast(({ columns }) => columns.all.retries.length > 0)
      ?.columns.all.retries.at(-1)?.ms;
    const evidence = [atRange(from, to), atConnection(first.exchange), atConnection(last.exchange)];
    return found(
      'reconnectStorm',
      'error',
      { connections: count, within: between(from, to), retry },
      { evidence },
    );
  },
};
