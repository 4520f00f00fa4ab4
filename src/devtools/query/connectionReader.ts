import {
  type ColumnsBuilder,
  columnsOf,
  createColumnsBuilder,
  type ExchangeColumns,
} from '../../shared/diagnosis/measures/columns.ts';
import type { Exchange } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readSegment } from '../../shared/store/read.ts';

/** Gives the columns of exchanges: of one that has grown, only what is new is read. */
export interface ConnectionReader {
  columnsOf(exchange: Exchange, signal: AbortSignal): Promise<ExchangeColumns>;
  /** Nobody asks for other exchanges than these any more. */
  keepOnly(exchanges: ReadonlySet<string>): void;
}

const NOTHING = columnsOf([]);

interface Held {
  builder: ColumnsBuilder;
  /** The exchange as it was when it was read last. */
  bytes: number;
  entries: number;
  replaced: number;
}

export function createConnectionReader(db: Database): ConnectionReader {
  const held = new Map<string, Held>();

  return {
    async columnsOf({ id, bytes, entries, replaced = 0 }, signal) {
      if (bytes === 0 && entries === 0) return NOTHING;
      let own = held.get(id);
      if (!own || own.replaced !== replaced || own.bytes > bytes) {
        own = { builder: createColumnsBuilder(), bytes: -1, entries: -1, replaced };
        held.set(id, own);
      }
      if (own.bytes !== bytes || own.entries !== entries) {
        for (let index = own.builder.next; !signal.aborted; index++) {
          const segment = await readSegment(db, id, index);
          if (!segment) break;
          own.builder.add(segment);
        }
        if (!signal.aborted) Object.assign(own, { bytes, entries });
      }
      return own.builder.columns();
    },
    keepOnly(exchanges) {
      for (const id of held.keys()) if (!exchanges.has(id)) held.delete(id);
    },
  };
}
