/** Says "U+FFFD" for what is not UTF-8, and leaves a byte order mark where it is. */
export const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes to text, remembering the last few: a stream has few types, and says them again and again. */
export function createTypeCache(): (bytes: Uint8Array, from: number, to: number) => string {
  const keys: (Uint8Array | undefined)[] = new Array(16).fill(undefined);
  const texts: string[] = new Array(16).fill('');
  return (bytes, from, to) => {
    const length = to - from;
    if (length === 0) return '';
    const slot = (length + bytes[from]! + (bytes[to - 1]! << 2)) & 15;
    const key = keys[slot];
    if (key !== undefined && key.length === length) {
      let same = true;
      for (let i = 0; i < length && same; i++) same = key[i] === bytes[from + i];
      if (same) return texts[slot]!;
    }
    const text = decoder.decode(bytes.subarray(from, to));
    if (length <= 256) {
      keys[slot] = bytes.slice(from, to);
      texts[slot] = text;
    }
    return text;
  };
}
