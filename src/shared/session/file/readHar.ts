import { encodeBlock } from '../../sse/encode.ts';
import type {
  EndCause,
  Exchange,
  Fidelity,
  Header,
  HttpSide,
  Mark,
  MarkKind,
  Session,
  Stream,
  Transport,
} from '../types.ts';
import { FileError } from './fileError.ts';
import {
  countOr,
  type Fields,
  fieldsOf,
  headersOf,
  listOf,
  numberOr,
  oneOf,
  textOr,
  timeOr,
} from './untrusted.ts';
import { FILE_VERSION } from './writeHar.ts';

/** The bytes of one exchange, and when they came. */
export interface ReadBytes {
  bytes: Uint8Array;
  /** Offset after each chunk, ascending; the last one is the length. */
  ends: Uint32Array;
  /** ms since the epoch; undefined where the file does not tell: they have to be estimated. */
  times: Float64Array | undefined;
}

/** An exchange of a file: its record without what is counted from the bytes, and the bytes. */
export interface ReadExchange {
  exchange: Exchange;
  content: ReadBytes;
  /** Times of the events, ms since the epoch, where the file has them and no times of chunks. */
  eventTimes: Float64Array | undefined;
}

/** A session as it stands in a file. */
export interface ReadSession {
  session: Session;
  streams: Stream[];
  exchanges: ReadExchange[];
  marks: Mark[];
  /** What was left out, in sentences. */
  notes: string[];
}

const TRANSPORTS: readonly Transport[] = ['EventSource', 'fetch', 'XMLHttpRequest'];
const ENDS: readonly EndCause[] = ['end', 'error', 'disconnect', 'close', 'abort', 'cancel', 'unload'];
const FIDELITIES: readonly Fidelity[] = ['bytes', 'text', 'events'];
const MARKS: readonly MarkKind[] = [
  'open',
  'error',
  'close',
  'abort',
  'listener',
  'navigation',
  'visibility',
  'online',
  'offline',
  'freeze',
  'resume',
  'lost',
];
const MOST_MARKS = 100_000;
const MOST_EXCHANGES = 100_000;

const encoder = new TextEncoder();

/**
 * Reads the event streams of a HAR file: ours with all that is under `_sse`, others' as far as they go.
 *
 * @param json - the parsed file, which may be anything
 * @param id - of the new session
 * @throws {FileError} when it is no HAR file, is of a later version, or has no event stream in it
 */
export function readHar(json: unknown, id: string, name: string): ReadSession {
  const { log: given } = fieldsOf(json);
  const log = fieldsOf(given);
  if (!Array.isArray(log.entries))
    throw new FileError('This is JSON, but no HAR file: it has no “log.entries”.');
  const own = fieldsOf(log._sse);
  const version = numberOr(own.version, 0);
  if (version > FILE_VERSION) {
    throw new FileError(
      `This file was written by a later version of SSE Scope (its format is ${version}, this one reads up to ${FILE_VERSION}).`,
    );
  }
  const notes: string[] = [];
  const entries = log.entries.map(fieldsOf).filter(isStream);
  if (entries.length === 0) {
    throw new FileError(
      `There is no event stream in this file: none of its ${log.entries.length} requests was answered by text/event-stream.`,
    );
  }
  if (entries.length > MOST_EXCHANGES) {
    notes.push(`Only the first ${MOST_EXCHANGES} of ${entries.length} exchanges were read.`);
    entries.length = MOST_EXCHANGES;
  }
  const page = fieldsOf(listOf(log.pages)[0]);
  const ownStreams = new Map(listOf(own.streams).map((one) => [fieldsOf(one).id, fieldsOf(one)]));
  const streams: Stream[] = [];
  const byOwnId = new Map<unknown, Stream>();
  const exchanges: ReadExchange[] = [];
  for (const [i, entry] of entries.entries()) {
    const extra = fieldsOf(entry._sse);
    let stream = extra.stream === undefined ? undefined : byOwnId.get(extra.stream);
    if (!stream) {
      stream = streamOf(entry, ownStreams.get(extra.stream), id, streams.length + 1, textOr(page.title, ''));
      streams.push(stream);
      if (extra.stream !== undefined) byOwnId.set(extra.stream, stream);
    } else stream.exchanges++;
    exchanges.push(exchangeOf(entry, extra, stream, i, notes));
  }
  const ownSession = fieldsOf(own.session);
  const startedAt = Math.min(
    ...exchanges.map(({ exchange }) => exchange.startedAt),
    timeOr(ownSession.startedAt, Infinity),
  );
  const session: Session = {
    id,
    url: textOr(ownSession.url, textOr(page.title, '')),
    title: textOr(ownSession.title, textOr(page.title, name)),
    name: textOr(ownSession.name, '') || name,
    ...(typeof ownSession.note === 'string' ? { note: textOr(ownSession.note, '') } : {}),
    startedAt,
    endedAt: Math.max(
      startedAt,
      timeOr(ownSession.endedAt, 0),
      ...exchanges.map(({ exchange }) => exchange.endedAt ?? 0),
    ),
    streams: streams.length,
    events: 0,
    bytes: 0,
    lost: countOr(ownSession.lost, 0),
  };
  const marks = listOf(own.marks)
    .slice(0, MOST_MARKS)
    .flatMap((one): Mark[] => {
      const { stream, at, kind, detail } = fieldsOf(one);
      const time = timeOr(at, undefined);
      const known = oneOf(kind, MARKS, undefined);
      if (time === undefined || !known) return [];
      const of = stream === undefined ? undefined : byOwnId.get(stream)?.id;
      if (stream !== undefined && !of) return [];
      return [
        { session: id, ...(of ? { stream: of } : {}), at: time, kind: known, detail: textOr(detail, '') },
      ];
    });
  return { session, streams, exchanges, marks, notes };
}

function isStream(entry: Fields): boolean {
  const response = fieldsOf(entry.response);
  const type =
    headersOf(response.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ??
    textOr(fieldsOf(response.content).mimeType, '');
  return (
    /^\s*text\/event-stream\s*(;|$)/i.test(type) ||
    entry._sse !== undefined ||
    entry._resourceType === 'eventsource' ||
    listOf(entry._eventSourceMessages).length > 0
  );
}

function streamOf(
  entry: Fields,
  own: Fields | undefined,
  session: string,
  number: number,
  page: string,
): Stream {
  const request = fieldsOf(entry.request);
  const byType = { eventsource: 'EventSource', fetch: 'fetch', xhr: 'XMLHttpRequest' } as const;
  const guessed = byType[entry._resourceType as keyof typeof byType] ?? 'EventSource';
  const at = timeOr(entry.startedDateTime, 0);
  return {
    id: `${session}/${number}`,
    session,
    number,
    transport: oneOf(own?.transport, TRANSPORTS, guessed),
    method: textOr(own?.method, textOr(request.method, 'GET')),
    url: textOr(own?.url, textOr(request.url, '')),
    documentUrl: textOr(own?.documentUrl, URL.canParse(page) ? page : ''),
    frame: oneOf(own?.frame, ['top', 'child', 'worker'] as const, 'top'),
    frameId: Math.trunc(numberOr(own?.frameId, 0)),
    openedAt: timeOr(own?.openedAt, at),
    openedBeforeRecording: own?.openedBeforeRecording === true,
    stack: textOr(own?.stack, ''),
    state: 'ended',
    end: oneOf(own?.end, ENDS, 'end' as const),
    listeners: own
      ? listOf(own.listeners)
          .filter((one) => typeof one === 'string')
          .slice(0, 1000)
          .map((one) => textOr(one, ''))
      : [],
    exchanges: 1,
    entries: 0,
    events: 0,
    bytes: 0,
  };
}

function exchangeOf(
  entry: Fields,
  extra: Fields,
  stream: Stream,
  index: number,
  notes: string[],
): ReadExchange {
  const request = fieldsOf(entry.request);
  const response = fieldsOf(entry.response);
  const timings = fieldsOf(entry.timings);
  const began = timeOr(entry.startedDateTime, stream.openedAt);
  const startedAt = timeOr(extra.startedAt, began);
  const endedAt = timeOr(extra.endedAt, began + Math.max(0, numberOr(entry.time, 0)));
  const wait = ['blocked', 'dns', 'connect', 'send', 'wait'].reduce(
    (sum, one) => sum + Math.max(0, numberOr(timings[one], 0)),
    0,
  );
  const respondedAt = timeOr(extra.respondedAt, Math.min(began + wait, endedAt));
  const messages = listOf(entry._eventSourceMessages).map(fieldsOf);
  const { bytes, from } = bytesOf(fieldsOf(response.content), messages, index, notes);
  const error = textOr(extra.error, textOr(response._error, ''));
  const http = httpOf(extra, request, response, entry, index);
  const exchange: Exchange = {
    id: `${stream.id}/${stream.exchanges}`,
    stream: stream.id,
    session: stream.session,
    number: stream.exchanges,
    method: textOr(request.method, 'GET'),
    url: textOr(request.url, ''),
    startedAt,
    respondedAt,
    status: countOr(extra.status, countOr(response.status, 0)),
    headers: headersOf(response.headers),
    ...(http ? { http } : {}),
    endedAt: Math.max(startedAt, endedAt),
    end: oneOf(extra.end, ENDS, error ? ('error' as const) : ('end' as const)),
    ...(error ? { error } : {}),
    fidelity: oneOf(extra.fidelity, FIDELITIES, from),
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: 0,
    lastEventIdBefore: textOr(extra.lastEventIdBefore, ''),
  };
  const chunks = chunksOf(extra.chunks, bytes.length, startedAt);
  const eventTimes = chunks ? undefined : timesOf(messages);
  return {
    exchange,
    content: { bytes, ends: chunks?.ends ?? new Uint32Array(0), times: chunks?.times },
    eventTimes,
  };
}

function bytesOf(
  content: Fields,
  messages: readonly Fields[],
  index: number,
  notes: string[],
): { bytes: Uint8Array; from: Fidelity } {
  const { text, encoding } = content;
  if (typeof text === 'string' && (text !== '' || messages.length === 0)) {
    if (encoding !== 'base64') return { bytes: encoder.encode(text), from: 'text' };
    try {
      const binary = atob(text);
      const bytes = new Uint8Array(binary.length);
      for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
      return { bytes, from: 'bytes' };
    } catch {
      notes.push(`The content of entry ${index + 1} says that it is base64, and is not: it was left out.`);
      return { bytes: new Uint8Array(0), from: 'text' };
    }
  }
  // Chrome without the content: its events, as blocks.
  let id = '';
  const blocks = messages.map((message) => {
    const type = textOr(message.eventName, 'message').replace(/[\r\n]/g, ' ');
    const nextId = textOr(message.eventId, '').replace(/[\r\n\0]/g, '');
    const block = encodeBlock({
      data: typeof message.data === 'string' ? message.data : '',
      ...(type === 'message' || type === '' ? {} : { event: type }),
      ...(nextId === id ? {} : { id: nextId }),
    });
    id = nextId;
    return block;
  });
  return { bytes: encoder.encode(blocks.join('')), from: 'events' };
}

/** Our own chunks, if they fit the bytes. */
function chunksOf(
  given: unknown,
  length: number,
  startedAt: number,
): { ends: Uint32Array; times: Float64Array } | undefined {
  const list = listOf(given);
  if (list.length === 0)
    return length === 0 ? { ends: new Uint32Array(0), times: new Float64Array(0) } : undefined;
  const ends = new Uint32Array(list.length);
  const times = new Float64Array(list.length);
  let end = 0;
  let time = -Infinity;
  for (const [i, one] of list.entries()) {
    const [to, at] = listOf(one);
    if (typeof to !== 'number' || typeof at !== 'number' || !Number.isInteger(to) || to < end || to > length)
      return undefined;
    if (!Number.isFinite(at)) return undefined;
    end = to;
    time = Math.max(time, startedAt + at);
    ends[i] = to;
    times[i] = time;
  }
  return end === length ? { ends, times } : undefined;
}

/** When the events came, as Chrome tells it: seconds. Undefined when one has no time. */
function timesOf(messages: readonly Fields[]): Float64Array | undefined {
  const times = Float64Array.from(messages, ({ time }) => numberOr(time, Number.NaN) * 1000);
  if (times.length === 0 || times.some((time) => Number.isNaN(time) || time < 0)) return undefined;
  for (let i = 1; i < times.length; i++) times[i] = Math.max(times[i]!, times[i - 1]!);
  return times;
}

function httpOf(
  extra: Fields,
  request: Fields,
  response: Fields,
  entry: Fields,
  index: number,
): HttpSide | undefined {
  const requestHeaders: Header[] = headersOf(request.headers);
  const own = fieldsOf(extra.http);
  if (requestHeaders.length === 0 && extra.http === undefined) return undefined;
  return {
    request: `file-${index}`,
    requestedAt: timeOr(own.requestedAt, timeOr(entry.startedDateTime, 0)),
    requestHeaders,
    redirects: listOf(own.redirects)
      .slice(0, 100)
      .map((one) => {
        const { at, status, from, to, headers } = fieldsOf(one);
        return {
          at: timeOr(at, 0),
          status: countOr(status, 0),
          from: textOr(from, ''),
          to: textOr(to, ''),
          headers: headersOf(headers),
        };
      }),
    protocol: textOr(own.protocol, textOr(response.httpVersion, '')).replace(/^unknown$/i, ''),
    remoteAddress: textOr(own.remoteAddress, textOr(entry.serverIPAddress, '')),
    fromCache: own.fromCache === true,
    ...(typeof own.evidence === 'string' ? { evidence: textOr(own.evidence, '') } : {}),
    ...(timeOr(own.completedAt, undefined) === undefined ? {} : { completedAt: timeOr(own.completedAt, 0) }),
    ...(typeof own.error === 'string' ? { error: textOr(own.error, '') } : {}),
    ...(own.aborted === true ? { aborted: true } : {}),
    certain: own.certain !== false,
  };
}
