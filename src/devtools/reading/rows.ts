import { exchangeIndexAt } from '../../shared/session/exchangeList.ts';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';

/** Where the n-th entry of a stream is. */
export interface EntryPlace {
  exchange: ExchangeOutline;
  /** Ordinal in the exchange. */
  ordinal: number;
}

/** Entries of a stream: the exchanges one after the other. */
export function entryCount(exchanges: readonly ExchangeOutline[]): number {
  const last = exchanges.at(-1);
  return last ? last.firstEntry + last.entries : 0;
}

/** The exchange and ordinal of the n-th entry of a stream; undefined outside. */
export function entryPlace(exchanges: readonly ExchangeOutline[], n: number): EntryPlace | undefined {
  const exchange = exchanges[exchangeIndexAt(exchanges, n)];
  if (!exchange || n < exchange.firstEntry || n >= exchange.firstEntry + exchange.entries) return undefined;
  return { exchange, ordinal: n - exchange.firstEntry };
}
