import type { Exchange } from '../../shared/session/types.ts';

/** Where the n-th entry of a stream is. */
export interface EntryPlace {
  exchange: Exchange;
  /** Ordinal in the exchange. */
  ordinal: number;
}

/** Entries of a stream: the exchanges one after the other. */
export function entryCount(exchanges: readonly Exchange[]): number {
  const last = exchanges.at(-1);
  return last ? last.firstEntry + last.entries : 0;
}

/** The exchange and ordinal of the n-th entry of a stream; undefined outside. */
export function entryPlace(exchanges: readonly Exchange[], n: number): EntryPlace | undefined {
  let low = 0;
  let high = exchanges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (exchanges[middle]!.firstEntry <= n) low = middle;
    else high = middle - 1;
  }
  const exchange = exchanges[low];
  if (!exchange || n < exchange.firstEntry || n >= exchange.firstEntry + exchange.entries) return undefined;
  return { exchange, ordinal: n - exchange.firstEntry };
}
