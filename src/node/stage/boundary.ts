const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;

/** Knows whether a block may be written in between: the last line is complete, and no field waits for its blank line. */
export interface Boundary {
  readonly isThere: boolean;
  /**
   * @param bytes - that have been written
   * @param blockEnd - where the last block ends in them; 0 when none does
   */
  written(bytes: Uint8Array, blockEnd: number): void;
}

export function createBoundary(): Boundary {
  let isLineStart = true;
  let hasField = false;
  let last = 0;
  return {
    get isThere() {
      return isLineStart && !hasField;
    },
    written(bytes, blockEnd) {
      // What a block ends needs no second look: only what comes after it does.
      if (blockEnd > 0) {
        isLineStart = true;
        hasField = false;
        last = bytes[blockEnd - 1]!;
      }
      for (let i = blockEnd; i < bytes.length; i++) {
        const byte = bytes[i]!;
        const isEnd = byte === LF || byte === CR;
        if (isEnd && isLineStart) {
          // The LF of a CRLF is no line of its own.
          if (byte === CR || last !== CR) hasField = false;
        } else if (isEnd) isLineStart = true;
        else {
          if (isLineStart && byte !== COLON) hasField = true;
          isLineStart = false;
        }
        last = byte;
      }
    },
  };
}
