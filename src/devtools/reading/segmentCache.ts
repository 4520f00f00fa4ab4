import type { Segment } from '../../shared/session/segment.ts';
import type { Database } from '../../shared/store/open.ts';
import { readSegment, readSegmentOfEntry } from '../../shared/store/read.ts';

/** Segments in memory: at most this many bytes. */
const CACHE_BYTES = 32 << 20;

/**
 * Reads segments, and keeps the last few. A segment that was the last of its exchange when it was read may have
 * grown since: it is read again when an entry beyond it is asked for.
 */
export interface SegmentCache {
  ofEntry(exchange: string, ordinal: number): Promise<Segment | undefined>;
  at(exchange: string, index: number): Promise<Segment | undefined>;
}

export function createSegmentCache(db: Database): SegmentCache {
  const kept = new Map<string, Segment>();
  let size = 0;

  function keep(segment: Segment): Segment {
    const key = `${segment.exchange}#${segment.index}`;
    const before = kept.get(key);
    if (before) size -= weight(before);
    kept.delete(key);
    kept.set(key, segment);
    size += weight(segment);
    for (const [oldest, one] of kept) {
      if (size <= CACHE_BYTES || oldest === key) break;
      kept.delete(oldest);
      size -= weight(one);
    }
    return segment;
  }

  return {
    async ofEntry(exchange, ordinal) {
      for (const segment of kept.values()) {
        if (segment.exchange !== exchange || ordinal < segment.firstEntry) continue;
        if (ordinal < segment.firstEntry + segment.kinds.length) return keep(segment);
      }
      const segment = await readSegmentOfEntry(db, exchange, ordinal);
      return segment && keep(segment);
    },
    async at(exchange, index) {
      const known = kept.get(`${exchange}#${index}`);
      if (known) return known;
      const segment = await readSegment(db, exchange, index);
      return segment && keep(segment);
    },
  };
}

function weight(segment: Segment): number {
  return segment.bytes.length + segment.kinds.length * 27 + segment.chunkEnds.length * 12;
}
