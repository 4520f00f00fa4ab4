import { KEEP_ALL, REDACT_SECRETS, type Redactor } from '../../shared/file/source/redact.ts';
import type { SessionSource } from '../../shared/file/source/sessionSource.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import { segmentUpTo } from '../../shared/segment/segmentUpTo.ts';
import { beganAt } from '../../shared/session/exchangeTimes.ts';
import type { Exchange } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readMarks, readSessionExchanges, readStreams } from '../../shared/store/read.ts';
import type { ExportSecrets } from './messages.ts';
import { segmentsFrom } from './readIndex.ts';

export const redactorOf = ({ keepSecrets }: ExportSecrets): Redactor =>
  keepSecrets ? KEEP_ALL : REDACT_SECRETS;

/**
 * A session of the store, or some of its streams, to be written into a file: as it is now. A file is written in several
 * passes over the bytes, and what is recorded meanwhile is in none of them.
 *
 * @param wanted - undefined for all streams
 * @throws when the session is gone
 */
export async function exportSource(
  db: Database,
  id: string,
  wanted: readonly string[] | undefined,
): Promise<SessionSource> {
  const session = await db.get('sessions', id);
  if (!session) throw new Error('This session is not in the store any more.');
  const streams = (await readStreams(db, id)).filter((one) => !wanted || wanted.includes(one.id));
  const ids = new Set(streams.map((one) => one.id));
  const exchanges = (await readSessionExchanges(db, id))
    .filter((one) => ids.has(one.stream))
    .sort((a, b) => beganAt(a) - beganAt(b) || a.number - b.number);
  const marks = (await readMarks(db, id)).filter(({ stream }) => stream === undefined || ids.has(stream));
  const byId = new Map(exchanges.map((exchange) => [exchange.id, exchange]));
  return { session, streams, exchanges, marks, segments: (id) => segmentsOf(db, byId.get(id)) };
}

async function* segmentsOf(db: Database, exchange: Exchange | undefined): AsyncGenerator<Segment> {
  if (!exchange || exchange.bytes === 0) return;
  for await (const segment of segmentsFrom(db, exchange.id, 0)) {
    const stored = segmentUpTo(segment, exchange.bytes, exchange.entries);
    if (!stored) return;
    yield stored;
  }
}
