import { beganAt } from '../../session/exchangeTimes.ts';
import { wasNeverMade } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** The page closes so soon after the error, ms. */
const SOON = 50;
/** It does not open that purpose again within, ms. */
const PATIENCE = 5000;

/**
 * The page called `close()` within 50 ms of the error by which an `EventSource` says that it reconnects, and did not open a
 * stream of the same purpose within 5 s.
 *
 * Not: a page that opens a new one by itself; a close while the connection was open.
 */
export const closedOnError: Rule = {
  code: 'closedOnError',
  worst: 'warning',
  needs: ['page'],
  find({ connections, now, between }) {
    for (const [i, closed] of connections.entries()) {
      const before = connections[i - 1];
      const { exchange } = closed;
      if (!before || closed.transport !== 'EventSource' || !wasNeverMade(closed)) continue;
      if (exchange.end !== 'close' || before.exchange.stream !== exchange.stream) continue;
      const closedAt = exchange.endedAt!;
      const after = between(exchange.startedAt, closedAt);
      const next = connections[i + 1];
      if (after > SOON || between(closedAt, next ? beganAt(next.exchange) : now) < PATIENCE) continue;
      const evidence = [atConnection(before.exchange), atRange(exchange.startedAt, closedAt)];
      return found('closedOnError', 'warning', { after }, { evidence });
    }
    return [];
  },
};
