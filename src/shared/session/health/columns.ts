import { EntryKind } from '../../sse/types.ts';
import { entryLastEventId } from '../readSegment.ts';
import type { Segment } from '../segment.ts';

/**
 * The stored columns of one exchange put together, as the health functions read them: one element for each entry or
 * chunk, in their order. Times are ms since the epoch, sizes bytes.
 */
export interface ExchangeColumns {
  /** EntryKind of each entry. */
  kinds: Uint8Array;
  /** Arrival of the chunk that completed it. */
  times: Float64Array;
  /** Byte offset after it. */
  ends: Float64Array;
  /** Index into `types`. */
  typeOf: Uint16Array;
  types: string[];
  /** Data bytes of events, ms of retries, ProblemKind of problems. */
  values: Uint32Array;
  chunkTimes: Float64Array;
  /** Byte offset after each chunk. */
  chunkEnds: Float64Array;
  /** Last event IDs of the first and the last event; '' where there is none. */
  firstId: string;
  lastId: string;
  /** The IDs of all events, where every event has a whole number for one; undefined otherwise. */
  numericIds: Float64Array | undefined;
}

/** Puts the segments of one exchange together, in one pass. */
export function columnsOf(segments: readonly Segment[]): ExchangeColumns {
  const entries = segments.reduce((sum, segment) => sum + segment.kinds.length, 0);
  const chunks = segments.reduce((sum, segment) => sum + segment.chunkTimes.length, 0);
  const types = new Map<string, number>();
  const columns: ExchangeColumns = {
    kinds: new Uint8Array(entries),
    times: new Float64Array(entries),
    ends: new Float64Array(entries),
    typeOf: new Uint16Array(entries),
    types: [],
    values: new Uint32Array(entries),
    chunkTimes: new Float64Array(chunks),
    chunkEnds: new Float64Array(chunks),
    firstId: '',
    lastId: '',
    numericIds: undefined,
  };
  const ids: number[] = [];
  let numeric = true;
  let seenEvent = false;
  let n = 0;
  let c = 0;
  for (const segment of segments) {
    const typeIndex = segment.types.map((type) => {
      const known = types.get(type);
      if (known !== undefined) return known;
      types.set(type, types.size);
      return types.size - 1;
    });
    let chunk = 0;
    for (let i = 0; i < segment.kinds.length; i++, n++) {
      while (chunk < segment.chunkEnds.length - 1 && segment.chunkEnds[chunk]! < segment.ends[i]!) chunk++;
      columns.kinds[n] = segment.kinds[i]!;
      columns.times[n] = segment.chunkTimes[chunk]!;
      columns.ends[n] = segment.base + segment.ends[i]!;
      columns.typeOf[n] = typeIndex[segment.typeOf[i]!]!;
      columns.values[n] = segment.values[i]!;
      if (segment.kinds[i] !== EntryKind.event) continue;
      if (numeric || !seenEvent) {
        const id = entryLastEventId(segment, i);
        if (!seenEvent) columns.firstId = id;
        seenEvent = true;
        numeric &&= /^\d{1,15}$/.test(id);
        if (numeric) ids.push(Number(id));
      }
    }
    for (let i = 0; i < segment.chunkTimes.length; i++, c++) {
      columns.chunkTimes[c] = segment.chunkTimes[i]!;
      columns.chunkEnds[c] = segment.base + segment.chunkEnds[i]!;
    }
  }
  const last = segments.findLast((segment) => segment.kinds.includes(EntryKind.event));
  if (last) columns.lastId = entryLastEventId(last, last.kinds.lastIndexOf(EntryKind.event));
  if (numeric && ids.length > 0) columns.numericIds = Float64Array.from(ids);
  columns.types = [...types.keys()];
  return columns;
}
