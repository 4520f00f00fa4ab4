import { hasOtherType } from './hasOtherType.ts';
import type { Exchange, HttpSide } from './types.ts';

/** What the HTTP layer saw of an exchange, without headers and texts. */
export type HttpOutline = Omit<HttpSide, 'requestHeaders' | 'redirects' | 'evidence'>;

/**
 * An exchange without what is read only when somebody looks at it: headers, redirects, evidence. Some 300 bytes instead
 * of some thousands, since a day of attempts to reach a dead server is ten thousands of exchanges.
 */
export type ExchangeOutline = Omit<Exchange, 'headers' | 'http'> & {
  http?: HttpOutline;
  /** It was answered by something that is no event stream: its headers said so. */
  otherType?: true;
};

const SHARED = [
  'stream',
  'session',
  'method',
  'url',
  'fidelity',
  'end',
  'error',
  'lastEventIdBefore',
] as const;
const SHARED_HTTP = ['protocol', 'remoteAddress', 'error'] as const;

/**
 * The outline of an exchange.
 *
 * @param like - the exchange before: texts that are equal are the same object then, and take no memory of their own
 */
export function outlineOf(exchange: Exchange, like: ExchangeOutline | undefined): ExchangeOutline {
  const { headers: _headers, http, ...outline } = exchange;
  const shared: ExchangeOutline = outline;
  if (hasOtherType(exchange)) shared.otherType = true;
  if (like) share(shared, like, SHARED);
  if (!http) return shared;
  const {
    requestHeaders: _requestHeaders,
    redirects: _redirects,
    evidence: _evidence,
    ...httpOutline
  } = http;
  if (like?.http) share(httpOutline, like.http, SHARED_HTTP);
  shared.http = httpOutline;
  return shared;
}

function share<T extends object>(into: T, from: T, names: readonly (keyof T)[]): void {
  for (const name of names)
    if (into[name] === from[name] && into[name] !== undefined) into[name] = from[name];
}
