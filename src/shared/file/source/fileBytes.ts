/** Bytes that are read where they lie: a `Blob`, or a file. */
export interface FileBytes {
  readonly size: number;
  /** Bytes that it likes to be asked for at once. */
  readonly window?: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Bytes that are in memory at once, where the file does not say. */
const WINDOW = 1 << 20;

/** A range of a file, piece by piece. */
export async function* readRange(
  file: FileBytes,
  from = 0,
  to = file.size,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { window = WINDOW } = file;
  for (let at = from; at < to; at += window) {
    yield new Uint8Array(await file.slice(at, Math.min(to, at + window)).arrayBuffer());
  }
}
