import { answeredBy, beganAt, knownUntil } from '../../session/exchangeTimes.ts';
import { headerOf } from '../../session/headerOf.ts';
import { outcomeOf } from '../../session/outcome.ts';
import type { Exchange, Header } from '../../session/types.ts';
import type { Redactor } from '../source/redact.ts';
import type { SessionSource } from '../source/sessionSource.ts';

/** Version of what stands under `_sse`. */
export const FILE_VERSION = 1;

/** What a HAR file says of the whole session. */
export function harLog(source: SessionSource, redactor: Redactor, isMasked: boolean) {
  const { session, streams, marks } = source;
  const pages = [
    {
      id: 'page_1',
      startedDateTime: iso(session.startedAt),
      title: redactor.text(session.title || session.url),
      pageTimings: {},
    },
  ];
  const sse = {
    version: FILE_VERSION,
    ...(isMasked ? { masked: true } : {}),
    session: { ...session, url: redactor.text(session.url), title: redactor.text(session.title) },
    streams: streams.map((stream) => ({
      ...stream,
      url: redactor.text(stream.url),
      documentUrl: redactor.text(stream.documentUrl),
      stack: redactor.text(stream.stack),
    })),
    marks: marks.map((mark) => ({ ...mark, detail: redactor.text(mark.detail) })),
  };
  return { pages, sse };
}

/** What a HAR entry says of an exchange, without what is read from its bytes. */
export function harEntry(source: SessionSource, exchange: Exchange, redactor: Redactor) {
  const stream = source.streams.find(({ id }) => id === exchange.stream);
  const { http } = exchange;
  const url = redactor.text(exchange.url);
  const begin = beganAt(exchange);
  const answered = answeredBy(exchange);
  const end = knownUntil(exchange);
  const failure = outcomeOf(exchange)?.detail;
  const headers = redactor.headers(exchange.headers ?? []);
  const head = {
    pageref: 'page_1',
    startedDateTime: iso(begin),
    time: Math.max(0, end - begin),
    request: {
      method: exchange.method,
      url,
      httpVersion: http?.protocol || 'unknown',
      headers: named(redactor.headers(http?.requestHeaders ?? [])),
      queryString: queryOf(url),
      cookies: [],
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: {
      send: 0,
      wait: answered === undefined ? Math.max(0, end - begin) : Math.max(0, answered - begin),
      receive: answered === undefined ? 0 : Math.max(0, end - answered),
    },
    ...(http?.remoteAddress ? { serverIPAddress: http.remoteAddress.replace(/^\[|\]$/g, '') } : {}),
    _resourceType: { EventSource: 'eventsource', fetch: 'fetch', XMLHttpRequest: 'xhr' }[
      stream?.transport ?? 'fetch'
    ],
  };
  const response = {
    status: exchange.status ?? 0,
    statusText: '',
    httpVersion: http?.protocol || 'unknown',
    headers: named(headers),
    cookies: [],
    redirectURL: '',
    headersSize: -1,
    bodySize: -1,
    ...(failure ? { _error: redactor.text(failure) } : {}),
  };
  const mimeType = headerOf(headers, 'content-type') ?? 'text/event-stream';
  return { head, response, mimeType, sse: sseOf(exchange, redactor) };
}

/** What of an exchange HAR has no place for. */
function sseOf(exchange: Exchange, redactor: Redactor): object {
  const { http, headers: _headers, url: _url, ...rest } = exchange;
  return {
    ...rest,
    ...(rest.error === undefined ? {} : { error: redactor.text(rest.error) }),
    ...(http
      ? {
          http: {
            ...http,
            requestHeaders: undefined,
            ...(http.error ? { error: redactor.text(http.error) } : {}),
            redirects: http.redirects.map((redirect) => ({
              ...redirect,
              from: redactor.text(redirect.from),
              to: redactor.text(redirect.to),
              headers: redactor.headers(redirect.headers),
            })),
            ...(http.evidence === undefined ? {} : { evidence: redactor.text(http.evidence) }),
          },
        }
      : {}),
  };
}

function named(headers: readonly Header[]): { name: string; value: string }[] {
  return headers.map(([name, value]) => ({ name, value }));
}

function queryOf(url: string): { name: string; value: string }[] {
  if (!URL.canParse(url)) return [];
  return [...new URL(url).searchParams].map(([name, value]) => ({ name, value }));
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
