import type { Segment } from '../../shared/segment/segment.ts';
import { exchangeIndexAt } from '../../shared/session/exchangeList.ts';
import type { Database } from '../../shared/store/open.ts';
import { readSegmentOfEntry, readSegments } from '../../shared/store/read.ts';
import type { StreamExtent, StreamIndex } from './streamIndex.ts';

/** Segments that are read at once … */
const BATCH = 16;
/** … and batches that are on their way at a time: reading and looking go on together. */
const AHEAD = 3;

/**
 * The segments of an exchange from one on, in their order. Each batch is read with the first segment of the next one:
 * where that is there, the last one of the batch was complete when it was read.
 */
export async function* segmentsFrom(db: Database, exchange: string, index: number): AsyncGenerator<Segment> {
  const coming: Promise<Segment[]>[] = [];
  let next = index;
  const ask = () => {
    coming.push(readSegments(db, exchange, next, next + BATCH + 1));
    next += BATCH;
  };
  // Most exchanges have few segments: the first answer tells whether there are more.
  ask();
  for (;;) {
    const segments = await coming.shift()!;
    const goesOn = segments.length > BATCH;
    if (goesOn) while (coming.length < AHEAD) ask();
    yield* goesOn ? segments.slice(0, BATCH) : segments;
    if (!goesOn) return;
  }
}

/** Brings an index up to what there is of its stream. */
export async function readIndex(
  db: Database,
  index: StreamIndex,
  extent: StreamExtent,
  signal: AbortSignal,
  grown: () => void,
): Promise<void> {
  const { exchanges } = extent;
  for (let i = exchangeIndexAt(exchanges, index.length); i < exchanges.length; i++) {
    const { id, firstEntry, entries } = exchanges[i]!;
    if (index.length >= firstEntry + entries || entries === 0) continue;
    const known = Math.max(0, index.length - firstEntry);
    const first = known === 0 ? 0 : (await readSegmentOfEntry(db, id, known))?.index;
    if (first === undefined || signal.aborted) return;
    for await (const segment of segmentsFrom(db, id, first)) {
      if (signal.aborted) return;
      const from = index.length - firstEntry - segment.firstEntry;
      if (from < segment.kinds.length) index.add(segment, Math.max(0, from));
      grown();
    }
    // The rest is not in the store yet: what follows would stand at wrong ordinals.
    if (index.length < firstEntry + entries) return;
  }
}
