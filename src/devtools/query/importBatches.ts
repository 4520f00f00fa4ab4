import { indexExchange } from '../../shared/session/file/indexExchange.ts';
import type { ReadSession } from '../../shared/session/file/readHar.ts';
import type { Exchange } from '../../shared/session/types.ts';
import type { ImportBatch } from './messages.ts';

/**
 * A session of a file, part by part, in the order in which it is to be written: first the session, marked as not
 * complete, at last with everything that is counted.
 */
export function* importBatches({ session, streams, exchanges, marks }: ReadSession): Generator<ImportBatch> {
  const nothing = { sessions: [], streams: [], exchanges: [], segments: [], marks: [], last: false };
  yield { ...nothing, sessions: [{ ...session, importing: true }], marks, done: 0 };
  const total = Math.max(
    1,
    exchanges.reduce((sum, { content }) => sum + content.bytes.length, 0),
  );
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  let written = 0;
  let pending: Exchange[] = [];
  for (const read of exchanges) {
    const stream = byId.get(read.exchange.stream)!;
    read.exchange.firstEntry = stream.entries;
    const index = indexExchange(read);
    for (;;) {
      const { done, value } = index.next();
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
      written += value.reduce((sum, { bytes }) => sum + bytes.length, 0);
      yield {
        ...nothing,
        exchanges: pending,
        segments: value,
        done: Math.min(999, Math.floor((written / total) * 1000)),
      };
      pending = [];
    }
    // It is not needed any more.
    read.content.bytes = new Uint8Array(0);
  }
  yield { ...nothing, sessions: [session], streams, exchanges: pending, last: true, done: 1000 };
}
