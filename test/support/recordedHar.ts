import { writeHar } from '../../src/shared/file/har/writeHar.ts';
import { KEEP_ALL } from '../../src/shared/file/source/redact.ts';
import type { Segment } from '../../src/shared/segment/segment.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import type {
  EndCause,
  Exchange,
  Header,
  Session,
  Stream,
  Transport,
} from '../../src/shared/session/types.ts';

/** A connection as it was recorded: what came, and when, ms after the request. */
export interface RecordedConnection {
  chunks: readonly (readonly [at: number, text: string | Uint8Array])[];
  /** ms after the first request of the stream; by default 1000 for each one before. */
  began?: number;
  end?: EndCause;
  endAt?: number;
  status?: number;
  headers?: Header[];
}

export interface RecordedStream {
  url: string;
  method?: string;
  transport?: Transport;
  connections: readonly RecordedConnection[];
}

const BEGAN = 1_700_000_000_000;
const encoder = new TextEncoder();

/** A session file of ours with these streams. */
export async function recordedHar(recorded: readonly RecordedStream[]): Promise<string> {
  const segments = new Map<string, Segment[]>();
  const exchanges: Exchange[] = [];
  const streams = recorded.map(
    ({ url, method = 'GET', transport = 'EventSource', connections }, s): Stream => {
      const stream = `s/${s + 1}`;
      connections.forEach(({ chunks, began = 0, end = 'end', endAt, status = 200, headers }, i) => {
        const id = `${stream}/${i + 1}`;
        const startedAt = BEGAN + (began || i * 1000);
        const writer = createSegmentWriter({ exchange: id });
        for (const [at, text] of chunks)
          writer.append(typeof text === 'string' ? encoder.encode(text) : text, startedAt + at);
        writer.end();
        segments.set(id, writer.takeChanged());
        exchanges.push({
          id,
          stream,
          session: 's',
          number: i + 1,
          method,
          url,
          startedAt,
          respondedAt: startedAt + (chunks[0]?.[0] ?? 0),
          status,
          headers: headers ?? [['Content-Type', 'text/event-stream']],
          fidelity: 'bytes',
          bytes: writer.bytes,
          entries: writer.entries,
          events: writer.events,
          firstEntry: 0,
          lastEventIdBefore: '',
          endedAt: startedAt + (endAt ?? chunks.at(-1)?.[0] ?? 0),
          end,
        });
      });
      return {
        id: stream,
        session: 's',
        number: s + 1,
        transport,
        method,
        url,
        documentUrl: 'https://app.example/page',
        frame: 'top',
        frameId: 0,
        openedAt: BEGAN,
        openedBeforeRecording: false,
        stack: '',
        state: 'ended',
        end: 'end',
        listeners: ['message'],
        exchanges: connections.length,
        entries: 0,
        events: 0,
        bytes: 0,
      };
    },
  );
  const session = { id: 's', url: 'https://app.example/page', title: 'Page', startedAt: BEGAN } as Session;
  let text = '';
  const source = {
    session,
    streams,
    exchanges,
    marks: [],
    async *segments(id: string) {
      yield* segments.get(id) ?? [];
    },
  };
  for await (const piece of writeHar(source, KEEP_ALL, '1.0')) text += piece;
  return text;
}

/** The same as an option of the mock server. */
export async function recordedSession(
  ...streams: RecordedStream[]
): Promise<{ name: string; bytes: Uint8Array }> {
  return { name: 'recorded.har', bytes: encoder.encode(await recordedHar(streams)) };
}
