import { hasBytes } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const NOTE = 25_000;
const WARN = 55_000;
/** The heartbeat is what keeps the connection alive where silences are nearly as long as its period. */
const CARRIES = 0.8;

/**
 * The heartbeat has a period of 25 s or more (a note), of 55 s or more (a warning: it does not beat the time-outs of 55 s at
 * Heroku, and of 60 s at nginx, Apache and AWS), and the connection is silent for as long.
 *
 * Not: a slow heartbeat beside events that come often enough by themselves.
 */
export const heartbeatTooSlow: Rule = {
  code: 'heartbeatTooSlow',
  worst: 'warning',
  needs: ['bytes'],
  find(facts) {
    const connection = facts.connections.findLast((one) => hasBytes(one) && facts.heartbeat(one));
    if (!connection) return [];
    const { period, jitter, by } = facts.heartbeat(connection)!;
    if (period < NOTE || facts.arrival(connection).longestSilence < period * CARRIES) return [];
    return found(
      'heartbeatTooSlow',
      period >= WARN ? 'warning' : 'note',
      { period, jitter, by: by.kind === 'comment' ? '' : by.type },
      { evidence: [atConnection(connection.exchange)] },
    );
  },
};
