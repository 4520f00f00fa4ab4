import {
  arrayBuffer,
  byteLength,
  NativeArrayBuffer,
  NativeUint8Array,
  resizeBuffer,
  setBytes,
  subarray,
} from './natives.ts';

/** Room at first, bytes; it doubles as it is needed. */
const LEAST = 64 << 10;

/** Where the copies of chunks wait until they are sent. */
export interface Arena {
  /** Copies a chunk. Returns where it stands; -1 when there is no room for it. */
  add(chunk: Uint8Array): number;
  /** Copies what stands between two places. */
  copy(from: number, to: number, target: Uint8Array, at: number): void;
  /** Everything in it has been taken: it begins anew. */
  reset(): void;
  /** Gives the memory back. */
  release(): void;
}

/**
 * Chunks are copied while the page reads them, so the copy must cost little. Memory that is new costs more to touch
 * than the copying itself; this is one piece that is used again and again, and what is sent is copied out of it when
 * the page has nothing to do.
 */
export function createArena(limit: number): Arena {
  let bytes: Uint8Array | undefined;
  let size = 0;
  let used = 0;

  return {
    add(chunk) {
      const length = byteLength(chunk);
      const at = used;
      const end = at + length;
      if (end > limit) return -1;
      if (bytes === undefined || end > size) {
        while (size < end) size = size === 0 ? LEAST : size * 2;
        // It grows in place. A view without a length of its own grows with it.
        if (bytes === undefined) {
          const buffer = new NativeArrayBuffer(size, { __proto__: null, maxByteLength: limit });
          bytes = new NativeUint8Array(buffer);
        } else resizeBuffer(arrayBuffer(bytes), size);
      }
      setBytes(bytes, chunk, at);
      used = end;
      return at;
    },
    copy(from, to, target, at) {
      if (bytes) setBytes(target, subarray(bytes, from, to), at);
    },
    reset() {
      used = 0;
    },
    release() {
      bytes = undefined;
      size = 0;
      used = 0;
    },
  };
}
