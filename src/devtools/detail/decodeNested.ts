/** Strings that are shorter say nothing worth unfolding. */
const LEAST_BASE64 = 16;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** What is packed inside of a string. */
export interface Nested {
  how: 'JSON' | 'base64';
  value: unknown;
}

/** JSON within a string, or text in base64; undefined where there is neither. */
export function decodeNested(text: string): Nested | undefined {
  if (/^\s*[[{]/.test(text)) {
    const value = parse(text);
    if (value !== undefined) return { how: 'JSON', value };
  }
  if (text.length < LEAST_BASE64 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    return undefined;
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const decoded = decoder.decode(bytes);
    // A long word is base64 too, by its letters; what it gives then is no text.
    if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(decoded)) return undefined;
    return { how: 'base64', value: parse(decoded) ?? decoded };
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
