import fc from 'fast-check';

const LINE_ENDS = ['\n', '\r', '\r\n'];
const NAMES = ['data', 'event', 'id', 'retry', 'Data', 'x', ''];
const VALUE = fc.string({
  unit: fc.constantFrom('a', ' ', ':', '0', '9', 'é', '新', '🎉', '\0', '\ufeff', '{', '"'),
  maxLength: 8,
});

const line = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom('', ':', ': ', ':  '), VALUE)
  .map(([name, colon, value]) => (colon === '' ? name : name + colon + value));

/** Lines as servers write them, right and wrong, blank ones among them. */
export const streamLines = fc.array(fc.oneof(line, fc.constant(''), fc.constant('data: x')), {
  maxLength: 24,
});

/** Bytes of an event stream: lines with line ends of every kind, and here and there bytes that are not UTF-8. */
export const streamBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    streamLines,
    fc.array(fc.constantFrom(...LINE_ENDS), { minLength: 24, maxLength: 24 }),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 2 }),
    fc.boolean(),
  )
  .map(([lines, ends, noise, bom]) => {
    const text = (bom ? '\ufeff' : '') + lines.map((one, i) => one + ends[i]).join('');
    const bytes = new TextEncoder().encode(text);
    for (const [at, byte] of noise) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  });

/** The same bytes in pieces. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const chunks: Uint8Array[] = [];
  let from = 0;
  for (const to of [...at, bytes.length]) {
    chunks.push(bytes.subarray(from, to));
    from = to;
  }
  return chunks;
}
