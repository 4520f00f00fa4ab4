import { firstAtLeast } from '../session/firstAtLeast.ts';
import { readBlock } from '../sse/readEvent.ts';
import { EntryKind } from '../sse/types.ts';
import type { Segment } from './segment.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** One entry of the index, without its data. */
export interface EntryRow {
  /** Order in the exchange, from 0. */
  ordinal: number;
  kind: EntryKind;
  /** Byte range in the exchange. */
  start: number;
  end: number;
  /** Arrival of the chunk that completed it, ms since the epoch. */
  time: number;
  type: string;
  /** The last event ID that holds for it. */
  lastEventId: string;
  /** Bytes of data of an event or incomplete tail, ms of a retry, ProblemKind of a problem. */
  value: number;
}

/** Gives the segment of an exchange by its index, from wherever they are kept. */
export type SegmentSource = (index: number) => Promise<Segment | undefined>;

/** The i-th entry of a segment. Its cost does not depend on how long the stream is. */
export function entryRow(segment: Segment, i: number): EntryRow {
  const end = segment.base + segment.ends[i]!;
  return {
    ordinal: segment.firstEntry + i,
    kind: segment.kinds[i] as EntryKind,
    start: end - segment.lengths[i]!,
    end,
    time: entryTime(segment, i),
    type: segment.types[segment.typeOf[i]!]!,
    lastEventId: entryLastEventId(segment, i),
    value: segment.values[i]!,
  };
}

/** Bytes: of the data for an event or an incomplete tail, of the line for the others. */
export function entrySize({ kinds, values, lengths }: Segment, i: number): number {
  const kind = kinds[i];
  return kind === EntryKind.event || kind === EntryKind.incomplete ? values[i]! : lengths[i]!;
}

/** Arrival of the chunk that holds the last byte of the i-th entry. */
export function entryTime(segment: Segment, i: number): number {
  const chunk = firstAtLeast(segment.chunkEnds, segment.ends[i]!);
  return segment.chunkTimes[Math.min(chunk, segment.chunkTimes.length - 1)]!;
}

export function entryLastEventId(segment: Segment, i: number): string {
  const start = segment.idStarts[i]!;
  if (start < 0) return segment.carriedIds[-1 - start]!.text;
  return decoder.decode(segment.bytes.subarray(start, start + segment.idLengths[i]!));
}

/** Index in the segment of the first entry that arrived at `time` or later; its length when there is none. */
export function entryAtTime(segment: Segment, time: number): number {
  let low = 0;
  let high = segment.kinds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entryTime(segment, middle) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index in the segment of the first entry that ends after byte `offset` of the exchange; or its length. */
export function entryAtOffset(segment: Segment, offset: number): number {
  return firstAtLeast(segment.ends, offset - segment.base + 1);
}

/** The exact bytes of the i-th entry, or nothing when an earlier part of it is in another segment. */
export function localEntryBytes(segment: Segment, i: number): Uint8Array | undefined {
  const end = segment.ends[i]!;
  const start = end - segment.lengths[i]!;
  return start < 0 ? undefined : segment.bytes.subarray(start, end);
}

/** The exact bytes of the i-th entry; asks for earlier segments when it began there. */
export async function entryBytes(segment: Segment, i: number, source: SegmentSource): Promise<Uint8Array> {
  const local = localEntryBytes(segment, i);
  if (local) return local;
  const bytes = new Uint8Array(segment.lengths[i]!);
  let to = bytes.length;
  let piece = segment.bytes.subarray(0, segment.ends[i]!);
  for (let index = segment.index; ; ) {
    const take = Math.min(piece.length, to);
    bytes.set(piece.subarray(piece.length - take), to - take);
    to -= take;
    if (to === 0) return bytes;
    index--;
    const earlier = await source(index);
    if (!earlier) throw new Error(`Segment ${index} of exchange ${segment.exchange} is not in the store.`);
    piece = earlier.bytes;
  }
}

/** The data of the i-th entry as text: '' for what has no data buffer. */
export async function entryData(segment: Segment, i: number, source: SegmentSource): Promise<string> {
  const local = localData(segment, i);
  if (local) return decoder.decode(local);
  const bytes = await entryBytes(segment, i, source);
  return readBlock(bytes, segment.base + segment.ends[i]! === bytes.length).data;
}

/** The bytes of the i-th entry's data where they are one piece of this segment: the usual case. */
export function localData(segment: Segment, i: number): Uint8Array | undefined {
  const start = segment.dataStarts[i]!;
  return start < 0 ? undefined : segment.bytes.subarray(start, start + segment.values[i]!);
}
