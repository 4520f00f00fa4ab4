import { EntryKind, type ParserState } from '../sse/types.ts';
import { GrowingColumn } from './growingColumn.ts';
import type { CarriedId, Segment } from './segment.ts';

/** What a segment takes beside its columns: its keys, its indexes, the parser's state; bytes, measured. */
const SEGMENT_OVERHEAD = 600;
/** Columns of an entry and of a chunk, bytes. */
const ENTRY_BYTES = 27;
const CHUNK_BYTES = 12;

/** The segment at the end of an exchange, which still grows. Its fields are those of {@link Segment}. */
export class OpenSegment {
  readonly index: number;
  readonly base: number;
  readonly firstEntry: number;
  readonly bytes = new GrowingColumn<Uint8Array>(Uint8Array, 512);
  readonly chunkEnds = new GrowingColumn<Uint32Array>(Uint32Array, 8);
  readonly chunkTimes = new GrowingColumn<Float64Array>(Float64Array, 8);
  continues = false;
  readonly kinds = new GrowingColumn<Uint8Array>(Uint8Array, 8);
  readonly #ends = new GrowingColumn<Uint32Array>(Uint32Array, 8);
  readonly #lengths = new GrowingColumn<Uint32Array>(Uint32Array, 8);
  readonly #values = new GrowingColumn<Uint32Array>(Uint32Array, 8);
  readonly #dataStarts = new GrowingColumn<Int32Array>(Int32Array, 8);
  readonly #typeOf = new GrowingColumn<Uint16Array>(Uint16Array, 8);
  /** Each type, and its index. */
  readonly types = new Map<string, number>();
  readonly #idStarts = new GrowingColumn<Int32Array>(Int32Array, 8);
  readonly #idLengths = new GrowingColumn<Uint32Array>(Uint32Array, 8);
  readonly #carriedIds: CarriedId[] = [];

  constructor(index: number, base: number, firstEntry: number) {
    this.index = index;
    this.base = base;
    this.firstEntry = firstEntry;
  }

  /** A stored segment, to go on with. */
  static reopen(stored: Segment): OpenSegment {
    const segment = new OpenSegment(stored.index, stored.base, stored.firstEntry);
    segment.bytes.addAll(stored.bytes);
    segment.chunkEnds.addAll(stored.chunkEnds);
    segment.chunkTimes.addAll(stored.chunkTimes);
    segment.kinds.addAll(stored.kinds);
    segment.#ends.addAll(stored.ends);
    segment.#lengths.addAll(stored.lengths);
    segment.#values.addAll(stored.values);
    segment.#dataStarts.addAll(stored.dataStarts);
    segment.#typeOf.addAll(stored.typeOf);
    for (const [i, type] of stored.types.entries()) segment.types.set(type, i);
    segment.#idStarts.addAll(stored.idStarts);
    segment.#idLengths.addAll(stored.idLengths);
    for (const id of stored.carriedIds) segment.#carriedIds.push(id);
    return segment;
  }

  /** Keeps the text of an ID that began before this segment. `start`: offset in the exchange, or -1. */
  carryId(start: number, text: string): void {
    this.#carriedIds.push({ start, text });
  }

  /** Bytes that arrived together. */
  addChunk(piece: Uint8Array, time: number): void {
    this.bytes.addAll(piece);
    this.chunkEnds.add(this.bytes.length);
    this.chunkTimes.add(time);
  }

  /**
   * An entry as {@link EntrySink.entry} gives it.
   *
   * @param id - the text of its last event ID, in case that is not in this segment
   */
  addEntry(
    kind: EntryKind,
    from: number,
    to: number,
    detail: number,
    type: string,
    dataSize: number,
    dataStart: number,
    idStart: number,
    idEnd: number,
    id: () => string,
  ): void {
    let typeIndex = this.types.get(type);
    if (typeIndex === undefined) {
      typeIndex = this.types.size;
      this.types.set(type, typeIndex);
    }
    const { base } = this;
    const value = kind === EntryKind.problem || kind === EntryKind.retry ? detail : dataSize;
    this.kinds.add(kind);
    this.#ends.add(to - base);
    this.#lengths.add(Math.min(to - from, 0xffff_ffff));
    this.#values.add(Math.min(value, 0xffff_ffff));
    this.#dataStarts.add(dataStart < base ? -1 : dataStart - base);
    this.#typeOf.add(typeIndex);
    this.#idStarts.add(idStart < base ? -1 - this.#carried(idStart, id) : idStart - base);
    this.#idLengths.add(idEnd - idStart);
  }

  /** Events of these types from the n-th entry of this segment on. */
  eventsFrom(entry: number, types: ReadonlySet<string>): number {
    const wanted = [...this.types.keys()].map((type) => types.has(type));
    let count = 0;
    for (let i = entry; i < this.kinds.length; i++) {
      if (this.kinds.at(i) === EntryKind.event && wanted[this.#typeOf.at(i)]) count++;
    }
    return count;
  }

  /** The record of what it is by now. */
  record(exchange: string, parser: ParserState): Segment {
    return {
      exchange,
      index: this.index,
      base: this.base,
      firstEntry: this.firstEntry,
      firstTime: this.chunkTimes.length > 0 ? this.chunkTimes.at(0) : 0,
      bytes: this.bytes.copy(),
      chunkEnds: this.chunkEnds.copy(),
      chunkTimes: this.chunkTimes.copy(),
      continues: this.continues,
      kinds: this.kinds.copy(),
      ends: this.#ends.copy(),
      lengths: this.#lengths.copy(),
      values: this.#values.copy(),
      dataStarts: this.#dataStarts.copy(),
      typeOf: this.#typeOf.copy(),
      types: [...this.types.keys()],
      idStarts: this.#idStarts.copy(),
      idLengths: this.#idLengths.copy(),
      carriedIds: [...this.#carriedIds],
      parser,
    };
  }

  /** What it takes in the store, bytes. */
  size(): number {
    if (this.bytes.length === 0 && this.kinds.length === 0) return 0;
    const ids = this.#carriedIds.reduce((sum, { text }) => sum + text.length, 0);
    const columns = this.kinds.length * ENTRY_BYTES + this.chunkEnds.length * CHUNK_BYTES;
    return SEGMENT_OVERHEAD + this.bytes.length + columns + ids;
  }

  /** Index among the carried IDs of the one that began there. */
  #carried(start: number, id: () => string): number {
    for (let i = this.#carriedIds.length - 1; i >= 0; i--) if (this.#carriedIds[i]!.start === start) return i;
    // The line of this ID began in an earlier segment and ended in this one.
    this.carryId(start, id());
    return this.#carriedIds.length - 1;
  }
}
