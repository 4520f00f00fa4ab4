import type { Segment } from '../shared/session/segment.ts';
import type { Live } from './ledger.ts';
import type { RecordStore } from './recordStore.ts';

/** The segments of an exchange in their order: the stored ones, then those that are not written yet. */
export async function exchangeSegments(store: RecordStore, { exchange, writer }: Live): Promise<Segment[]> {
  const unwritten = writer.unwritten();
  const inMemory = unwritten[0]?.index ?? Infinity;
  const segments: Segment[] = [];
  for (let index = 0; index < inMemory; index++) {
    const segment = await store.segment(exchange.id, index);
    if (!segment) break;
    segments.push(segment);
  }
  return [...segments, ...unwritten];
}
