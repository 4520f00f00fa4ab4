import { createParser, type Parser } from '../sse/parse.ts';
import { initialParserState } from '../sse/parserState.ts';
import { EntryKind, type EntrySink } from '../sse/types.ts';
import { OpenSegment } from './openSegment.ts';
import { SEGMENT_BYTES, type Segment } from './segment.ts';

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
  return new Writer(start);
}

class Writer implements SegmentWriter, EntrySink {
  readonly #exchange: string;
  #parser: Parser;
  readonly #id = () => this.#parser.lastEventId();
  #open: OpenSegment;
  /** What the segments before the open one take. */
  #storedBefore: number;
  #events: number;
  /** The open segment has changed since it was last taken. */
  #dirty = false;
  /** Full segments that were not taken. */
  #full: Segment[] = [];

  constructor({ exchange, tail, events = 0, stored = 0, lastEventId = '' }: SegmentWriterStart) {
    this.#exchange = exchange;
    this.#events = events;
    this.#open = tail ? OpenSegment.reopen(tail) : new OpenSegment(0, 0, 0);
    this.#storedBefore = tail ? Math.max(0, stored - this.#open.size()) : 0;
    this.#parser = createParser(this, tail?.parser ?? initialParserState(lastEventId));
    if (!tail) this.#carryId();
  }

  get bytes(): number {
    return this.#open.base + this.#open.bytes.length;
  }

  get entries(): number {
    return this.#open.firstEntry + this.#open.kinds.length;
  }

  get events(): number {
    return this.#events;
  }

  get stored(): number {
    return this.#storedBefore + this.#open.size();
  }

  entry(
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
    this.#open.addEntry(kind, from, to, detail, type, dataSize, dataStart, idStart, idEnd, this.#id);
    if (kind === EntryKind.event) this.#events++;
  }

  append(chunk: Uint8Array, time: number): void {
    let from = 0;
    while (from < chunk.length) {
      this.#rollWhenFull(from > 0);
      const piece = chunk.subarray(from, from + SEGMENT_BYTES);
      this.#parser.push(piece);
      this.#open.addChunk(piece, time);
      from += piece.length;
      this.#dirty = true;
    }
  }

  appendAll(bytes: Uint8Array, ends: Uint32Array, times: Float64Array): void {
    let from = 0;
    for (let i = 0; i < ends.length; ) {
      // An empty chunk must not begin a segment: one without a chunk has no time for its entries.
      if (ends[i]! === from) {
        i++;
        continue;
      }
      this.#rollWhenFull(false);
      const room = SEGMENT_BYTES - this.#open.bytes.length;
      let after = i;
      while (after < ends.length && ends[after]! - from <= room) after++;
      if (after === i) {
        // It does not fit: it goes in by itself, and beyond.
        this.append(bytes.subarray(from, ends[i]!), times[i]!);
        from = ends[i]!;
        i++;
        continue;
      }
      this.#appendFitting(bytes, ends, times, from, i, after);
      from = ends[after - 1]!;
      i = after;
    }
  }

  /** The chunks from the n-th up to another one, which fit into the open segment: `bytes` from `from` on. */
  #appendFitting(
    bytes: Uint8Array,
    ends: Uint32Array,
    times: Float64Array,
    from: number,
    first: number,
    after: number,
  ): void {
    const open = this.#open;
    const piece = bytes.subarray(from, ends[after - 1]!);
    this.#parser.push(piece);
    const base = open.bytes.length - from;
    open.bytes.addAll(piece);
    let last = from;
    for (let i = first; i < after; i++) {
      if (ends[i]! === last) continue;
      last = ends[i]!;
      open.chunkEnds.add(base + last);
      open.chunkTimes.add(times[i]!);
    }
    this.#dirty = true;
  }

  end(): void {
    this.#parser.end();
    this.#dirty = true;
  }

  breakOff(): void {
    this.#parser.end();
    const { offset, lastEventId, idStart, idEnd } = this.#parser.state();
    // In the middle of a stream a byte order mark is none.
    const fresh = { offset, lineStart: offset, blockStart: offset, firstLine: false, idStart, idEnd };
    this.#parser = createParser(this, { ...initialParserState(lastEventId), ...fresh });
    this.#dirty = true;
  }

  takeChanged(): Segment[] {
    const segments = this.unwritten();
    this.#full = [];
    this.#dirty = false;
    return segments;
  }

  unwritten(): Segment[] {
    return this.#dirty ? [...this.#full, this.#record()] : [...this.#full];
  }

  lastEventId(): string {
    return this.#parser.state().lastEventId;
  }

  eventsFrom(entry: number, types: ReadonlySet<string>): number | undefined {
    const { firstEntry } = this.#open;
    return entry < firstEntry ? undefined : this.#open.eventsFrom(entry - firstEntry, types);
  }

  #record(): Segment {
    return this.#open.record(this.#exchange, this.#parser.state());
  }

  #rollWhenFull(continues: boolean): void {
    const open = this.#open;
    if (open.bytes.length < SEGMENT_BYTES && open.types.size <= MAX_TYPES / 2) return;
    open.continues = continues;
    this.#full.push(this.#record());
    this.#storedBefore += open.size();
    this.#open = new OpenSegment(
      open.index + 1,
      open.base + open.bytes.length,
      open.firstEntry + open.kinds.length,
    );
    this.#carryId();
  }

  /** The ID that holds now is in an earlier segment, or in none: its text comes along. */
  #carryId(): void {
    const { idStart, id } = this.#parser.state();
    this.#open.carryId(idStart, id);
  }
}
