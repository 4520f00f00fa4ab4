import type { Segment } from '../../shared/segment/segment.ts';
import type { Database } from '../../shared/store/open.ts';
import { readSegmentOfEntry, readStoredSegment, type StoredSegment } from '../../shared/store/read.ts';

/** Segments in memory: at most this many bytes. */
const CACHE_BYTES = 32 << 20;

/**
 * Reads segments, and keeps the last few. A segment grows as long as it is the last one of its exchange: its entries
 * stay as they are, its bytes do not. So a copy that was read while it grew serves its own entries, and is read again
 * when somebody wants its bytes to the end.
 */
export interface SegmentCache {
  /** The segment in which an entry ends; it may still grow behind that entry. */
  ofEntry(exchange: string, ordinal: number): Promise<Segment | undefined>;
  /** A segment with all bytes that are in the store by now. */
  at(exchange: string, index: number): Promise<Segment | undefined>;
  /** What was read of an exchange does not hold any more: other bytes have taken their place. */
  forget(exchange: string): void;
}

export function createSegmentCache(db: Database): SegmentCache {
  const kept = new Map<string, StoredSegment>();
  let size = 0;

  function drop(key: string): void {
    const one = kept.get(key);
    if (!one) return;
    kept.delete(key);
    size -= weight(one.segment);
  }

  function keep(stored: StoredSegment): Segment {
    const { segment } = stored;
    const key = `${segment.exchange}#${segment.index}`;
    drop(key);
    kept.set(key, stored);
    size += weight(segment);
    for (const oldest of kept.keys()) {
      if (size <= CACHE_BYTES || oldest === key) break;
      drop(oldest);
    }
    return segment;
  }

  return {
    async ofEntry(exchange, ordinal) {
      for (const stored of kept.values()) {
        const { segment } = stored;
        if (segment.exchange !== exchange || ordinal < segment.firstEntry) continue;
        if (ordinal < segment.firstEntry + segment.kinds.length) return keep(stored);
      }
      const segment = await readSegmentOfEntry(db, exchange, ordinal);
      return segment && keep({ segment, complete: false });
    },
    async at(exchange, index) {
      const known = kept.get(`${exchange}#${index}`);
      if (known?.complete) return keep(known);
      const stored = await readStoredSegment(db, exchange, index);
      return stored && keep(stored);
    },
    forget(exchange) {
      for (const [key, { segment }] of kept) if (segment.exchange === exchange) drop(key);
    },
  };
}

function weight(segment: Segment): number {
  return segment.bytes.length + segment.kinds.length * 27 + segment.chunkEnds.length * 12;
}
