import { createParser } from '../sse/parse.ts';
import { initialParserState } from '../sse/parserState.ts';
import { EntryKind, type EntrySink } from '../sse/types.ts';
import { GrowingColumn } from './growingColumn.ts';
import { type CarriedId, SEGMENT_BYTES, type Segment } from './segment.ts';

/** What a segment takes beside its columns: its keys, its indexes, the parser's state; bytes, measured. */
const SEGMENT_OVERHEAD = 600;
/** Columns of an entry and of a chunk, bytes. */
const ENTRY_BYTES = 27;
const CHUNK_BYTES = 12;

/** Types that one segment can tell apart: its column has 16 bits. */
const MAX_TYPES = 65_536;

export interface SegmentWriter {
  /** Adds bytes that arrived together at `time` (ms since the epoch). */
  append(chunk: Uint8Array, time: number): void;
  /**
   * Adds chunks that follow each other in `bytes`, at the cost of one.
   *
   * @param ends - offset in `bytes` after each chunk
   * @param times - arrival of each chunk, ms since the epoch
   */
  appendAll(bytes: Uint8Array, ends: Uint32Array, times: Float64Array): void;
  /** The stream is over: an unfinished block becomes an incomplete entry. */
  end(): void;
  /** What follows does not continue what was so far: an unfinished block becomes an incomplete entry. */
  breakOff(): void;
  /** The segments that changed since the last call, as records to be stored under (exchange, index). */
  takeChanged(): Segment[];
  /** The same segments, which stay to be taken. */
  unwritten(): Segment[];
  /** The last event ID string so far: what the client sends when it reconnects. */
  lastEventId(): string;
  /**
   * Events of these types from the n-th entry on, up to here.
   *
   * @returns undefined where that entry is in an earlier segment
   */
  eventsFrom(entry: number, types: ReadonlySet<string>): number | undefined;
  readonly bytes: number;
  readonly entries: number;
  readonly events: number;
  /** What the segments take in the store, bytes, as far as it can be told without writing them. */
  readonly stored: number;
}

/** What is known of an exchange before its next byte. */
export interface SegmentWriterStart {
  exchange: string;
  /** Its last stored segment, to go on from. */
  tail?: Segment;
  /** Events in the segments up to that one. */
  events?: number;
  /** What the segments up to that one take, bytes. */
  stored?: number;
  /** The last event ID that the client has from an earlier exchange. */
  lastEventId?: string;
}

/**
 * Turns the chunks of one exchange into segments. Appending costs time that grows with the chunk alone; memory
 * holds one segment. Goes on from the stored tail as if it had never stopped.
 */
export function createSegmentWriter(start: SegmentWriterStart): SegmentWriter {
  const { exchange, tail } = start;
  let events = start.events ?? 0;
  let open = tail ? reopen(tail) : newSegment(0, 0, 0);
  /** What the segments before the open one take. */
  let storedBefore = tail ? Math.max(0, (start.stored ?? 0) - sizeOf(open)) : 0;
  let dirty = false;
  let changed: Segment[] = [];
  const sink: EntrySink = { entry: addEntry };
  let parser = createParser(sink, tail?.parser ?? initialParserState(start.lastEventId ?? ''));
  if (!tail) carryId();

  function newSegment(index: number, base: number, firstEntry: number) {
    return {
      index,
      base,
      firstEntry,
      bytes: new GrowingColumn<Uint8Array>(Uint8Array, 512),
      chunkEnds: new GrowingColumn<Uint32Array>(Uint32Array, 8),
      chunkTimes: new GrowingColumn<Float64Array>(Float64Array, 8),
      continues: false,
      kinds: new GrowingColumn<Uint8Array>(Uint8Array, 8),
      ends: new GrowingColumn<Uint32Array>(Uint32Array, 8),
      lengths: new GrowingColumn<Uint32Array>(Uint32Array, 8),
      values: new GrowingColumn<Uint32Array>(Uint32Array, 8),
      dataStarts: new GrowingColumn<Int32Array>(Int32Array, 8),
      typeOf: new GrowingColumn<Uint16Array>(Uint16Array, 8),
      types: new Map<string, number>(),
      idStarts: new GrowingColumn<Int32Array>(Int32Array, 8),
      idLengths: new GrowingColumn<Uint32Array>(Uint32Array, 8),
      carriedIds: [] as CarriedId[],
    };
  }

  function reopen(s: Segment): ReturnType<typeof newSegment> {
    const segment = newSegment(s.index, s.base, s.firstEntry);
    segment.bytes.addAll(s.bytes);
    segment.chunkEnds.addAll(s.chunkEnds);
    segment.chunkTimes.addAll(s.chunkTimes);
    segment.kinds.addAll(s.kinds);
    segment.ends.addAll(s.ends);
    segment.lengths.addAll(s.lengths);
    segment.values.addAll(s.values);
    segment.dataStarts.addAll(s.dataStarts);
    segment.typeOf.addAll(s.typeOf);
    segment.types = new Map(s.types.map((type, i) => [type, i]));
    segment.idStarts.addAll(s.idStarts);
    segment.idLengths.addAll(s.idLengths);
    segment.carriedIds = [...s.carriedIds];
    return segment;
  }

  /** The ID that holds now is in an earlier segment, or in none: its text comes along. */
  function carryId(): void {
    const { idStart, id } = parser.state();
    open.carriedIds.push({ start: idStart, text: id });
  }

  function addEntry(
    kind: EntryKind,
    from: number,
    to: number,
    detail: number,
    type: string,
    dataSize: number,
    dataStart: number,
    idStart: number,
    idEnd: number,
  ): void {
    let typeIndex = open.types.get(type);
    if (typeIndex === undefined) {
      typeIndex = open.types.size;
      open.types.set(type, typeIndex);
    }
    let id = idStart - open.base;
    if (id < 0) {
      let carried = open.carriedIds.length - 1;
      while (carried >= 0 && open.carriedIds[carried]!.start !== idStart) carried--;
      if (carried < 0) {
        carried = open.carriedIds.length;
        // The line of this ID began in an earlier segment and ended in this one.
        open.carriedIds.push({ start: idStart, text: parser.lastEventId() });
      }
      id = -1 - carried;
    }
    open.kinds.add(kind);
    open.ends.add(to - open.base);
    open.lengths.add(Math.min(to - from, 0xffff_ffff));
    open.values.add(
      Math.min(kind === EntryKind.problem || kind === EntryKind.retry ? detail : dataSize, 0xffff_ffff),
    );
    open.dataStarts.add(dataStart < open.base ? -1 : dataStart - open.base);
    open.typeOf.add(typeIndex);
    open.idStarts.add(id);
    open.idLengths.add(idEnd - idStart);
    if (kind === EntryKind.event) events++;
  }

  function record(): Segment {
    return {
      exchange,
      index: open.index,
      base: open.base,
      firstEntry: open.firstEntry,
      firstTime: open.chunkTimes.length > 0 ? open.chunkTimes.at(0) : 0,
      bytes: open.bytes.copy(),
      chunkEnds: open.chunkEnds.copy(),
      chunkTimes: open.chunkTimes.copy(),
      continues: open.continues,
      kinds: open.kinds.copy(),
      ends: open.ends.copy(),
      lengths: open.lengths.copy(),
      values: open.values.copy(),
      dataStarts: open.dataStarts.copy(),
      typeOf: open.typeOf.copy(),
      types: [...open.types.keys()],
      idStarts: open.idStarts.copy(),
      idLengths: open.idLengths.copy(),
      carriedIds: [...open.carriedIds],
      parser: parser.state(),
    };
  }

  function roll(): void {
    changed.push(record());
    storedBefore += sizeOf(open);
    open = newSegment(open.index + 1, open.base + open.bytes.length, open.firstEntry + open.kinds.length);
    carryId();
  }

  function rollWhenFull(continues: boolean): void {
    if (open.bytes.length < SEGMENT_BYTES && open.types.size <= MAX_TYPES / 2) return;
    open.continues = continues;
    roll();
  }

  function append(chunk: Uint8Array, time: number): void {
    let from = 0;
    while (from < chunk.length) {
      rollWhenFull(from > 0);
      const piece = chunk.subarray(from, from + SEGMENT_BYTES);
      parser.push(piece);
      open.bytes.addAll(piece);
      open.chunkEnds.add(open.bytes.length);
      open.chunkTimes.add(time);
      from += piece.length;
      dirty = true;
    }
  }

  function appendAll(bytes: Uint8Array, ends: Uint32Array, times: Float64Array): void {
    let from = 0;
    for (let i = 0; i < ends.length; ) {
      // An empty chunk must not begin a segment: one without a chunk has no time for its entries.
      if (ends[i]! === from) {
        i++;
        continue;
      }
      rollWhenFull(false);
      const room = SEGMENT_BYTES - open.bytes.length;
      let after = i;
      while (after < ends.length && ends[after]! - from <= room) after++;
      if (after === i) {
        // It does not fit: it goes in by itself, and beyond.
        append(bytes.subarray(from, ends[i]!), times[i]!);
        from = ends[i]!;
        i++;
        continue;
      }
      const piece = bytes.subarray(from, ends[after - 1]!);
      parser.push(piece);
      const base = open.bytes.length - from;
      open.bytes.addAll(piece);
      for (; i < after; i++) {
        if (ends[i]! === from) continue;
        from = ends[i]!;
        open.chunkEnds.add(base + from);
        open.chunkTimes.add(times[i]!);
      }
      dirty = true;
    }
  }

  return {
    append,
    appendAll,
    end() {
      parser.end();
      dirty = true;
    },
    breakOff() {
      parser.end();
      const { offset, lastEventId, idStart, idEnd } = parser.state();
      // In the middle of a stream a byte order mark is none.
      const fresh = { offset, lineStart: offset, blockStart: offset, firstLine: false, idStart, idEnd };
      parser = createParser(sink, { ...initialParserState(lastEventId), ...fresh });
      dirty = true;
    },
    takeChanged() {
      const segments = changed;
      changed = [];
      if (dirty) segments.push(record());
      dirty = false;
      return segments;
    },
    unwritten: () => (dirty ? [...changed, record()] : [...changed]),
    lastEventId: () => parser.state().lastEventId,
    eventsFrom(entry, types) {
      if (entry < open.firstEntry) return undefined;
      const wanted = [...open.types.keys()].map((type) => types.has(type));
      let count = 0;
      for (let i = entry - open.firstEntry; i < open.kinds.length; i++) {
        if (open.kinds.at(i) === EntryKind.event && wanted[open.typeOf.at(i)]) count++;
      }
      return count;
    },
    get bytes() {
      return open.base + open.bytes.length;
    },
    get entries() {
      return open.firstEntry + open.kinds.length;
    },
    get events() {
      return events;
    },
    get stored() {
      return storedBefore + sizeOf(open);
    },
  };
}

function sizeOf(segment: {
  bytes: { length: number };
  kinds: { length: number };
  chunkEnds: { length: number };
  carriedIds: CarriedId[];
}): number {
  if (segment.bytes.length === 0 && segment.kinds.length === 0) return 0;
  const ids = segment.carriedIds.reduce((sum, { text }) => sum + text.length, 0);
  const columns = segment.kinds.length * ENTRY_BYTES + segment.chunkEnds.length * CHUNK_BYTES;
  return SEGMENT_OVERHEAD + segment.bytes.length + columns + ids;
}
