import { indexExchange } from '../../shared/session/file/indexExchange.ts';
import type { ReadSession } from '../../shared/session/file/readHar.ts';
import type { Exchange } from '../../shared/session/types.ts';
import type { ImportBatch } from './messages.ts';

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
  yield { ...nothing, sessions: [{ ...session, importing: true }], marks, done: 0 };
  const total = Math.max(
    1,
    exchanges.reduce((sum, { content }) => sum + content.size, 0),
  );
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  let before = 0;
  let pending: Exchange[] = [];
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
        break;
      }
      // In the file they take more room, or less.
      written += value.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const now = before + Math.min(written, read.content.size);
      yield {
        ...nothing,
        exchanges: pending,
        segments: value,
        done: Math.min(999, Math.floor((now / total) * 1000)),
      };
      pending = [];
    }
    before += read.content.size;
  }
  yield { ...nothing, sessions: [session], streams, exchanges: pending, notes, last: true, done: 1000 };
}
