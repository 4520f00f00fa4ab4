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

/**
 * The data of one block as text, without the list of its fields: what a table or a search asks for. The usual
 * block with one `data` line costs one decoding.
 */
export function readData(block: Uint8Array, atStart = false): string {
  const from = soleDataValue(block, atStart);
  if (from < 0) return readBlock(block, atStart).data;
  let to = block.length;
  while (to > from && (block[to - 1] === 0x0a || block[to - 1] === 0x0d)) to--;
  return decoder.decode(block.subarray(from, to));
}

/** Where the value of the last line begins when it is the block's only `data` line, otherwise -1. */
function soleDataValue(block: Uint8Array, atStart: boolean): number {
  if (atStart && block[0] === 0xef) return -1;
  let to = block.length;
  while (to > 0 && (block[to - 1] === 0x0a || block[to - 1] === 0x0d)) to--;
  let line = 0;
  let found = -1;
  for (let i = 0; i < to; i++) {
    if (i === line && isData(block, i)) {
      if (found >= 0) return -1;
      found = i;
    }
    if (block[i] === 0x0a || block[i] === 0x0d) {
      if (found >= 0) return -1;
      line = i + 1;
    }
  }
  if (found < 0 || block[found + 4] !== 0x3a) return -1;
  return block[found + 5] === 0x20 ? found + 6 : found + 5;
}

function isData(block: Uint8Array, i: number): boolean {
  return block[i] === 0x64 && block[i + 1] === 0x61 && block[i + 2] === 0x74 && block[i + 3] === 0x61;
}
