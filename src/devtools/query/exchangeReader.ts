import { putExchange } from '../../shared/session/exchangeList.ts';
import type { Exchange, Stream } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readExchangeParts } from '../../shared/store/read.ts';

/** Exchanges of a stream, the last ones, of which all is kept. */
const MOST_WHOLE = 50;

/** Reads the exchanges of streams once, and again those that have changed. */
export interface ExchangeReader {
  /** These exchanges of a stream are new or have changed. */
  changed(stream: string, exchanges: readonly string[]): void;
  /** In their order; of old ones that delivered nothing, without headers. */
  read(stream: Stream, signal: AbortSignal): Promise<readonly Exchange[]>;
}

interface Held {
  exchanges: Exchange[];
  stale: Set<string>;
  /** So many of the first ones are without what nobody asks for. */
  outlined: number;
  /** Somebody has read all of them. */
  whole: boolean;
}

export function createExchangeReader(db: Database): ExchangeReader {
  const held = new Map<string, Held>();
  return {
    changed(stream, exchanges) {
      const own = held.get(stream);
      // Before anybody has asked, all of them are still to be read.
      if (own) for (const id of exchanges) own.stale.add(id);
    },
    async read({ id: stream, exchanges: count }, signal) {
      let own = held.get(stream);
      if (!own) {
        own = { exchanges: [], stale: new Set(), outlined: 0, whole: false };
        held.set(stream, own);
      }
      if (!own.whole) {
        own.stale.clear();
        for await (const read of readExchangeParts(db, stream, count)) {
          if (signal.aborted) return [];
          for (const exchange of read) putExchange(own.exchanges, exchange);
          outlineOld(own);
        }
        own.whole = true;
      }
      const stale = [...own.stale];
      own.stale.clear();
      for (const exchange of await Promise.all(stale.map((id) => db.get('exchanges', id)))) {
        if (exchange) putExchange(own.exchanges, exchange);
      }
      outlineOld(own);
      return own.exchanges;
    },
  };
}

function outlineOld(own: Held): void {
  for (; own.outlined < own.exchanges.length - MOST_WHOLE; own.outlined++) {
    own.exchanges[own.outlined] = outlined(own.exchanges[own.outlined]!);
  }
}

/**
 * Of a connection that delivered nothing, the cause and the times say all: a day of them is ten thousands, and their headers
 * take most of the memory.
 */
function outlined(exchange: Exchange): Exchange {
  if (exchange.bytes > 0 || exchange.status === 200) return exchange;
  const { headers: _headers, ...rest } = exchange;
  if (rest.http) {
    const { evidence: _evidence, ...http } = rest.http;
    rest.http = { ...http, requestHeaders: [], redirects: [] };
  }
  return rest;
}
