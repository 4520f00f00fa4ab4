/** What a list of exchanges is ordered by. */
interface Numbered {
  number: number;
  firstEntry: number;
}

/**
 * A list of exchanges of one stream with one of them put in or replaced, in the order of their numbers. Changes the list:
 * mostly the last one is replaced, or one comes after it.
 *
 * @returns the one that it replaces
 */
export function putExchange<T extends { number: number }>(list: T[], exchange: T): T | undefined {
  let at = list.length;
  while (at > 0 && list[at - 1]!.number > exchange.number) at--;
  const before = list[at - 1];
  if (before?.number === exchange.number) {
    list[at - 1] = exchange;
    return before;
  }
  if (at === list.length) list.push(exchange);
  else list.splice(at, 0, exchange);
  return undefined;
}

/** Index of the exchange that holds the n-th entry of the stream, if any does: the last one that begins up to there. */
export function exchangeIndexAt(exchanges: readonly Numbered[], n: number): number {
  let low = 0;
  let high = exchanges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (exchanges[middle]!.firstEntry <= n) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, high);
}
