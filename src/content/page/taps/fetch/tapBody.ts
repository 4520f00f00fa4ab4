import type { Patches } from '../../patch/patches.ts';
import type { Bodies } from './bodies.ts';
import { tapPipes } from './tapPipes.ts';
import { tapReaders } from './tapReaders.ts';
import { tapResponse } from './tapResponse.ts';

/**
 * Every way to read the body of a response that is known to be an event stream. The page holds native objects
 * only: what it reads is looked at on the way, and nothing of ours stands between it and the network (but for an
 * identity stream in `pipeThrough` and `pipeTo`, which give us nothing to look at).
 */
export function tapBody(patches: Patches, bodies: Bodies): void {
  tapResponse(patches, bodies);
  tapReaders(patches, bodies);
  tapPipes(patches, bodies);
}
