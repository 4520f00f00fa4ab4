import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { writeHar } from '../../shared/file/har/writeHar.ts';
import { MOST_BYTES } from '../../shared/file/open/openFile.ts';
import { REDACT_SECRETS, type Redactor } from '../../shared/file/source/redact.ts';
import { newSessionId } from '../../shared/session/newSessionId.ts';
import type {
  EndCause,
  Exchange,
  Header,
  Redirect,
  Session,
  Stream,
  Transport,
} from '../../shared/session/types.ts';
import { VERSION } from '../version.ts';
import { createSpilledExchanges, type OpenExchange } from './spilledExchanges.ts';
import { openSpillFile } from './spillFile.ts';

/** What is known of a stream when it is asked for. */
export interface RecordedRequest {
  url: string;
  method: string;
  transport: Transport;
  documentUrl: string;
}

/** A stream that is being recorded. */
export interface StreamRecorder {
  readonly lastEventId: string;
  readonly events: number;
  /** A request goes out. */
  exchange(headers: Header[]): ExchangeRecorder;
}

export interface ExchangeRecorder {
  readonly events: number;
  readonly lastEventId: string;
  /** The answer sent the client elsewhere, and it went there. */
  redirected(redirect: Redirect): void;
  responded(status: number, headers: Header[], protocol: string, remoteAddress: string): void;
  chunk(bytes: Uint8Array): void;
  ended(end: EndCause, error?: string): void;
}

/** Records streams outside of a browser, to be written as a session file. */
export interface SessionRecorder {
  readonly events: number;
  readonly bytes: number;
  /** Bytes of streams that are in memory: what is more is in a temporary file. */
  readonly held: number;
  /** Aborted when no more can be recorded; its reason is an Error with a sentence. */
  readonly full: AbortSignal;
  stream(request: RecordedRequest): StreamRecorder;
  /** Writes what there is so far. */
  save(path: string, redactor?: Redactor): Promise<void>;
  /** Gives the temporary file back. */
  close(): void;
}

export interface RecorderOptions {
  /** Where the temporary file is: that of the system unless it is another one, which may be memory. */
  folder?: string;
  /** Of the temporary file. */
  mostBytes?: number;
}

/** Milliseconds with their parts, as the clock of the machine has it now. */
const now = (): number => performance.timeOrigin + performance.now();

/** @throws with a sentence when the folder cannot be written */
export function createSessionRecorder(
  url: string,
  title: string,
  { folder = tmpdir(), mostBytes = MOST_BYTES }: RecorderOptions = {},
): SessionRecorder {
  const startedAt = now();
  const id = newSessionId(startedAt);
  const streams: Stream[] = [];
  const full = new AbortController();
  const file = openSpillFile(folder);
  const exchanges = createSpilledExchanges(file, mostBytes, (sentence) => full.abort(new Error(sentence)));
  const total = { events: 0, bytes: 0 };

  return {
    get events() {
      return total.events;
    },
    get bytes() {
      return total.bytes;
    },
    get held() {
      return exchanges.held;
    },
    full: full.signal,
    stream(request) {
      const stream = newStream(request, id, streams.length + 1);
      if (!full.signal.aborted) streams.push(stream);
      let lastEventId = '';
      return {
        get lastEventId() {
          return lastEventId;
        },
        get events() {
          return stream.events;
        },
        exchange(requestHeaders) {
          const exchange = newExchange(stream, requestHeaders, lastEventId);
          const growing: OpenExchange = exchanges.open(exchange);
          return {
            get events() {
              return growing.events;
            },
            get lastEventId() {
              return growing.lastEventId;
            },
            redirected(redirect) {
              exchange.http!.redirects.push(redirect);
            },
            responded(status, headers, protocol, remoteAddress) {
              Object.assign(exchange, { status, headers, respondedAt: now() });
              Object.assign(exchange.http!, { protocol, remoteAddress });
            },
            chunk(bytes) {
              const at = now();
              const before = { ...counts(growing) };
              growing.append(bytes, at);
              add(stream, before, growing);
              add(total, before, growing);
              exchange.firstAt ??= at;
              exchange.lastAt = at;
              lastEventId = growing.lastEventId;
            },
            ended(end, error) {
              if (exchange.endedAt !== undefined) return;
              exchange.endedAt = now();
              exchange.http!.completedAt = exchange.endedAt;
              exchange.end = end;
              stream.end = end;
              if (error !== undefined) exchange.error = error;
              const before = { ...counts(growing) };
              growing.end();
              add(stream, before, growing);
            },
          };
        },
      };
    },
    async save(path, redactor = REDACT_SECRETS) {
      const session: Session = {
        id,
        url,
        title,
        startedAt,
        endedAt: now(),
        streams: streams.length,
        ...total,
        lost: 0,
      };
      const source = {
        session,
        streams,
        exchanges: { [Symbol.iterator]: () => exchanges.all()[Symbol.iterator]() },
        marks: [],
        segments: exchanges.segments,
      };
      const out = await open(path, 'w');
      try {
        for await (const piece of writeHar(source, redactor, VERSION)) await out.write(piece);
      } finally {
        await out.close();
      }
    },
    close: () => file.close(),
  };
}

interface Counts {
  events: number;
  bytes: number;
  entries?: number;
}

function counts({ events, bytes, entries }: OpenExchange): Required<Counts> {
  return { events, bytes, entries };
}

function add(to: Counts, before: Required<Counts>, now: OpenExchange): void {
  to.events += now.events - before.events;
  to.bytes += now.bytes - before.bytes;
  if (to.entries !== undefined) to.entries += now.entries - before.entries;
}

function newStream(request: RecordedRequest, session: string, number: number): Stream {
  return {
    ...request,
    id: `${session}/${number}`,
    session,
    number,
    frame: 'top',
    frameId: 0,
    openedAt: now(),
    openedBeforeRecording: false,
    stack: '',
    state: 'ended',
    end: 'end',
    listeners: [],
    listenersUnknown: true,
    exchanges: 0,
    entries: 0,
    events: 0,
    bytes: 0,
  };
}

function newExchange(stream: Stream, requestHeaders: Header[], lastEventId: string): Exchange {
  const began = now();
  const number = ++stream.exchanges;
  return {
    id: `${stream.id}/${number}`,
    stream: stream.id,
    session: stream.session,
    number,
    method: stream.method,
    url: stream.url,
    startedAt: began,
    fidelity: 'bytes',
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: stream.entries,
    lastEventIdBefore: lastEventId,
    http: {
      request: `${stream.id}/${number}`,
      requestedAt: began,
      requestHeaders,
      redirects: [],
      protocol: '',
      remoteAddress: '',
      fromCache: false,
      certain: true,
    },
  };
}
