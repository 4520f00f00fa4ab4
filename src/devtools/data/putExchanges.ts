import { putExchange } from '../../shared/session/exchangeList.ts';
import { type ExchangeOutline, outlineOf } from '../../shared/session/exchangeOutline.ts';
import type { Exchange, Session } from '../../shared/session/types.ts';

/** What has been read anew. */
export interface Update {
  session: Session | undefined;
  /** What is new or has changed, by stream. */
  exchanges: Map<string, ExchangeOutline[]>;
  /** Exchanges of which other bytes have taken the place of those that were there. */
  replaced: ExchangeOutline[];
}

/** Puts exchanges that were read into the lists of their streams: a list that changes is a new one. */
export function putExchanges(
  lists: Map<string, readonly ExchangeOutline[]>,
  read: readonly Exchange[],
): Update {
  const update: Update = { session: undefined, exchanges: new Map(), replaced: [] };
  const own = new Map<string, ExchangeOutline[]>();
  for (const exchange of read) {
    let list = own.get(exchange.stream);
    if (!list) {
      list = [...(lists.get(exchange.stream) ?? [])];
      own.set(exchange.stream, list);
      lists.set(exchange.stream, list);
      update.exchanges.set(exchange.stream, []);
    }
    const outline = outlineOf(exchange, list.at(-1));
    const before = putExchange(list, outline);
    update.exchanges.get(exchange.stream)!.push(outline);
    if (before && isReplaced(before, outline)) update.replaced.push(outline);
  }
  return update;
}

/** The bytes of an exchange only grow, but where the wire's take the place of what the page said. */
function isReplaced(before: ExchangeOutline, now: ExchangeOutline): boolean {
  const fromPage = before.bytes > 0 && before.wire === undefined && now.wire !== undefined;
  return fromPage || now.bytes < before.bytes || now.entries < before.entries;
}
