import { entryRow } from '../../shared/session/readSegment.ts';
import type { Exchange } from '../../shared/session/types.ts';
import { createTextReader } from '../../shared/sse/readEvent.ts';
import type { EntryFilter } from '../state/entryFilter.ts';
import { entryPlace } from '../state/rows.ts';
import { entryText } from './readRows.ts';
import type { SegmentCache } from './segmentCache.ts';

/** How long a search may hold up the panel at a time, ms. */
const SLICE = 12;

/**
 * Looks through the entries `from` … `to` of a stream, and hands over the ordinals of those that match as they are
 * found. Lets the panel breathe in between; ends early when the signal is aborted.
 */
export async function searchRows(
  cache: SegmentCache,
  exchanges: readonly Exchange[],
  from: number,
  to: number,
  filter: EntryFilter,
  found: (ordinals: number[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let sliceEnd = performance.now() + SLICE;
  let matches: number[] = [];
  for (let n = from; n < to; ) {
    const place = entryPlace(exchanges, n);
    if (!place) break;
    const segment = await cache.ofEntry(place.exchange.id, place.ordinal);
    if (signal.aborted) return;
    if (!segment) break;
    const first = place.ordinal - segment.firstEntry;
    const textOf = createTextReader(segment.bytes);
    for (let i = first; i < segment.kinds.length && n < to; i++, n++) {
      const row = entryRow(segment, i);
      const start = segment.dataStarts[i]!;
      const text =
        start < 0 ? await entryText(cache, segment, i, row) : textOf(start, start + segment.values[i]!);
      if (filter(row.kind, row.type, row.lastEventId, text)) matches.push(n);
      if (performance.now() > sliceEnd) {
        found(matches);
        matches = [];
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (signal.aborted) return;
        sliceEnd = performance.now() + SLICE;
      }
    }
    if (first >= segment.kinds.length) break;
  }
  found(matches);
}
