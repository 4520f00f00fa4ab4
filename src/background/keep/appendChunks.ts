import type { Chunks } from './chunks.ts';
import type { Live } from './ledger.ts';

/** Adds chunks to an exchange, and notes when its first and its last bytes came. */
export function appendChunks({ exchange, stream, writer }: Live, { bytes, ends, times }: Chunks): void {
  writer.appendAll(bytes, ends, times);
  exchange.firstAt ??= times[0]!;
  exchange.lastAt = times.at(-1)!;
  stream.lastAt = exchange.lastAt;
}
