import { isOver } from '../../session/exchangeTimes.ts';
import { found } from '../model/finding.ts';
import { atConnection } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const GONE =
  /CONNECTION_REFUSED|NAME_NOT_RESOLVED|ADDRESS_UNREACHABLE|UNKNOWN_HOST|ECONNREFUSED|ENOTFOUND|EHOSTUNREACH/;

/**
 * An attempt to connect was refused, or its address was not found. An error while the newest connection is one of these, a
 * warning once the server is back. Firefox does not try again after the first refusal; Chromium asks for ever.
 *
 * Not: a client that is off line, which is `clientOffline`; a connection that broke after it had been made.
 */
export const serverGone: Rule = {
  code: 'serverGone',
  worst: 'error',
  needs: ['http'],
  find({ connections, browser, stream }) {
    const refused = connections.filter(
      ({ exchange, columns }) => GONE.test(exchange.http?.error ?? '') && columns.chunkTimes.length === 0,
    );
    const lastRefused = refused.at(-1);
    if (!lastRefused) return [];
    const since = connections.slice(connections.indexOf(lastRefused) + 1);
    const isBack = since.some(({ columns }) => columns.chunkTimes.length > 0);
    const gaveUp = browser === 'firefox' && stream.state === 'ended' && isOver(lastRefused.exchange);
    const { exchange } = lastRefused;
    return found(
      'serverGone',
      isBack ? 'warning' : 'error',
      { attempts: refused.length, error: exchange.http!.error!, gaveUp: gaveUp && !isBack },
      { evidence: [atConnection(refused[0]!.exchange), atConnection(exchange)] },
    );
  },
};
