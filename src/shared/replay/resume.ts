import { firstAtLeast } from '../session/firstAtLeast.ts';
import type { Track } from './track.ts';

/** A connection of a stream, and when it began, ms since the epoch. */
export interface PlayedConnection {
  track: Track;
  began: number;
}

/** Where playing goes on. */
export interface Start {
  /** Byte offset. */
  offset: number;
  /** ms after the request of the track. */
  time: number;
}

export const FROM_THE_START: Start = { offset: 0, time: 0 };

/**
 * All connections of a stream as one that never broke: their whole blocks one after the other at their times, without
 * those that a server sent again after a reconnection (IDs that had come before), and without what was cut off.
 */
export function joinConnections(connections: readonly PlayedConnection[]): Track {
  const first = connections[0]!;
  const pieces: Uint8Array[] = [];
  const ends: number[] = [];
  const times: number[] = [];
  const blockEnds: number[] = [];
  const blockIds: string[] = [];
  const isEvent: number[] = [];
  const known = new Set<string>();
  let length = 0;
  for (const [n, { track, began }] of connections.entries()) {
    const shift = began - first.began;
    let from = 0;
    let skipping = n > 0;
    const idsBefore = new Set(known);
    for (let i = 0; i < track.blockEnds.length; i++) {
      const end = track.blockEnds[i]!;
      const id = track.blockIds[i]!;
      const isNew = id === '' || !idsBefore.has(id);
      // Only what comes first can be a repetition: later the same ID is the server's own way.
      if (isNew) skipping = false;
      known.add(id);
      if (!skipping) {
        const piece = track.bytes.subarray(from, end);
        pieces.push(piece);
        const time = shift + timeOfByte(track, end - 1);
        length += piece.length;
        // A chunk for each block, but for those that came together.
        if (times.at(-1) === time) ends[ends.length - 1] = length;
        else {
          ends.push(length);
          times.push(Math.max(time, times.at(-1) ?? 0));
        }
        blockEnds.push(length);
        blockIds.push(id);
        isEvent.push(track.isEvent[i]!);
      }
      from = end;
    }
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const last = connections.at(-1)!;
  return {
    ...first.track,
    bytes,
    ends: Uint32Array.from(ends),
    times: Float64Array.from(times),
    blockEnds: Uint32Array.from(blockEnds),
    blockIds,
    isEvent: Uint8Array.from(isEvent),
    endAt: Math.max(times.at(-1) ?? 0, last.began - first.began + last.track.endAt),
    ending: last.track.ending,
  };
}

/**
 * Where a client goes on that has this last event ID: after the block that set it, at the time that this block came.
 *
 * @returns undefined when no block has this ID
 */
export function startAfter(track: Track, lastEventId: string): Start | undefined {
  if (lastEventId === '') return FROM_THE_START;
  let i = track.blockIds.lastIndexOf(lastEventId);
  if (i < 0) return undefined;
  // Blocks that have no ID of their own come after it, and the client may not have had them.
  while (i > 0 && track.blockIds[i - 1] === lastEventId) i--;
  const offset = track.blockEnds[i]!;
  return { offset, time: timeOfByte(track, offset - 1) };
}

/** When the chunk with this byte came. */
function timeOfByte({ ends, times }: Track, offset: number): number {
  return times[Math.min(firstAtLeast(ends, offset + 1), times.length - 1)] ?? 0;
}
