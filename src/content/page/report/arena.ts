import {
  arrayBuffer,
  byteLength,
  NativeArrayBuffer,
  NativeUint8Array,
  setBytes,
  subarray,
} from '../natives/typedArrays.ts';

/** Room at first, bytes; it grows fourfold. What is never written to takes no memory. */
const LEAST = 512 << 10;

/** Where the copies of chunks wait until they are handed over. */
export interface Arena {
  /** Copies a chunk. Returns where it stands; -1 when there is no room for it. */
  add(chunk: Uint8Array): number;
  /** Copies what stands between two places. */
  copy(from: number, to: number, target: Uint8Array, at: number): void;
  /** Whether the bridge reads this memory too: what stands here need not be copied for it. */
  shared(): boolean;
  /** Everything in it has been taken: it begins anew. */
  reset(): void;
  /** Gives the memory back. */
  release(): void;
}

/**
 * Chunks are copied while the page reads them, so the copy must cost little. Memory that is new costs much more to touch
 * than the copying itself; this is one piece that is used again and again.
 *
 * @param limit - bytes
 * @param share - shows the bridge the memory in place of what it was shown before, or that there is none (`null`); returns
 *   whether the bridge reads it
 */
export function createArena(limit: number, share: (memory: ArrayBuffer | null) => boolean): Arena {
  let bytes: Uint8Array | undefined;
  let size = 0;
  let used = 0;
  let shared = true;

  function grow(least: number): Uint8Array {
    while (size < least) size = size === 0 ? LEAST : size * 4;
    const before = bytes;
    bytes = new NativeUint8Array(new NativeArrayBuffer(size));
    // The bridge writes a 1 there. Where that does not show, it was given a copy.
    shared &&= share(arrayBuffer(bytes)) && bytes[0] === 1;
    if (before && used > 0) setBytes(bytes, subarray(before, 0, used), 0);
    return bytes;
  }

  return {
    add(chunk) {
      const at = used;
      const end = at + byteLength(chunk);
      if (end > limit) return -1;
      setBytes(bytes === undefined || end > size ? grow(end) : bytes, chunk, at);
      used = end;
      return at;
    },
    copy(from, to, target, at) {
      if (bytes) setBytes(target, subarray(bytes, from, to), at);
    },
    shared: () => shared,
    reset() {
      used = 0;
    },
    release() {
      if (bytes && shared) share(null);
      bytes = undefined;
      size = 0;
      used = 0;
    },
  };
}
