import { now, setTimer } from '../natives/window.ts';
import type { Arena } from './arena.ts';
import type { FlushPace } from './flushPace.ts';

/** After the last observation the arena is kept this long, ms: a burst seldom comes alone. */
const ARENA_KEPT = 10_000;

/** @returns call it after each use of the arena: its memory is given back once nothing has come for a while */
export function createArenaRelease(arena: Arena, pace: FlushPace): () => void {
  let waiting = false;
  function release(): void {
    waiting = false;
    if (now() - pace.lastSeen() < ARENA_KEPT) releaseLater();
    else if (pace.size() === 0) arena.release();
  }
  function releaseLater(): void {
    if (waiting) return;
    waiting = true;
    setTimer(release, ARENA_KEPT);
  }
  return releaseLater;
}
