import { beganAt, isOver } from '../../session/exchangeTimes.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** Without an answer for so long, ms: a warning, an error, and, for a POST, which may take its time, a note. */
const WARN = 5000;
const FAIL = 30_000;

/**
 * The request was sent, has no status and no failure, and the client still waits: for 5 s (warning), for 30 s (error; a note
 * for a method other than GET, whose answer may take as long).
 *
 * Not: requests that wait for one of six connections, which is `sixConnections`; a reconnection that has not been asked for.
 */
export const noAnswer: Rule = {
  code: 'noAnswer',
  worst: 'error',
  needs: ['http'],
  find({ last, now, between }) {
    if (!last?.exchange.http || last.columns.chunkTimes.length > 0) return [];
    const { exchange } = last;
    if (isOver(exchange) || exchange.respondedAt !== undefined || exchange.status !== undefined) return [];
    const waited = between(beganAt(exchange), now);
    const isGet = exchange.method === 'GET';
    if (waited < (isGet ? WARN : FAIL)) return [];
    const severity = !isGet ? 'note' : waited >= FAIL ? 'error' : 'warning';
    const evidence = [atConnection(exchange), atRange(beganAt(exchange), undefined)];
    return found('noAnswer', severity, { waited, method: exchange.method }, { evidence });
  },
};
