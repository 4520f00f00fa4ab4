import { isOver } from '../../session/exchangeTimes.ts';
import { headerOf } from '../../session/headerOf.ts';
import type { Exchange } from '../../session/types.ts';
import { isCrossOrigin } from '../measures/urls.ts';
import { type Finding, found } from '../model/finding.ts';
import { atConnection, atHeader, atRequestHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** What browsers say of a response that they keep from the page. */
const REFUSED = /ERR_FAILED|ERR_BLOCKED_BY_RESPONSE|BAD_URI|CORS/i;

/**
 * A stream of another origin was answered, the page got nothing of it and the stream failed, and its
 * `Access-Control-Allow-Origin` is missing, names another origin, or allows no credentials: it is `*`, or there is no
 * `Access-Control-Allow-Credentials: true`, and the request was made with credentials. Chromium then closes an
 * `EventSource`; Firefox asks again every 5 s for ever. Chromium does not show the headers of such a response without the wire:
 * then the browser's word for it (`ERR_FAILED`) is all there is, and it is not certain.
 *
 * Not: `*` without credentials; a failure of a stream of the page's own origin.
 */
export const cors: Rule = {
  code: 'cors',
  worst: 'error',
  needs: ['http'],
  find({ connections, stream, browser }) {
    const connection = connections.findLast(
      ({ exchange }) => isOver(exchange) && isCrossOrigin(stream.documentUrl, exchange.url),
    );
    if (!connection) return [];
    const { exchange, columns } = connection;
    const { http } = exchange;
    // Firefox's wire has read what the page was then not given.
    if (!http || (columns.all.entries > 0 && !REFUSED.test(http.error ?? ''))) return [];
    const error = http.error ?? '';
    const failed = exchange.end === 'error' || exchange.end === 'disconnect' || REFUSED.test(error);
    if (!failed || http.aborted) return [];
    if (!exchange.status) return unseen(stream.documentUrl, exchange, browser === 'firefox');
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

/** The browser refused the response of another origin, and its headers were not seen. */
function unseen(documentUrl: string, exchange: Exchange, asksAgain: boolean): Finding[] {
  const error = exchange.http?.error ?? '';
  if (!REFUSED.test(error)) return [];
  const parameters = {
    origin: new URL(documentUrl).origin,
    allowed: '',
    asksAgain,
    lacks: 'unseen' as const,
  };
  return found('cors', 'error', parameters, { evidence: [atConnection(exchange)], certain: false });
}
