import { entryLastEventId, localEntryBytes } from '../../segment/readSegment.ts';
import type { Segment } from '../../segment/segment.ts';
import { readBlock } from '../../sse/readEvent.ts';

/** An event whose data is looked at. */
export interface EventSample {
  /** Order among the entries of its exchange, from 0. */
  ordinal: number;
  /** Arrival, ms since the epoch. */
  time: number;
  type: string;
  /** The last event ID that holds for it. */
  id: string;
  /** Bytes of its data. */
  size: number;
  /** The first {@link MOST_TEXT} bytes of its block's data; undefined where the block spans two segments. */
  text: string | undefined;
  /** The block as a number: equal blocks have equal numbers, and others hardly ever; its ID does not count. */
  hash: number;
}

/** Bytes of data of one event that are looked at. */
export const MOST_TEXT = 2048;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function sampleOf(segment: Segment, i: number, time: number): EventSample {
  const text = textOf(segment, i);
  const size = segment.values[i]!;
  return {
    ordinal: segment.firstEntry + i,
    time,
    type: segment.types[segment.typeOf[i]!]!,
    id: entryLastEventId(segment, i),
    size,
    text,
    hash: hashOf(text ?? '', size),
  };
}

function textOf(segment: Segment, i: number): string | undefined {
  const start = segment.dataStarts[i]!;
  if (start >= 0) {
    const length = Math.min(segment.values[i]!, MOST_TEXT);
    return decoder.decode(segment.bytes.subarray(start, start + length));
  }
  const block = localEntryBytes(segment, i);
  if (!block) return undefined;
  if (block.length > MOST_TEXT * 4) return undefined;
  return readBlock(block).data.slice(0, MOST_TEXT);
}

/** FNV-1a, 32 bits. */
function hashOf(text: string, size: number): number {
  let hash = 0x811c9dc5 ^ size;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The bytes of an entry as text, at most `most` of them; '' where it began in an earlier segment. */
export function entryBytesText(segment: Segment, i: number, most: number): string {
  const block = localEntryBytes(segment, i);
  return block ? decoder.decode(block.subarray(0, most)) : '';
}
