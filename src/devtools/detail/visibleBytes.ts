/** One line of bytes as text, with what cannot be seen made visible. */
export interface ByteLine {
  /** Offset of its first byte. */
  offset: number;
  text: string;
  /** Its line end: '\r\n', '\r', '\n', or '' for none. */
  end: string;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The exact bytes, line by line: line ends written as \r and \n, a byte order mark by name, other control
 * characters and what is not UTF-8 byte by byte as ⟨xx⟩. (The control pictures of Unicode are not in every font.)
 */
export function visibleBytes(bytes: Uint8Array, base = 0): ByteLine[] {
  const lines: ByteLine[] = [];
  let from = 0;
  while (from < bytes.length) {
    let to = from;
    while (to < bytes.length && bytes[to] !== 0x0a && bytes[to] !== 0x0d) to++;
    let after = to;
    let end = '';
    if (bytes[after] === 0x0d) {
      end += '\\r';
      after++;
    }
    if (bytes[after] === 0x0a) {
      end += '\\n';
      after++;
    }
    lines.push({ offset: base + from, text: visibleText(bytes.subarray(from, to)), end });
    from = after;
  }
  return lines;
}

function visibleText(bytes: Uint8Array): string {
  return decodeLeniently(bytes).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]/g, (char) => {
    const code = char.charCodeAt(0);
    return code === 0xfeff ? '⟨BOM⟩' : `⟨${code.toString(16).padStart(2, '0')}⟩`;
  });
}

function decodeLeniently(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {}
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length > 0) {
      text += decoder.decode(bytes.subarray(i, i + length));
      i += length;
    } else {
      text += `⟨${bytes[i]!.toString(16).padStart(2, '0')}⟩`;
      i++;
    }
  }
  return text;
}

/** Bytes of the UTF-8 sequence that begins here; 0 when none does. */
function sequenceLength(bytes: Uint8Array, i: number): number {
  for (let length = 1; length <= 4 && i + length <= bytes.length; length++) {
    try {
      decoder.decode(bytes.subarray(i, i + length));
      return length;
    } catch {}
  }
  return 0;
}
