import { type ClockJump, elapsed } from '../../../shared/session/clockJumps.ts';
import type { Stream } from '../../../shared/session/types.ts';

/** Last sign of life of an open stream that has been silent for longer than it should; undefined when all is well. */
export function silentSince(
  streams: readonly Stream[],
  threshold: number | undefined,
  jumps: readonly ClockJump[],
  now: number,
  live: boolean,
): number | undefined {
  const current = streams.at(-1);
  if (!live || threshold === undefined || current?.state !== 'open' || current.lastAt === undefined)
    return undefined;
  return elapsed(current.lastAt, now, jumps) > threshold ? current.lastAt : undefined;
}
