import { firstAtLeast } from '../session/firstAtLeast.ts';
import type { Segment } from './segment.ts';

/**
 * A segment of an exchange as it was when the exchange had so many bytes and entries: what came later is cut off.
 * Undefined when all of it came later.
 */
export function segmentUpTo(segment: Segment, bytes: number, entries: number): Segment | undefined {
  const length = Math.min(segment.bytes.length, bytes - segment.base);
  const count = Math.min(segment.kinds.length, entries - segment.firstEntry);
  if (length === segment.bytes.length && count === segment.kinds.length) return segment;
  if (length <= 0) return undefined;
  const lastChunk = firstAtLeast(segment.chunkEnds, length);
  const chunks = Math.min(lastChunk + 1, segment.chunkEnds.length);
  const chunkEnds = segment.chunkEnds.slice(0, chunks);
  chunkEnds[chunks - 1] = Math.min(chunkEnds[chunks - 1]!, length);
  const columns = (
    ['kinds', 'ends', 'lengths', 'values', 'dataStarts', 'typeOf', 'idStarts', 'idLengths'] as const
  ).map((name) => [name, segment[name].subarray(0, Math.max(0, count))]);
  return {
    ...segment,
    ...Object.fromEntries(columns),
    bytes: segment.bytes.subarray(0, length),
    chunkEnds,
    chunkTimes: segment.chunkTimes.subarray(0, chunks),
    continues: length === segment.bytes.length && segment.continues,
  };
}
