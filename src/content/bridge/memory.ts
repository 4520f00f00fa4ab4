/** More than the page tap uses, bytes. */
const MAX_SIZE = 16 << 20;

/** Memory of the page that the bridge reads. The page may write there at any time, so what is taken is copied first. */
export interface PageMemory {
  /**
   * Takes memory in place of what there was. It writes 1 to the first byte, by which the page tap sees that both worlds have
   * the same.
   *
   * @param memory - `null`: there is none any more; anything but an ArrayBuffer of this world is refused
   */
  take(memory: unknown): boolean;
  /**
   * Copies chunks out, one after the other.
   *
   * @param places - where each begins
   * @param ends - where each ends in what is returned; never going back
   * @returns undefined when one of them does not stand in this memory
   */
  read(places: Uint32Array, ends: Uint32Array): Uint8Array | undefined;
}

export function createPageMemory(): PageMemory {
  let buffer: ArrayBuffer | undefined;

  return {
    take(memory) {
      buffer = undefined;
      if (memory === null) return true;
      if (!(memory instanceof ArrayBuffer) || memory.byteLength === 0 || memory.byteLength > MAX_SIZE)
        return false;
      new Uint8Array(memory)[0] = 1;
      buffer = memory;
      return true;
    },
    read(places, ends) {
      // 0 when it was transferred away.
      const size = buffer?.byteLength ?? 0;
      const total = ends.at(-1) ?? 0;
      // Each byte is told once.
      if (!buffer || places.length !== ends.length || total > size) return undefined;
      const all = new Uint8Array(total);
      for (let i = 0, at = 0; i < places.length; ) {
        const place = places[i]!;
        let end = ends[i++]!;
        // Chunks that stand one after the other are copied at once.
        while (i < places.length && places[i] === place + end - at) end = ends[i++]!;
        if (place + end - at > size) return undefined;
        all.set(new Uint8Array(buffer, place, end - at), at);
        at = end;
      }
      return all;
    },
  };
}
