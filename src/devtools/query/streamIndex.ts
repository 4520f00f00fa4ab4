import { GrowingColumn } from '../../shared/segment/growingColumn.ts';
import { entrySize } from '../../shared/segment/readSegment.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import { type ClockJump, elapsed } from '../../shared/session/clockJumps.ts';

/** Where the entries of an exchange stand in its stream. */
export interface ExchangeExtent {
  id: string;
  number: number;
  firstEntry: number;
  entries: number;
}

/** What there is of a stream: its exchanges in their order, each with how many entries. */
export interface StreamExtent {
  stream: string;
  exchanges: ExchangeExtent[];
}

/**
 * The columns of one stream that the timeline, the sorting and the statistics need, one element for each entry of
 * all its exchanges: 15 bytes an entry. The text stays in the store.
 */
export class StreamIndex {
  /** Arrival, ms since the epoch. Never less than that of the entry before: a time is found by halving. */
  readonly times = new GrowingColumn<Float64Array>(Float64Array, 256);
  /** Arrival as the clock said; missing as long as it never went back, and `times` says the same. */
  #read: GrowingColumn<Float64Array> | undefined;
  readonly kinds = new GrowingColumn<Uint8Array>(Uint8Array, 256);
  /** Bytes: of the data for an event, of the line for the others. */
  readonly sizes = new GrowingColumn<Uint32Array>(Uint32Array, 256);
  /** Index into `types`. */
  readonly typeOf = new GrowingColumn<Uint16Array>(Uint16Array, 256);
  readonly types: string[] = [];
  /** Where each exchange begins. */
  readonly exchangeStarts: { id: string; first: number }[] = [];
  readonly #typeIndex = new Map<string, number>();

  get length(): number {
    return this.times.length;
  }

  /** Adds the entries of a segment from its i-th one on; they follow what is there. */
  add(segment: Segment, from: number): void {
    if (this.exchangeStarts.at(-1)?.id !== segment.exchange) {
      this.exchangeStarts.push({ id: segment.exchange, first: this.length });
    }
    const types = segment.types.map((type) => this.#typeOf(type));
    const { chunkEnds, chunkTimes, kinds, ends, typeOf } = segment;
    const lastChunk = chunkEnds.length - 1;
    let chunk = 0;
    let time = this.length > 0 ? this.times.at(this.length - 1) : 0;
    for (let i = from; i < kinds.length; i++) {
      while (chunk < lastChunk && chunkEnds[chunk]! < ends[i]!) chunk++;
      const read = chunkTimes[chunk]!;
      if (read < time && !this.#read) {
        this.#read = new GrowingColumn<Float64Array>(Float64Array, this.length + 256);
        this.#read.addAll(this.times.copy());
      }
      this.#read?.add(read);
      time = Math.max(time, read);
      this.times.add(time);
      this.kinds.add(kinds[i]!);
      this.sizes.add(entrySize(segment, i));
      this.typeOf.add(types[typeOf[i]!]!);
    }
  }

  /** Ordinal of the first entry that came at `time` or later; the length when there is none. */
  firstAt(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.times.at(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Ordinal of the entry that came nearest to `time`; -1 when there is none. */
  nearest(time: number): number {
    const after = this.firstAt(time);
    if (after === 0) return this.length > 0 ? 0 : -1;
    if (after === this.length) return after - 1;
    return time - this.times.at(after - 1) <= this.times.at(after) - time ? after - 1 : after;
  }

  /** ms since the entry before; undefined for the first one. */
  gap(n: number): number | undefined {
    return n > 0 ? this.times.at(n) - this.times.at(n - 1) : undefined;
  }

  /** When the n-th entry came, as the clock said, ms since the epoch. */
  at(n: number): number {
    return (this.#read ?? this.times).at(n);
  }

  /** Time that passed since the entry before, ms, without jumps of the clock; undefined for the first one. */
  elapsed(n: number, jumps: readonly ClockJump[]): number | undefined {
    return n > 0 ? elapsed(this.at(n - 1), this.at(n), jumps) : undefined;
  }

  #typeOf(type: string): number {
    let index = this.#typeIndex.get(type);
    if (index === undefined) {
      // A stream with more types than that is told apart by the first ones only.
      index = Math.min(this.types.length, 65_535);
      if (index === this.types.length) this.types.push(type);
      this.#typeIndex.set(type, index);
    }
    return index;
  }
}
