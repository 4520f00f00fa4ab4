import type { Segment } from '../../shared/segment/segment.ts';
import type { Live } from './ledger.ts';
import type { RecordStore } from './recordStore.ts';

/**
 * The segments of an exchange in their order: the stored ones, then those that are not written yet. One at a time: an exchange may be
 * larger than memory.
 */
export async function* exchangeSegments(
  store: RecordStore,
  { exchange, writer }: Live,
): AsyncGenerator<Segment> {
  const unwritten = writer.unwritten();
  const inMemory = unwritten[0]?.index ?? Infinity;
  for (let index = 0; index < inMemory; index++) {
    const segment = await store.segment(exchange.id, index);
    if (!segment) break;
    yield segment;
  }
  yield* unwritten;
}
