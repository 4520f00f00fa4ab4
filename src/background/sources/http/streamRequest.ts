import { headerOf } from '../../../shared/session/headerOf.ts';
import type { Header, Transport } from '../../../shared/session/types.ts';

const EVENT_STREAM = 'text/event-stream';

/** It asks for an event stream and nothing else, as `EventSource` does: the same test as the page tap's for fetch. */
export function asksForStream(headers: readonly Header[]): boolean {
  const accept = (headerOf(headers, 'accept') ?? '').toLowerCase();
  return accept.includes(EVENT_STREAM) && !accept.includes(',');
}

/**
 * Which interface sent these headers, as far as they tell: an `EventSource` sends "Accept: text/event-stream" alone, and
 * its "request's cache mode" is 'no-store', which both browsers say as `Cache-Control: no-cache`. Firefox adds that
 * after extensions have looked: what is there by then, a script has set. A fetch has its `Referer` before
 * `Connection` there; an XMLHttpRequest without headers of its own cannot be told apart.
 */
export function transportOf(headers: readonly Header[]): Transport {
  if ((headerOf(headers, 'accept') ?? '').trim().toLowerCase() !== EVENT_STREAM) return 'fetch';
  const names = headers.map(([name]) => name.toLowerCase());
  const connection = names.indexOf('connection');
  // Chromium shows neither that one nor, since version 150, the cache mode: a script's request with this one header
  // looks the same.
  if (connection < 0)
    return ['', 'no-cache'].includes(headerOf(headers, 'cache-control') ?? '') ? 'EventSource' : 'fetch';
  const referer = names.indexOf('referer');
  return names.includes('cache-control') || (referer >= 0 && referer < connection) ? 'fetch' : 'EventSource';
}
