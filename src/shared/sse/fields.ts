export const COLON = 0x3a;
export const SPACE = 0x20;

/** Enough of a line to know its field: a byte order mark, and the longest known name with its colon. */
export const HEAD_LENGTH = 12;

/** Is the line's field name the one of `nameLength` letters that begins like it: `id`, `event` or `retry`? */
export function isField(bytes: Uint8Array, from: number, length: number, nameLength: number): boolean {
  if (length < nameLength || (length > nameLength && bytes[from + nameLength] !== COLON)) return false;
  const first = bytes[from];
  if (first === 0x69 /* i */) return bytes[from + 1] === 0x64;
  if (first === 0x65 /* e */) {
    return (
      bytes[from + 1] === 0x76 &&
      bytes[from + 2] === 0x65 &&
      bytes[from + 3] === 0x6e &&
      bytes[from + 4] === 0x74
    );
  }
  return (
    first === 0x72 /* r */ &&
    bytes[from + 1] === 0x65 &&
    bytes[from + 2] === 0x74 &&
    bytes[from + 3] === 0x72 &&
    bytes[from + 4] === 0x79
  );
}

/** Whether the value of the line that begins so is needed as text when it ends. */
export function needsValue(head: Uint8Array): boolean {
  const from = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  return isField(head, from, HEAD_LENGTH, head[from] === 0x69 ? 2 : 5);
}
