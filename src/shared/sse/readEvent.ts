const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What the bytes of one block say, decoded. */
export interface BlockText {
  /** The data buffer: the values of all `data` lines, joined by LF. Empty when there is none. */
  data: string;
  /** Every line of the block in order, comments (`name` is '') and unknown fields included. */
  fields: { name: string; value: string }[];
}

/**
 * Decodes one block, as {@link EntrySink.entry} gave its byte range: an event, a `noData` problem, an incomplete
 * tail, or a single line (a comment, a retry). Time and memory grow with the block only.
 *
 * @param block - the bytes of the entry, and nothing else
 * @param atStart - whether the entry begins at byte 0 of the stream, where a byte order mark is not content
 */
export function readBlock(block: Uint8Array, atStart = false): BlockText {
  let text = decoder.decode(block);
  if (atStart && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  const lines = text.split(/\r\n|\n|\r/);
  const fields: { name: string; value: string }[] = [];
  const data: string[] = [];
  for (const line of lines) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    // "If value starts with a U+0020 SPACE character, remove it from value."
    if (value.charCodeAt(0) === 0x20) value = value.slice(1);
    fields.push({ name, value });
    if (name === 'data') data.push(value);
  }
  return { data: data.join('\n'), fields };
}

/** Bytes that are decoded at once: more than that, and the text is too large for the young generation. */
const WINDOW = 32_768;

/**
 * Reads many pieces of the same bytes as text, in ascending order or nearly so. Where every byte is one UTF-16 unit,
 * as in ASCII, which most of JSON is, a window of bytes is decoded once, and the pieces are cut out of its text.
 */
export function createTextReader(bytes: Uint8Array): (from: number, to: number) => string {
  let start = 0;
  let end = 0;
  let text = '';
  return (from, to) => {
    if (from < start || to > end) {
      if (to - from > WINDOW / 4) return decoder.decode(bytes.subarray(from, to));
      start = from;
      end = Math.min(from + WINDOW, bytes.length);
      text = decoder.decode(bytes.subarray(start, end));
    }
    // No byte gives more than one unit: as many units as bytes means one each.
    return text.length === end - start
      ? text.slice(from - start, to - start)
      : decoder.decode(bytes.subarray(from, to));
  };
}
