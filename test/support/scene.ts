import { columnsOf } from '../../src/shared/diagnosis/measures/columns.ts';
import type { Connection } from '../../src/shared/diagnosis/measures/connection.ts';
import type { DiagnosisInput } from '../../src/shared/diagnosis/model/streamFacts.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import type { Exchange, Header, Mark, MarkKind, Redirect, Stream } from '../../src/shared/session/types.ts';

/** Text that arrived at a time, ms; bytes where it is not to be text. */
export type Chunk = [time: number, text: string | Uint8Array];

const encoder = new TextEncoder();

/** An exchange in a few words; times are ms after the beginning of the scene. */
export interface ConnectionSketch {
  /** When the request went out. */
  at: number;
  /** When it was over; missing while it lasts. */
  over?: number;
  chunks?: Chunk[];
  /** When the answer began; 5 ms after the request, unless `false`: not at all. */
  answered?: number | false;
  /** The browser's name of a failure. */
  error?: string;
  status?: number;
  /** Beside `Content-Type: text/event-stream` and `Cache-Control: no-cache`; '' takes one of these out. */
  headers?: Record<string, string>;
  requestHeaders?: Header[];
  redirects?: Redirect[];
  protocol?: string;
  evidence?: string;
  fromCache?: boolean;
  /** The HTTP layer did not see it. */
  unseen?: boolean;
  /** Of which stream it is, from 1. */
  of?: number;
  more?: Partial<Exchange>;
}

/** A stream in a few words. */
export interface SceneSketch extends Partial<Pick<DiagnosisInput, 'browser' | 'now'>> {
  transport?: Stream['transport'];
  stream?: Partial<Stream>;
  connections: ConnectionSketch[];
  marks?: [at: number, kind: MarkKind, detail?: string][];
  /** Other streams of the session, each with its last exchange. */
  others?: { stream?: Partial<Stream>; last?: ConnectionSketch }[];
}

export const URL_OF_EVENTS = 'http://a.test/events';

export function streamOf(more: Partial<Stream> = {}): Stream {
  return {
    id: 's1',
    session: '',
    number: 1,
    transport: 'EventSource',
    method: 'GET',
    url: URL_OF_EVENTS,
    documentUrl: 'http://a.test/',
    frame: 'top',
    frameId: 0,
    openedAt: 0,
    openedBeforeRecording: false,
    stack: 'Error\n    at open (http://a.test/app.js:10:5)',
    state: 'open',
    listeners: ['message'],
    exchanges: 1,
    entries: 0,
    events: 0,
    bytes: 0,
    ...more,
  };
}

function headersOf(own: Record<string, string> = {}): Header[] {
  const all = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', ...own };
  return Object.entries(all).filter(([, value]) => value !== '');
}

function exchangeOf(stream: Stream, number: number, sketch: ConnectionSketch): Exchange {
  const { at, over, error = '', status = 200, protocol = 'HTTP/1.1', more = {} } = sketch;
  const answered = sketch.answered === false ? undefined : (sketch.answered ?? at + 5);
  const isAnswered = answered !== undefined;
  return {
    id: `${stream.id}/${number}`,
    stream: stream.id,
    session: '',
    number,
    method: stream.method,
    url: stream.url,
    startedAt: at,
    ...(isAnswered ? { respondedAt: answered, status, headers: headersOf(sketch.headers) } : {}),
    ...(over === undefined ? {} : { endedAt: over, end: error || status !== 200 ? 'error' : 'end' }),
    ...(sketch.unseen
      ? {}
      : {
          http: {
            request: `r${number}`,
            requestedAt: at,
            requestHeaders: sketch.requestHeaders ?? [['Accept', 'text/event-stream']],
            redirects: sketch.redirects ?? [],
            protocol: isAnswered ? protocol : '',
            remoteAddress: '',
            fromCache: sketch.fromCache ?? false,
            ...(sketch.evidence === undefined ? {} : { evidence: sketch.evidence }),
            ...(over === undefined ? {} : { completedAt: over, error, aborted: false }),
            certain: true,
          },
        }),
    fidelity: 'bytes',
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: 0,
    lastEventIdBefore: '',
    ...more,
  };
}

function connectionOf(stream: Stream, number: number, sketch: ConnectionSketch): Connection {
  const writer = createSegmentWriter({ exchange: `${stream.id}/${number}` });
  for (const [time, text] of sketch.chunks ?? []) {
    writer.append(typeof text === 'string' ? encoder.encode(text) : text, time);
  }
  if (sketch.over !== undefined) writer.end();
  return {
    exchange: exchangeOf(stream, number, sketch),
    columns: columnsOf(writer.takeChanged()),
    transport: stream.transport,
  };
}

/** What is recorded of a logical stream. `now` is 100 ms after the last thing that happened, unless it is given. */
export function scene({ browser = 'chromium', connections, ...sketch }: SceneSketch): DiagnosisInput {
  const { transport = 'EventSource', marks = [], others = [] } = sketch;
  const last = connections.at(-1);
  const counts = new Map<number, number>();
  const isOver = last?.over !== undefined;
  const base = streamOf({
    transport,
    ...(last?.answered === false && !isOver ? { state: 'connecting' } : {}),
    ...(isOver ? { state: transport === 'EventSource' ? 'reconnecting' : 'ended' } : {}),
    ...sketch.stream,
  });
  const streams: Stream[] = [];
  const made = connections.map((one) => {
    const of = one.of ?? 1;
    const stream = { ...base, id: `s${of}`, number: of, openedAt: one.at };
    if (!counts.has(of)) streams.push(stream);
    const number = (counts.get(of) ?? 0) + 1;
    counts.set(of, number);
    return connectionOf(stream, number, one);
  });
  const times = connections.flatMap(({ at, over = 0, chunks = [] }) => [at, over, chunks.at(-1)?.[0] ?? 0]);
  const neighbours = others.map(({ stream, last: its }, i) => {
    const other = streamOf({ id: `o${i}`, number: 50 + i, ...stream });
    return { stream: other, last: its && exchangeOf(other, 1, its) };
  });
  return {
    browser,
    streams: streams.length > 0 ? streams : [base],
    connections: made,
    marks: marks.map(([at, kind, detail = '']): Mark => ({ session: '', at, kind, detail })),
    neighbours: [
      ...streams.map((stream) => ({
        stream,
        last: made.findLast(({ exchange }) => exchange.stream === stream.id)?.exchange,
      })),
      ...neighbours,
    ],
    now: sketch.now ?? Math.max(0, ...times) + 100,
  };
}

/** So many chunks, one every `ms`. */
export function every(ms: number, count: number, text: (i: number) => string, from = 0): Chunk[] {
  return Array.from({ length: count }, (_, i) => [from + i * ms, text(i)]);
}

/** A block with an ID and JSON data. */
export function event(id: number, data: unknown = { n: id }): string {
  return `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
