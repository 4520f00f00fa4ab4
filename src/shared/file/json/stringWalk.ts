const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Finds the end of a JSON string whose bytes come in windows. */
export class StringWalk {
  /** The bytes so far end with a backslash that escapes what comes next. */
  #escaped = false;

  begin(): void {
    this.#escaped = false;
  }

  /** @returns where the quote is that ends the string; -1 when it goes on after these bytes */
  end(bytes: Uint8Array, from: number): number {
    for (let i = from; ; ) {
      const quote = bytes.indexOf(QUOTE, i);
      const stop = quote < 0 ? bytes.length : quote;
      let run = 0;
      while (stop - run > i && bytes[stop - run - 1] === BACKSLASH) run++;
      const odd = (run + (this.#escaped && stop - run === i ? 1 : 0)) % 2 === 1;
      if (quote < 0) {
        this.#escaped = odd;
        return -1;
      }
      this.#escaped = false;
      if (!odd) return quote;
      i = quote + 1;
    }
  }
}
