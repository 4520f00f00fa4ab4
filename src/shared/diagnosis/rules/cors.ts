import { headerOf } from '../../session/headerOf.ts';
import { isOver } from '../measures/connection.ts';
import { isCrossOrigin } from '../measures/urls.ts';
import { found } from '../model/finding.ts';
import { atConnection, atHeader, atRequestHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** What browsers say of a response that they keep from the page. */
const REFUSED = /ERR_FAILED|ERR_BLOCKED_BY_RESPONSE|BAD_URI|CORS/i;

/**
 * A stream of another origin was answered, the page got nothing of it and the stream failed, and its
 * `Access-Control-Allow-Origin` is missing, names another origin, or allows no credentials: it is `*`, or there is no
 * `Access-Control-Allow-Credentials: true`, and the request was made with credentials. Chromium then closes an
 * `EventSource`; Firefox asks again every 5 s for ever.
 *
 * Not: `*` without credentials; a failure of a stream of the page's own origin.
 */
export const cors: Rule = {
  code: 'cors',
  worst: 'error',
  needs: ['http'],
  find({ connections, stream, browser }) {
    const connection = connections.findLast(({ exchange }) =>
      isCrossOrigin(stream.documentUrl, exchange.url),
    );
    if (!connection) return [];
    const { exchange, columns } = connection;
    const { http } = exchange;
    if (!http || !exchange.status || columns.all.entries > 0 || !isOver(exchange)) return [];
    const error = http.error ?? '';
    const failed = exchange.end === 'error' || exchange.end === 'disconnect' || REFUSED.test(error);
    if (!failed || http.aborted) return [];
    const origin = headerOf(http.requestHeaders, 'origin') ?? new URL(stream.documentUrl).origin;
    const allowed = headerOf(exchange.headers, 'access-control-allow-origin')?.trim();
    const base = { origin, allowed: allowed ?? '', asksAgain: browser === 'firefox' };
    const allow = atHeader(exchange, 'Access-Control-Allow-Origin');
    const evidence = [allow, atRequestHeader(exchange, 'Origin'), atConnection(exchange)];
    if (allowed === undefined) return found('cors', 'error', { ...base, lacks: 'header' }, { evidence });
    if (allowed !== '*' && allowed !== origin) {
      return found('cors', 'error', { ...base, lacks: 'origin' }, { evidence });
    }
    const credentials = headerOf(exchange.headers, 'access-control-allow-credentials')?.trim() === 'true';
    if (allowed === origin && credentials) return [];
    // A cookie shows that credentials were sent; the browser's refusal of a good answer shows that they were asked for.
    const sent = ['cookie', 'authorization'].some(
      (name) => headerOf(http.requestHeaders, name) !== undefined,
    );
    if (!sent && !(exchange.status === 200 && REFUSED.test(error))) return [];
    evidence.push(atHeader(exchange, 'Access-Control-Allow-Credentials'));
    return found('cors', 'error', { ...base, lacks: 'credentials' }, { evidence, certain: sent });
  },
};
