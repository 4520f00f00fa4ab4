import { formatOf } from '../../shared/formats/formatOf.ts';
import { headerOf } from '../../shared/session/headerOf.ts';
import type { Header } from '../../shared/session/types.ts';
import { createParser } from '../../shared/sse/parse.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import { longTimeout, sleep } from '../longTimeout.ts';
import { codingsOf, decodedBody } from './decodeBody.ts';
import { headerPairs } from './headerPairs.ts';
import { sendRequest } from './sendRequest.ts';
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
  const time = new AbortController();
  const cancel = longTimeout(() => time.abort(), options.forMs);
  try {
    await record(url, recorder, options, AbortSignal.any([options.signal, time.signal, recorder.full]));
  } finally {
    cancel();
  }
}

async function record(
  url: string,
  recorder: SessionRecorder,
  options: RecordOptions,
  over: AbortSignal,
): Promise<void> {
  const { method, headers, body, events, insecure, reconnect, say } = options;
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
      ['Accept', headerOf(headers, 'accept') ?? 'text/event-stream'],
      ['Cache-Control', 'no-store'],
      // "If the EventSource object's last event ID string is not the empty string": set it, as UTF-8.
      ...(lastEventId === '' ? [] : [['Last-Event-ID', lastEventId] as Header]),
    ];
    const exchange = stream.exchange(sent);
    let failure = '';
    try {
      const response = await sendRequest(
        { url, method, headers: sent, body },
        { insecure, signal: over, redirected: exchange.redirected },
      );
      const status = response.statusCode ?? 0;
      exchange.responded(
        status,
        headerPairs(response.rawHeaders),
        `HTTP/${response.httpVersion}`,
        response.socket.remoteAddress ?? '',
      );
      const type = response.headers['content-type'] ?? '';
      const isStream = status === 200 && formatOf(type) !== undefined;
      const read = isStream ? decodedBody(response) : undefined;
      if (!read) {
        response.destroy();
        exchange.ended('error', `${status} ${type}`.trim());
        // "if res's status is not 200, or if res's `Content-Type` is not `text/event-stream`, then fail the connection."
        if (status === 204) say('204: the server wants no more connections.');
        const sentence = isStream
          ? `${url} answered with the content coding ${codingsOf(response).join(', ')}: that cannot be read here.`
          : `${url} answered ${status}${type ? ` with ${type}` : ''}: that is no event stream.`;
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

function withoutNames(headers: readonly Header[], names: readonly string[]): Header[] {
  return headers.filter(([name]) => !names.includes(name.toLowerCase()));
}
