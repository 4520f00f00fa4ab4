import { EntryKind } from '../../sse/types.ts';
import { entryTime } from '../readSegment.ts';
import type { Exchange, Header } from '../types.ts';
import { eventsOf } from './events.ts';
import type { Redactor } from './redact.ts';
import type { SessionSource } from './source.ts';

/** Version of what stands under `_sse`. */
export const FILE_VERSION = 1;

/** Text is handed over in pieces of about so many characters. */
const PIECE = 256 * 1024;

/**
 * A session as a HAR 1.2 file, piece by piece: one entry for each exchange, the whole stream in its
 * `response.content.text` (base64 where the bytes are not UTF-8). Chrome's own `_eventSourceMessages` lets its Network
 * panel show the events; what HAR has no place for is under `_sse`.
 */
export async function* writeHar(
  source: SessionSource,
  redactor: Redactor,
  version: string,
): AsyncGenerator<string> {
  const { session, streams, exchanges, marks } = source;
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
    session: { ...session, url: redactor.text(session.url), title: redactor.text(session.title) },
    streams: streams.map((stream) => ({
      ...stream,
      url: redactor.text(stream.url),
      documentUrl: redactor.text(stream.documentUrl),
      stack: redactor.text(stream.stack),
    })),
    marks: marks.map((mark) => ({ ...mark, detail: redactor.text(mark.detail) })),
  };
  yield `{"log":{"version":"1.2","creator":${JSON.stringify({ name: 'SSE Scope', version })},`;
  yield `"pages":${JSON.stringify(pages)},"_sse":${JSON.stringify(sse)},"entries":[`;
  let first = true;
  for (const exchange of exchanges) {
    yield first ? '\n' : ',\n';
    first = false;
    yield* writeEntry(source, exchange, redactor);
  }
  yield '\n]}}\n';
}

async function* writeEntry(
  source: SessionSource,
  exchange: Exchange,
  redactor: Redactor,
): AsyncGenerator<string> {
  const stream = source.streams.find(({ id }) => id === exchange.stream);
  const { http } = exchange;
  const url = redactor.text(exchange.url);
  const begin = http?.requestedAt ?? exchange.startedAt;
  const answered = exchange.respondedAt ?? exchange.firstAt;
  const end = http?.completedAt ?? exchange.endedAt ?? exchange.lastAt ?? answered ?? begin;
  const failure = exchange.error || http?.error;
  const isUtf8 = await isUtf8Throughout(source, exchange.id);
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
  const mimeType =
    headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'text/event-stream';
  yield JSON.stringify(head).slice(0, -1);
  yield `,"response":${JSON.stringify(response).slice(0, -1)},"content":{"size":${exchange.bytes},`;
  yield `"mimeType":${JSON.stringify(mimeType)},${isUtf8 ? '' : '"encoding":"base64",'}"text":"`;
  yield* isUtf8 ? textOf(source, exchange.id) : base64Of(source, exchange.id);
  yield '"}},"_eventSourceMessages":[';
  yield* messagesOf(source, exchange.id);
  yield `],"_sse":${JSON.stringify(sseOf(exchange, redactor)).slice(0, -1)}`;
  yield* chunksOf(source, exchange);
  yield* entriesOf(source, exchange);
  yield '}}';
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

async function isUtf8Throughout(source: SessionSource, exchange: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for await (const { bytes } of source.segments(exchange)) decoder.decode(bytes, { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** The bytes as the inside of a JSON string. */
async function* textOf(source: SessionSource, exchange: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const { bytes } of source.segments(exchange)) {
    yield JSON.stringify(decoder.decode(bytes, { stream: true })).slice(1, -1);
  }
}

async function* base64Of(source: SessionSource, exchange: string): AsyncGenerator<string> {
  let left = new Uint8Array(0);
  for await (const { bytes } of source.segments(exchange)) {
    const all = new Uint8Array(left.length + bytes.length);
    all.set(left);
    all.set(bytes, left.length);
    // Three bytes are four letters: what is over waits for the next piece.
    const whole = all.length - (all.length % 3);
    yield toBase64(all.subarray(0, whole));
    left = all.slice(whole);
  }
  yield toBase64(left);
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}

/** As Chrome writes them: the time in seconds. */
async function* messagesOf(source: SessionSource, exchange: string): AsyncGenerator<string> {
  let piece = '';
  let first = true;
  for await (const { time, type, lastEventId, data } of eventsOf(source, exchange)) {
    if (!first) piece += ',';
    first = false;
    piece += JSON.stringify({ time: time / 1000, eventName: type, eventId: lastEventId, data });
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** Where each chunk ends in the bytes, and when it came: ms after the exchange began, rounded to microseconds. */
async function* chunksOf(source: SessionSource, { id, startedAt }: Exchange): AsyncGenerator<string> {
  yield ',"chunks":[';
  let first = true;
  for await (const { base, chunkEnds, chunkTimes, continues } of source.segments(id)) {
    let piece = '';
    for (let i = 0; i < chunkEnds.length; i++) {
      // A chunk that goes on in the next segment ends there.
      if (continues && i === chunkEnds.length - 1) break;
      piece += `${first ? '' : ','}[${base + chunkEnds[i]!},${Math.round((chunkTimes[i]! - startedAt) * 1000) / 1000}]`;
      first = false;
    }
    yield piece;
  }
  yield ']';
}

/** Entries that are no events: kind, byte range, time after the exchange began. They can be read from the bytes too. */
async function* entriesOf(source: SessionSource, { id, startedAt }: Exchange): AsyncGenerator<string> {
  const names = {
    [EntryKind.comment]: 'comment',
    [EntryKind.retry]: 'retry',
    [EntryKind.problem]: 'problem',
  };
  yield ',"entries":[';
  let first = true;
  for await (const segment of source.segments(id)) {
    let piece = '';
    for (let i = 0; i < segment.kinds.length; i++) {
      const kind = segment.kinds[i]!;
      if (kind === EntryKind.event) continue;
      const end = segment.base + segment.ends[i]!;
      const entry = {
        kind: names[kind as 1 | 2 | 3] ?? 'incomplete',
        start: end - segment.lengths[i]!,
        end,
        at: Math.round((entryTime(segment, i) - startedAt) * 1000) / 1000,
        value: segment.values[i],
      };
      piece += (first ? '' : ',') + JSON.stringify(entry);
      first = false;
    }
    yield piece;
  }
  yield ']';
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
