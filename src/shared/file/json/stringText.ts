/** Bytes of one text that are kept. */
const MOST_TEXT = 64 << 20;

/** Gathers the bytes of one JSON string, without its quotes. */
export class StringText {
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** All of its bytes, kept or not. */
  get length(): number {
    return this.#length;
  }

  begin(): void {
    this.#pieces = [];
    this.#length = 0;
  }

  add(piece: Uint8Array): void {
    if (this.#length < MOST_TEXT) this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** What the string says, as far as it is kept. Throws where a character in it had to be escaped. */
  decode(): string {
    let bytes = new Uint8Array(Math.min(this.#length, MOST_TEXT));
    let at = 0;
    for (const piece of this.#pieces) {
      const part = piece.subarray(0, bytes.length - at);
      bytes.set(part, at);
      at += part.length;
    }
    this.#pieces = [];
    bytes = bytes.subarray(0, at);
    let text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    // An escape that was cut in two is left out.
    if (this.#length > MOST_TEXT) text = text.replace(/(?<=(?:^|[^\\])(?:\\\\)*)\\(u[\da-f]{0,3})?$/i, '');
    return JSON.parse(`"${text}"`);
  }
}
