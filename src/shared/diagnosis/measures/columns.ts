import { GrowingColumn } from '../../segment/growingColumn.ts';
import type { Segment } from '../../segment/segment.ts';
import type { Tally } from './tally.ts';
import { Tallying } from './tallying.ts';

/**
 * One exchange as the measures read it: the last entries and chunks one by one, one element for each in their order, and
 * what is counted over all of them. Times are ms since the epoch, sizes bytes.
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
  /** Ordinal of the first entry here; 0 where all of them are. */
  firstEntry: number;
  /** Chunks that came before those here. */
  chunksBefore: number;
  all: Tally;
}

/** Shapes (a rhythm, lumps, bursts) are looked for in the last so many entries and chunks. */
export const WINDOW = 10_000;

/** Puts the segments of one exchange together, each byte of them looked at once, also where the last one grows. */
export interface ColumnsBuilder {
  /** The next segment in order, or the last one again with more in it. */
  add(segment: Segment): void;
  /** Index of the segment that comes next, or may have grown. */
  readonly next: number;
  /** The same object while nothing is added. */
  columns(): ExchangeColumns;
}

export function createColumnsBuilder(window = WINDOW): ColumnsBuilder {
  const kinds = new GrowingColumn<Uint8Array>(Uint8Array, 64);
  const times = new GrowingColumn<Float64Array>(Float64Array, 64);
  const ends = new GrowingColumn<Float64Array>(Float64Array, 64);
  const typeOf = new GrowingColumn<Uint16Array>(Uint16Array, 64);
  const values = new GrowingColumn<Uint32Array>(Uint32Array, 64);
  const chunkTimes = new GrowingColumn<Float64Array>(Float64Array, 64);
  const chunkEnds = new GrowingColumn<Float64Array>(Float64Array, 64);
  const types = new Map<string, number>();
  const tallying = new Tallying();
  /** How far the segment `at` has been read. */
  let at = 0;
  let entry = 0;
  let chunk = 0;
  let entries = 0;
  let chunks = 0;
  let known: ExchangeColumns | undefined;

  function indexOf(type: string): number {
    let index = types.get(type);
    if (index === undefined) {
      // A stream with more types than a column tells apart: the rest of them share the last number.
      index = Math.min(types.size, 65_535);
      types.set(type, index);
    }
    return index;
  }

  return {
    get next() {
      return at;
    },
    add(segment) {
      if (segment.index !== at) {
        at = segment.index;
        entry = 0;
        chunk = 0;
      }
      if (segment.kinds.length === entry && segment.chunkEnds.length === chunk && known) return;
      known = undefined;
      tallying.add(segment, entry, chunk);
      const typeIndex = segment.types.map(indexOf);
      let holds = 0;
      for (let i = entry; i < segment.kinds.length; i++) {
        while (holds < segment.chunkEnds.length - 1 && segment.chunkEnds[holds]! < segment.ends[i]!) holds++;
        kinds.add(segment.kinds[i]!);
        times.add(segment.chunkTimes[holds]!);
        ends.add(segment.base + segment.ends[i]!);
        typeOf.add(typeIndex[segment.typeOf[i]!]!);
        values.add(segment.values[i]!);
      }
      for (let i = chunk; i < segment.chunkTimes.length; i++) {
        chunkTimes.add(segment.chunkTimes[i]!);
        chunkEnds.add(segment.base + segment.chunkEnds[i]!);
      }
      entries += segment.kinds.length - entry;
      chunks += segment.chunkEnds.length - chunk;
      entry = segment.kinds.length;
      chunk = segment.chunkEnds.length;
      if (kinds.length > 2 * window)
        for (const one of [kinds, times, ends, typeOf, values]) one.keepLast(window);
      if (chunkTimes.length > 2 * window) for (const one of [chunkTimes, chunkEnds]) one.keepLast(window);
    },
    columns() {
      known ??= {
        kinds: kinds.view(),
        times: times.view(),
        ends: ends.view(),
        typeOf: typeOf.view(),
        types: [...types.keys()],
        values: values.view(),
        chunkTimes: chunkTimes.view(),
        chunkEnds: chunkEnds.view(),
        firstEntry: entries - kinds.length,
        chunksBefore: chunks - chunkTimes.length,
        all: tallying.tally(),
      };
      return known;
    },
  };
}

/** Puts all segments of one exchange together. */
export function columnsOf(segments: readonly Segment[]): ExchangeColumns {
  const builder = createColumnsBuilder();
  for (const segment of segments) builder.add(segment);
  return builder.columns();
}
