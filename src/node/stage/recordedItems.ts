import { chunkAtOffset, type Track } from '../../shared/replay/track.ts';
import { firstAtLeast } from '../../shared/session/firstAtLeast.ts';
import type { Item } from '../faults/items.ts';

/** Bytes of chunks that are written as one, when nothing is waited for. */
const AT_ONCE_BYTES = 32 << 10;

export interface RecordedPart {
  track: Track;
  /** The first byte that is played. */
  offset: number;
  /** Moment of the recording at which playing begins, and up to which it goes, ms. */
  from: number;
  to: number;
  /** Nothing is waited for now. */
  atOnce(): boolean;
}

/** The chunks of a track, one after the other. */
export function* recordedItems({ track, to, offset, from: earliest, atOnce }: RecordedPart): Generator<Item> {
  let from = offset;
  let block = firstAtLeast(track.blockEnds, from + 1);
  for (let i = chunkAtOffset(track, from); i < track.ends.length; i++) {
    if (track.times[i]! > to) return;
    const most = atOnce() ? from + AT_ONCE_BYTES : 0;
    while (i + 1 < track.ends.length && track.ends[i + 1]! <= most && track.times[i + 1]! <= to) i++;
    const at = track.times[i]!;
    const end = track.ends[i]!;
    const blocks: number[] = [];
    for (; block < track.blockEnds.length && track.blockEnds[block]! <= end; block++) {
      blocks.push(track.blockEnds[block]! - from);
    }
    const bytes = track.bytes.subarray(from, end);
    yield { at: Math.max(at, earliest), lag: 0, to: end, bytes, blocks };
    from = end;
  }
}
