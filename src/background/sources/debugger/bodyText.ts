/**
 * The bytes of a body that the debugger gives as text. Without a charset it reads an event stream, which is always
 * UTF-8, as windows-1252: each byte is one character then.
 */
export function encodeBody(body: string, charset: string): Uint8Array {
  if (/^utf-?8$/i.test(charset)) return new TextEncoder().encode(body);
  const bytes = new Uint8Array(body.length);
  for (let i = 0; i < body.length; i++) {
    const byte = windows1252().get(body[i]!);
    if (byte === undefined) return new TextEncoder().encode(body);
    bytes[i] = byte;
  }
  return bytes;
}

let byteOf: Map<string, number> | undefined;
function windows1252(): ReadonlyMap<string, number> {
  if (!byteOf) {
    const decoder = new TextDecoder('windows-1252');
    byteOf = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
  }
  return byteOf;
}

export function decodeBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
