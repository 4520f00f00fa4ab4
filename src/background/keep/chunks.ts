import { encodeBlock } from '../../shared/sse/encode.ts';
import type { ReportedEvents } from '../../shared/store/schema.ts';

const encoder = new TextEncoder();

/** Chunks of a body, one after the other, as the segment writer takes them. */
export interface Chunks {
  bytes: Uint8Array;
  ends: Uint32Array;
  times: Float64Array;
}

/** Text in pieces as bytes in pieces. `ends` are UTF-16 units in, bytes out. */
export function encodeChunks({
  text,
  ends,
  times,
}: {
  text: string;
  ends: Uint32Array;
  times: Float64Array;
}): Chunks {
  const bytes = encoder.encode(text);
  // Where every unit is one byte, as in ASCII, the pieces end where they did.
  if (bytes.length === text.length) return { bytes, ends, times };
  const byteEnds = new Uint32Array(ends.length);
  let from = 0;
  let at = 0;
  for (let i = 0; i < ends.length; i++) {
    at += encoder.encode(text.slice(from, ends[i]!)).length;
    from = ends[i]!;
    byteEnds[i] = at;
  }
  return { bytes, ends: byteEnds, times };
}

/**
 * Dispatched events as the blocks that dispatch them: an ID is said where it changes.
 *
 * @param live - the last event ID that was said so far; it is brought up to date
 */
export function canonicalBlocks(
  live: { lastEventId: string },
  fact: ReportedEvents,
): { text: string; ends: Uint32Array; times: Float64Array } {
  const { data, dataEnds, ids, idEnds, typeOf, times } = fact;
  // The page is not to be believed: a type or an ID that no stream can carry is written as far as it can.
  const types = fact.types.map((type) => type.replace(/[\r\n]/g, ' '));
  const ends = new Uint32Array(times.length);
  let text = '';
  let dataAt = 0;
  let idAt = 0;
  for (let i = 0; i < times.length; i++) {
    const type = types[typeOf[i]!]!;
    const id = ids.slice(idAt, idEnds[i]!);
    text += encodeBlock({
      ...(type === 'message' ? {} : { event: type }),
      ...(id === live.lastEventId ? {} : { id: id.replace(/[\r\n\0]/g, ' ') }),
      data: data.slice(dataAt, dataEnds[i]!),
    });
    live.lastEventId = id;
    dataAt = dataEnds[i]!;
    idAt = idEnds[i]!;
    ends[i] = text.length;
  }
  return { text, ends, times };
}
