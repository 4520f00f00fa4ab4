import { open } from 'node:fs/promises';
import { REDACT_SECRETS, type Redactor } from '../../shared/session/file/redact.ts';
import type { SessionSource } from '../../shared/session/file/source.ts';
import { writeHar } from '../../shared/session/file/writeHar.ts';
import { newSessionId } from '../../shared/session/newSessionId.ts';
import type { Segment } from '../../shared/session/segment.ts';
import { createSegmentWriter, type SegmentWriter } from '../../shared/session/segmentWriter.ts';
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

/** Records streams outside of a browser, in memory, to be written as a session file. */
export interface SessionRecorder {
  readonly events: number;
  readonly bytes: number;
  stream(request: RecordedRequest): StreamRecorder;
  /** Writes what there is so far. */
  save(path: string, redactor?: Redactor): Promise<void>;
}

/** Milliseconds with their parts, as the clock of the machine has it now. */
const now = (): number => performance.timeOrigin + performance.now();

export function createSessionRecorder(url: string, title: string): SessionRecorder {
  const startedAt = now();
  const id = newSessionId(startedAt);
  const streams: Stream[] = [];
  const exchanges: Exchange[] = [];
  const segments = new Map<string, Map<number, Segment>>();
  const writers = new Map<string, SegmentWriter>();

  const take = (exchange: string): void => {
    for (const segment of writers.get(exchange)?.takeChanged() ?? [])
      segments.get(exchange)!.set(segment.index, segment);
  };
  const sum = (key: 'events' | 'bytes'): number =>
    [...writers.values()].reduce((total, writer) => total + writer[key], 0);

  return {
    get events() {
      return sum('events');
    },
    get bytes() {
      return sum('bytes');
    },
    stream({ url, method, transport, documentUrl }) {
      const stream: Stream = {
        id: `${id}/${streams.length + 1}`,
        session: id,
        number: streams.length + 1,
        transport,
        method,
        url,
        documentUrl,
        frame: 'top',
        frameId: 0,
        openedAt: now(),
        openedBeforeRecording: false,
        stack: '',
        state: 'ended',
        end: 'end',
        listeners: [],
        exchanges: 0,
        entries: 0,
        events: 0,
        bytes: 0,
      };
      streams.push(stream);
      let lastEventId = '';
      let entries = 0;
      const own: SegmentWriter[] = [];
      return {
        get lastEventId() {
          return own.at(-1)?.lastEventId() ?? lastEventId;
        },
        get events() {
          return own.reduce((total, writer) => total + writer.events, 0);
        },
        exchange(requestHeaders) {
          lastEventId = own.at(-1)?.lastEventId() ?? '';
          entries = own.reduce((total, writer) => total + writer.entries, 0);
          const began = now();
          const exchange: Exchange = {
            id: `${stream.id}/${++stream.exchanges}`,
            stream: stream.id,
            session: id,
            number: stream.exchanges,
            method,
            url,
            startedAt: began,
            fidelity: 'bytes',
            bytes: 0,
            entries: 0,
            events: 0,
            firstEntry: entries,
            lastEventIdBefore: lastEventId,
            http: {
              request: `${stream.id}/${stream.exchanges}`,
              requestedAt: began,
              requestHeaders,
              redirects: [],
              protocol: '',
              remoteAddress: '',
              fromCache: false,
              certain: true,
            },
          };
          exchanges.push(exchange);
          const writer = createSegmentWriter({ exchange: exchange.id, lastEventId });
          writers.set(exchange.id, writer);
          segments.set(exchange.id, new Map());
          own.push(writer);
          return {
            get events() {
              return writer.events;
            },
            get lastEventId() {
              return writer.lastEventId();
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
              writer.append(bytes, at);
              exchange.firstAt ??= at;
              exchange.lastAt = at;
            },
            ended(end, error) {
              if (exchange.endedAt !== undefined) return;
              writer.end();
              take(exchange.id);
              exchange.endedAt = now();
              exchange.http!.completedAt = exchange.endedAt;
              exchange.end = end;
              stream.end = end;
              if (error !== undefined) exchange.error = error;
            },
          };
        },
      };
    },
    async save(path, redactor = REDACT_SECRETS) {
      for (const exchange of exchanges) {
        take(exchange.id);
        const { bytes, entries, events } = writers.get(exchange.id)!;
        Object.assign(exchange, { bytes, entries, events });
      }
      for (const stream of streams) {
        const of = exchanges.filter((one) => one.stream === stream.id);
        for (const key of ['bytes', 'entries', 'events'] as const)
          stream[key] = of.reduce((total, one) => total + one[key], 0);
      }
      const session: Session = {
        id,
        url,
        title,
        startedAt,
        endedAt: now(),
        streams: streams.length,
        events: sum('events'),
        bytes: sum('bytes'),
        lost: 0,
      };
      const source: SessionSource = {
        session,
        streams,
        exchanges,
        marks: [],
        async *segments(exchange) {
          yield* segments.get(exchange)?.values() ?? [];
        },
      };
      const file = await open(path, 'w');
      try {
        for await (const piece of writeHar(source, redactor, VERSION)) await file.write(piece);
      } finally {
        await file.close();
      }
    },
  };
}
