import type { Start } from '../../shared/replay/resume.ts';
import { chunkAtTime, type Track } from '../../shared/replay/track.ts';
import { firstAtLeast } from '../../shared/session/firstAtLeast.ts';

/** Where playing goes on at a moment of the recording, ms after its request: at the beginning of a block. */
export function startAt(track: Track, time: number): Start {
  const chunk = chunkAtTime(track, time);
  const offset = chunk === 0 ? 0 : track.ends[chunk - 1]!;
  // Not in the middle of a block.
  const block = firstAtLeast(track.blockEnds, offset);
  const before = block === 0 ? 0 : track.blockEnds[block - 1]!;
  return { offset: track.blockEnds[block] === offset ? offset : before, time };
}
