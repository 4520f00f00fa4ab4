import type { JsonPlace } from './plan.ts';
import { StringWalk } from './stringWalk.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Goes through an array or object of which nothing is kept, or only where it stands. */
export class SkippedContainer {
  readonly #place: JsonPlace | undefined;
  readonly #walk = new StringWalk();
  #depth = 1;
  #inString = false;

  /** @param place - of an array: its elements are counted there */
  constructor(place: JsonPlace | undefined) {
    this.#place = place;
  }

  /** @returns the index after its end; -1 when it goes on after these bytes */
  push(bytes: Uint8Array, from: number): number {
    const place = this.#place;
    for (let i = from; i < bytes.length; i++) {
      if (this.#inString) {
        const end = this.#walk.end(bytes, i);
        if (end < 0) return -1;
        this.#inString = false;
        i = end;
        continue;
      }
      const byte = bytes[i]!;
      if (byte <= 0x20) continue;
      if (this.#depth === 1 && place?.items === 0 && byte !== CLOSE_LIST) place.items = 1;
      if (byte === QUOTE) {
        this.#inString = true;
        this.#walk.begin();
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (--this.#depth === 0) return i + 1;
      } else if (byte === COMMA && this.#depth === 1 && place) place.items++;
    }
    return -1;
  }
}
