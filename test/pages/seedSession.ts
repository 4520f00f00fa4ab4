import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import type { Exchange, Mark, Session, Stream } from '../../src/shared/session/types.ts';
import { openStore } from '../../src/shared/store/open.ts';
import { type Changes, writeChanges } from '../../src/shared/store/write.ts';

export interface Seed {
  session: string;
  /** Events of the one stream, and bytes of data in each. */
  events: number;
  size: number;
  /** Events that could not be kept. */
  lost?: number;
}

const NOTHING: Changes = {
  sessions: [],
  streams: [],
  exchanges: [],
  segments: [],
  marks: [],
  documents: [],
  requests: [],
  requestsOver: [],
};

/** Writes a session that was recorded long ago, into the store of the extension. Runs in a page of the extension. */
export async function seedSession({ session, events, size, lost = 0 }: Seed): Promise<void> {
  const db = await openStore(() => {});
  const begun = 1_700_000_000_000;
  const exchange: Exchange = {
    id: `${session}/1/1`,
    stream: `${session}/1`,
    session,
    number: 1,
    method: 'GET',
    url: 'https://example.com/events',
    startedAt: begun,
    respondedAt: begun + 5,
    status: 200,
    headers: [['content-type', 'text/event-stream']],
    firstAt: begun + 10,
    fidelity: 'bytes',
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: 0,
    lastEventIdBefore: '',
    end: 'end',
  };
  const writer = createSegmentWriter({ exchange: exchange.id });
  const encoder = new TextEncoder();
  const filler = 'the quick brown fox jumps over the lazy dog '.repeat(Math.ceil(size / 44)).slice(0, size);
  const types = ['price', 'trade', 'news', 'status'];
  for (let i = 0; i < events; ) {
    let text = '';
    const last = Math.min(events, i + 50);
    for (; i < last; i++) {
      const data = `{"n":${i},"text":"${filler.slice(0, Math.max(0, size - 24))}"}`;
      text += `event: ${types[i % 4]}\nid: ${i}\ndata: ${data}\n\n`;
    }
    writer.append(encoder.encode(text), begun + 10 + (i / 50) * 10);
    if (i % 50_000 === 0) await writeChanges(db, { ...NOTHING, segments: writer.takeChanged() });
  }
  writer.end();
  const endedAt = begun + 20 + (events / 50) * 10;
  Object.assign(exchange, {
    bytes: writer.bytes,
    entries: writer.entries,
    events: writer.events,
    lastAt: endedAt - 10,
    endedAt,
  });
  const stream: Stream = {
    id: exchange.stream,
    session,
    number: 1,
    transport: 'EventSource',
    method: 'GET',
    url: exchange.url,
    documentUrl: 'https://example.com/',
    frame: 'top',
    frameId: 0,
    openedAt: begun,
    openedBeforeRecording: false,
    stack: '',
    state: 'ended',
    listeners: types,
    exchanges: 1,
    entries: writer.entries,
    events: writer.events,
    bytes: writer.bytes,
    lastAt: endedAt - 10,
    end: 'end',
  };
  const marks: Mark[] = [{ session, at: begun + 1000, kind: 'visibility', detail: 'hidden' }];
  const record: Session = {
    id: session,
    url: 'https://example.com/',
    title: `${events} events`,
    startedAt: begun,
    endedAt,
    streams: 1,
    events: writer.events,
    bytes: writer.bytes,
    lost,
  };
  await writeChanges(db, {
    ...NOTHING,
    sessions: [record],
    streams: [stream],
    exchanges: [exchange],
    segments: writer.takeChanged(),
    marks,
  });
  db.close();
}

Object.assign(globalThis, { seedSession });
