import { indexExchange } from '../../shared/file/har/indexExchange.ts';
import type { ReadSession } from '../../shared/file/har/readSession.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import type { Exchange } from '../../shared/session/types.ts';
import type { ImportBatch } from './messages.ts';

/** Records, and bytes of streams, of one part: it is one message, and one transaction. */
const RECORDS_AT_ONCE = 1000;
const BYTES_AT_ONCE = 1 << 20;

/**
 * A session of a file, part by part, in the order in which it is to be written: first the session, marked as not
 * complete, at last with everything that is counted.
 */
export async function* importBatches(read: ReadSession): AsyncGenerator<ImportBatch> {
  const { session, streams, exchanges, marks, notes } = read;
  const nothing = {
    sessions: [],
    streams: [],
    exchanges: [],
    segments: [],
    marks: [],
    notes: [],
    last: false,
  };
  yield { ...nothing, sessions: [{ ...session, importing: true }], done: 0 };
  for (let from = 0; from < marks.length; from += RECORDS_AT_ONCE) {
    yield { ...nothing, marks: marks.slice(from, from + RECORDS_AT_ONCE), done: 0 };
  }
  const total = Math.max(
    1,
    exchanges.reduce((sum, { content }) => sum + content.size, 0),
  );
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  let before = 0;
  let pending: Exchange[] = [];
  let segments: Segment[] = [];
  let bytes = 0;
  for (const read of exchanges) {
    const stream = byId.get(read.exchange.stream)!;
    read.exchange.firstEntry = stream.entries;
    const index = indexExchange(read);
    let written = 0;
    for (;;) {
      const { done, value } = await index.next();
      if (done) {
        stream.entries += value.entries;
        stream.events += value.events;
        stream.bytes += value.bytes;
        if (value.lastAt !== undefined) stream.lastAt = value.lastAt;
        session.events += value.events;
        session.bytes += value.bytes;
        pending.push(value);
      } else {
        segments = segments.concat(value);
        const size = value.reduce((sum, { bytes }) => sum + bytes.length, 0);
        // In the file they take more room, or less.
        written += size;
        bytes += size;
      }
      if (bytes >= BYTES_AT_ONCE || pending.length + segments.length >= RECORDS_AT_ONCE) {
        const now = before + Math.min(written, read.content.size);
        const part = Math.min(999, Math.floor((now / total) * 1000));
        yield { ...nothing, exchanges: pending, segments, done: part };
        pending = [];
        segments = [];
        bytes = 0;
      }
      if (done) break;
    }
    before += read.content.size;
  }
  yield {
    ...nothing,
    sessions: [session],
    streams,
    exchanges: pending,
    segments,
    notes,
    last: true,
    done: 1000,
  };
}
