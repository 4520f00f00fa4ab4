import type { ClockJump } from '../../shared/session/clockJumps.ts';
import { type Stalls, stallsOf } from './findStalls.ts';
import type { StreamIndex } from './streamIndex.ts';

/** Finds stalls, and keeps what was found while nothing has changed. */
export class StallsReader {
  readonly #known = new Map<string, { length: number; jumps: number; value: Stalls }>();

  read(stream: string, index: StreamIndex, jumps: readonly ClockJump[]): Stalls {
    const known = this.#known.get(stream);
    if (known?.length === index.length && known.jumps === jumps.length) return known.value;
    const value = stallsOf(index, jumps);
    this.#known.set(stream, { length: index.length, jumps: jumps.length, value });
    return value;
  }

  forget(stream: string): void {
    this.#known.delete(stream);
  }
}
