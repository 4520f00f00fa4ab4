import { headerOf } from '../../headerOf.ts';
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
} from '../../types.ts';
import { itemsAt, Place, type Plan, scanJson } from '../json/scan.ts';
import type { FileBytes } from '../source/fileBytes.ts';
import { FileError } from '../source/fileError.ts';
import {
  countOr,
  type Fields,
  fieldsOf,
  headersOf,
  listOf,
  nearestTime,
  numberOr,
  oneOf,
  textOr,
  timeOr,
} from '../source/untrusted.ts';
import { FILE_VERSION } from './harFields.ts';
import { type Content, contentOf, eventTimesAt } from './readContent.ts';

/** When the chunks of an exchange came. */
export interface ReadChunks {
  /** Offset after each chunk, ascending. */
  ends: Uint32Array;
  /** ms since the epoch, ascending. */
  times: Float64Array;
}

/** An exchange of a file: its record without what is counted from the bytes, and where the rest is found. */
export interface ReadExchange {
  exchange: Exchange;
  content: Content;
  /** Undefined where the file does not tell. */
  chunks(): Promise<ReadChunks | undefined>;
  /** Times of the events, ms since the epoch, where the file has them. */
  eventTimes(): Promise<Float64Array | undefined>;
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
  'clock',
];
const MOST_MARKS = 100_000;
const MOST_EXCHANGES = 100_000;
/** Larger than any stream: so many chunks have no room in memory. */
const MOST_CHUNKS = 20_000_000;

/** What of a HAR file is in memory: streams stay where they are. */
const ENTRY: Plan = {
  fields: {
    request: { fields: { postData: 'skip' }, others: 'keep' },
    response: { fields: { content: { fields: { text: 'place' }, others: 'keep' } }, others: 'keep' },
    _eventSourceMessages: 'place',
    _sse: { fields: { chunks: 'place', entries: 'skip' }, others: 'keep' },
    _webSocketMessages: 'skip',
    _initiator: 'skip',
  },
  others: 'keep',
};

/**
 * Reads the event streams of a HAR file: ours with all that is under `_sse`, others' as far as they go. Their bytes stay
 * in the file until they are asked for.
 *
 * @param id - of the new session
 * @param salvage - where the file breaks off or goes wrong, what is before that is read
 * @param progress - takes how much of the file has been looked at, bytes; may throw to end it
 * @throws {FileError} when it is no HAR file, is of a later version, or has no event stream in it
 */
export async function readHar(
  file: FileBytes,
  id: string,
  name: string,
  salvage: boolean,
  progress: (bytes: number) => void,
): Promise<ReadSession> {
  let scanned: Scanned;
  try {
    scanned = await scanEntries(file, salvage, progress);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new FileError(error.message, (await scanEntries(file, true, progress)).found);
  }
  const { json, entries, all, found } = scanned;
  const { log: given } = fieldsOf(json);
  const log = fieldsOf(given);
  if (all === 0 && !('entries' in log))
    throw new FileError('This is JSON, but no HAR file: it has no “log.entries”.');
  const own = fieldsOf(log._sse);
  const version = numberOr(own.version, 0);
  if (version > FILE_VERSION) {
    throw new FileError(
      `This file was written by a later version of SSE Scope (its format is ${version}, this one reads up to ${FILE_VERSION}).`,
    );
  }
  const notes: string[] = [];
  if (salvage) notes.push('This file is damaged, or cut off: what is before that was read.');
  if (entries.length === 0) {
    throw new FileError(
      `There is no event stream in this file: none of its ${all} requests was answered by text/event-stream.`,
    );
  }
  if (found > MOST_EXCHANGES) notes.push(`Only the first ${MOST_EXCHANGES} of ${found} exchanges were read.`);
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
    exchanges.push(exchangeOf(file, entry, extra, stream, i, notes));
  }
  const ownSession = fieldsOf(own.session);
  const startedAt = exchanges.reduce(
    (least, { exchange }) => Math.min(least, exchange.startedAt),
    timeOr(ownSession.startedAt, Infinity),
  );
  const session: Session = {
    id,
    url: textOr(ownSession.url, textOr(page.title, '')),
    title: textOr(ownSession.title, textOr(page.title, name)),
    name: textOr(ownSession.name, '') || name,
    ...(typeof ownSession.note === 'string' ? { note: textOr(ownSession.note, '') } : {}),
    startedAt,
    endedAt: exchanges.reduce(
      (most, { exchange }) => Math.max(most, exchange.endedAt ?? 0),
      Math.max(startedAt, timeOr(ownSession.endedAt, 0)),
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

interface Scanned {
  /** The file without its entries. */
  json: unknown;
  /** Those that are streams, at most as many as are read. */
  entries: Fields[];
  /** How many there are of any kind, and of streams. */
  all: number;
  found: number;
}

async function scanEntries(
  file: FileBytes,
  salvage: boolean,
  seen: (bytes: number) => void,
): Promise<Scanned> {
  const entries: Fields[] = [];
  let all = 0;
  let found = 0;
  const take = (value: unknown): boolean => {
    all++;
    const entry = fieldsOf(value);
    const wanted = isStream(entry) && ++found <= MOST_EXCHANGES;
    if (wanted) entries.push(entry);
    return wanted;
  };
  const log: Plan = {
    fields: { entries: { each: ENTRY, take }, _sse: 'keep', pages: 'keep' },
    others: 'skip',
  };
  const json = await scanJson(file, { fields: { log }, others: 'skip' }, { salvage, seen });
  return { json, entries, all, found };
}

function isStream(entry: Fields): boolean {
  const response = fieldsOf(entry.response);
  const type =
    headerOf(headersOf(response.headers), 'content-type') ?? textOr(fieldsOf(response.content).mimeType, '');
  return (
    /^\s*text\/event-stream\s*(;|$)/i.test(type) ||
    entry._sse !== undefined ||
    entry._resourceType === 'eventsource' ||
    countAt(entry._eventSourceMessages) > 0
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
    ...(own === undefined || own.listenersUnknown === true ? { listenersUnknown: true } : {}),
    exchanges: 1,
    entries: 0,
    events: 0,
    bytes: 0,
  };
}

function countAt(place: unknown): number {
  return place instanceof Place ? place.items : 0;
}

function exchangeOf(
  file: FileBytes,
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
  // Ours says when it ended, if it had; of others' nobody knows whether it had.
  const isOwn = oneOf(extra.fidelity, FIDELITIES, undefined) !== undefined;
  const lasted = nearestTime(began + Math.max(0, numberOr(entry.time, 0)));
  const endedAt = timeOr(extra.endedAt, isOwn ? undefined : lasted);
  const wait = ['blocked', 'dns', 'connect', 'send', 'wait'].reduce(
    (sum, one) => sum + Math.max(0, numberOr(timings[one], 0)),
    0,
  );
  const respondedAt = timeOr(extra.respondedAt, Math.min(began + wait, endedAt ?? lasted));
  const messages =
    countAt(entry._eventSourceMessages) > 0 ? (entry._eventSourceMessages as Place) : undefined;
  const given = fieldsOf(response.content);
  const { content, from } = contentOf(file, given, messages, (problem) =>
    notes.push(`The content of entry ${index + 1} ${problem}`),
  );
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
    ...(endedAt === undefined ? {} : { endedAt: Math.max(startedAt, endedAt) }),
    ...endOf(extra, isOwn, error),
    ...(error ? { error } : {}),
    fidelity: oneOf(extra.fidelity, FIDELITIES, from),
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: 0,
    lastEventIdBefore: textOr(extra.lastEventIdBefore, ''),
  };
  return {
    exchange,
    content,
    chunks: async () =>
      extra.chunks instanceof Place && extra.chunks.items <= MOST_CHUNKS
        ? chunksAt(file, extra.chunks, countOr(given.size, -1), startedAt)
        : undefined,
    eventTimes: async () => (messages ? eventTimesAt(file, messages) : undefined),
  };
}

function endOf(extra: Fields, isOwn: boolean, error: string): { end?: EndCause } {
  const end = oneOf(extra.end, ENDS, isOwn ? undefined : error ? ('error' as const) : ('end' as const));
  return end ? { end } : {};
}

/** Our own chunks, if they fit the bytes. */
async function chunksAt(
  file: FileBytes,
  place: Place,
  length: number,
  startedAt: number,
): Promise<ReadChunks | undefined> {
  const ends = new Uint32Array(place.items);
  const times = new Float64Array(place.items);
  let count = 0;
  let end = 0;
  let time = -Infinity;
  for await (const items of itemsAt(file, place)) {
    for (const one of items) {
      const [to, at] = listOf(one);
      if (typeof to !== 'number' || typeof at !== 'number') return undefined;
      if (!Number.isInteger(to) || to < end || to > length) return undefined;
      const moment = timeOr(startedAt + at, undefined);
      if (moment === undefined) return undefined;
      end = to;
      time = Math.max(time, moment);
      ends[count] = to;
      times[count++] = time;
    }
  }
  return end === length ? { ends: ends.subarray(0, count), times: times.subarray(0, count) } : undefined;
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
