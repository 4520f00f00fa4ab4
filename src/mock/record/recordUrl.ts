import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Header } from '../../shared/session/types.ts';
import { createParser } from '../../shared/sse/parse.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { SessionRecorder } from './sessionRecorder.ts';

export interface RecordOptions {
  method: string;
  headers: Header[];
  body: string | Uint8Array | undefined;
  /** Ends after so many ms, or events. */
  forMs: number;
  events: number;
  /** Comes again after the end of a response, as an `EventSource` does. */
  reconnect: boolean;
  /** Certificates are not checked. */
  insecure: boolean;
  signal: AbortSignal;
  /** Told of what happens, in words. */
  say(text: string): void;
}

/** "A reconnection time, in milliseconds. This must initially be an implementation-defined value": as Chromium has it. */
const RECONNECTION_TIME = 3000;
const MOST_REDIRECTS = 20;

/**
 * Records a stream as an `EventSource` would read it: reconnects after the end of a response, sends `Last-Event-ID`, minds `retry`,
 * and gives up where the standard says so.
 *
 * @throws with a sentence when the first connection gives no event stream
 */
export async function recordUrl(
  url: string,
  recorder: SessionRecorder,
  options: RecordOptions,
): Promise<void> {
  const { method, headers, body, events, reconnect, say } = options;
  const over = AbortSignal.any([
    options.signal,
    ...(Number.isFinite(options.forMs) ? [AbortSignal.timeout(options.forMs)] : []),
  ]);
  const stream = recorder.stream({
    url,
    method,
    transport: method === 'GET' ? 'EventSource' : 'fetch',
    documentUrl: '',
  });
  let retry = RECONNECTION_TIME;
  for (let attempt = 1; !over.aborted && stream.events < events; attempt++) {
    const { lastEventId } = stream;
    const sent: Header[] = [
      ...withoutNames(headers, ['accept', 'cache-control', 'last-event-id']),
      ['Accept', headerValue(headers, 'accept') ?? 'text/event-stream'],
      ['Cache-Control', 'no-store'],
      // "If the EventSource object's last event ID string is not the empty string": set it, as UTF-8.
      ...(lastEventId === '' ? [] : [['Last-Event-ID', lastEventId] as Header]),
    ];
    const exchange = stream.exchange(sent);
    let failure = '';
    try {
      const { response, body: read } = await connect(url, method, sent, body, options.insecure, over);
      const status = response.statusCode ?? 0;
      exchange.responded(
        status,
        pairs(response.rawHeaders),
        `HTTP/${response.httpVersion}`,
        response.socket.remoteAddress ?? '',
      );
      const type = response.headers['content-type'] ?? '';
      const isStream = status === 200 && /^\s*text\/event-stream\s*(;|$)/i.test(type);
      if (!isStream) {
        response.destroy();
        exchange.ended('error', `${status} ${type}`.trim());
        // "if res's status is not 200, or if res's `Content-Type` is not `text/event-stream`, then fail the connection."
        if (status === 204) say('204: the server wants no more connections.');
        const sentence = `${url} answered ${status}${type ? ` with ${type}` : ''}: that is no event stream.`;
        if (attempt === 1 && status !== 204) throw new RecordError(sentence);
        if (status !== 204) say(sentence);
        return;
      }
      say(`${attempt === 1 ? 'Connected' : `Connected again (${attempt})`}: ${status} ${type}`);
      const parser = createParser({
        entry(kind, _from, _to, detail) {
          if (kind === EntryKind.retry) retry = detail;
        },
      });
      for await (const bytes of read as AsyncIterable<Uint8Array>) {
        exchange.chunk(bytes);
        parser.push(bytes);
        if (stream.events >= events) break;
      }
      const enough = stream.events >= events;
      exchange.ended(enough ? 'close' : 'end');
      if (enough) return;
    } catch (error) {
      if (error instanceof RecordError) throw error;
      if (over.aborted) {
        exchange.ended('close');
        return;
      }
      failure = (error as Error).message;
      exchange.ended('error', failure);
      if (attempt === 1 && exchange.events === 0 && stream.events === 0)
        throw new RecordError(`${url} cannot be reached: ${failure}.`);
    }
    if (!reconnect) return;
    say(
      `${failure || 'The response ended'}; again in ${retry} ms${stream.lastEventId ? ` after ID ${stream.lastEventId}` : ''}.`,
    );
    await sleep(retry, over);
  }
}

/** What is wrong, in a sentence for the user. */
export class RecordError extends Error {
  override name = 'RecordError';
}

async function connect(
  url: string,
  method: string,
  headers: Header[],
  body: string | Uint8Array | undefined,
  insecure: boolean,
  signal: AbortSignal,
): Promise<{ response: IncomingMessage; body: Readable }> {
  let to = url;
  for (let redirects = 0; ; redirects++) {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request: ClientRequest = (to.startsWith('https:') ? requestHttps : requestHttp)(
        to,
        {
          method,
          // Node writes headers byte by byte: UTF-8 has to be that already.
          headers: Object.fromEntries(
            headers.map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
          ),
          agent: false,
          signal,
          rejectUnauthorized: !insecure,
        },
        resolve,
      );
      request.on('error', reject);
      request.end(body);
    });
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined)
      return { response, body: decoded(response) };
    response.resume();
    if (redirects === MOST_REDIRECTS) throw new RecordError('There are too many redirects.');
    to = new URL(location, to).href;
  }
}

/** The body without its coding: entries are read from what the server meant. */
export function decoded(response: IncomingMessage): Readable {
  const coding = response.headers['content-encoding']?.toLowerCase();
  const unzip =
    coding === 'gzip' || coding === 'x-gzip'
      ? createGunzip()
      : coding === 'br'
        ? createBrotliDecompress()
        : coding === 'deflate'
          ? createInflate()
          : undefined;
  if (!unzip) return response;
  response.on('error', (error) => unzip.destroy(error));
  return response.pipe(unzip);
}

/** As they stand in the message, names in their own case. */
export function pairs(raw: readonly string[]): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([raw[i]!, raw[i + 1]!]);
  return headers;
}

function withoutNames(headers: readonly Header[], names: readonly string[]): Header[] {
  return headers.filter(([name]) => !names.includes(name.toLowerCase()));
}

function headerValue(headers: readonly Header[], wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
