import type { ParserState } from '../sse/types.ts';

/** Bytes from which on a segment is full. It may exceed this by one chunk piece. */
export const SEGMENT_BYTES = 256 * 1024;

/** A last event ID that began before the segment did, so that its bytes are elsewhere. */
export interface CarriedId {
  /** Byte offset in the exchange; -1 when the client had it from before. */
  start: number;
  text: string;
}

/**
 * The stored form of a piece of one exchange: the bytes, when they came, and the index of the entries that are
 * complete in them. 27 bytes of columns for an entry, 12 for a chunk.
 *
 * Columns of one kind have one element for each entry, in the order of their ends.
 */
export interface Segment {
  exchange: string;
  /** Order in the exchange, from 0. */
  index: number;
  /** Byte offset of `bytes[0]` in the exchange. */
  base: number;
  /** Ordinal in the exchange of the first entry that ends in this segment. */
  firstEntry: number;
  /** Arrival of the first chunk, ms since the epoch. */
  firstTime: number;
  bytes: Uint8Array;
  /** Offset in `bytes` after each chunk. */
  chunkEnds: Uint32Array;
  /** Arrival of each chunk, ms since the epoch. */
  chunkTimes: Float64Array;
  /** The last chunk goes on in the next segment. */
  continues: boolean;
  /** EntryKind of each entry. */
  kinds: Uint8Array;
  /** Offset in `bytes` after each entry. */
  ends: Uint32Array;
  /** Bytes of each entry: it may begin in an earlier segment. */
  lengths: Uint32Array;
  /** Bytes of data of an event or incomplete tail, ms of a retry, ProblemKind of a problem. */
  values: Uint32Array;
  /** Where the data stands in `bytes` when it is one piece of this segment; -1 otherwise. */
  dataStarts: Int32Array;
  /** Index into `types`. */
  typeOf: Uint16Array;
  types: string[];
  /** Where the last event ID stands in `bytes`; negative: `carriedIds[-1 - n]`. */
  idStarts: Int32Array;
  /** Bytes of that ID. */
  idLengths: Uint32Array;
  carriedIds: CarriedId[];
  /** The parser after the last byte: the next one goes on from here. */
  parser: ParserState;
}
