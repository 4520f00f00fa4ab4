import { type ReadonlySignal, signal } from '@preact/signals';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import type { Stream } from '../../shared/session/types.ts';
import type { TimeRange } from '../data/timeRange.ts';
import type { QueryClient } from '../query/client.ts';
import { entryCount } from '../reading/rows.ts';

/** What the table is filtered by. */
export interface Wanted {
  stream: ReadonlySignal<Stream | undefined>;
  exchanges: ReadonlySignal<readonly ExchangeOutline[]>;
  /** In the filter language. */
  filterText: ReadonlySignal<string>;
  /** Only what came in this time; undefined for any time. */
  range: ReadonlySignal<TimeRange | undefined>;
}

/** Looks for the entries of the stream on show that match. */
export interface Search {
  /** Ordinals of the entries that match, as far as they have been looked at; undefined without a filter. */
  matches: ReadonlySignal<Uint32Array | undefined>;
  searching: ReadonlySignal<boolean>;
  /** Begins anew. @param filtered - whether there is anything to look for */
  restart(filtered: boolean): void;
  /** Looks at what has come since. @returns whether all there is has been looked at */
  grow(): boolean;
}

/** @param found - told when a part has been looked at to its end, and whether there may be more */
export function createSearch(
  query: QueryClient,
  { stream, exchanges, filterText, range }: Wanted,
  found: (stuck: boolean) => void,
): Search {
  const matches = signal<Uint32Array | undefined>(undefined);
  const searching = signal(false);
  let search: AbortController | undefined;
  let searched = 0;
  /** The matches are the first ones of this; it grows by doubling. */
  let room = new Uint32Array(1024);
  let count = 0;

  function take(ordinals: Uint32Array): void {
    if (count + ordinals.length > room.length) {
      const larger = new Uint32Array(Math.max(room.length * 2, count + ordinals.length));
      larger.set(room.subarray(0, count));
      room = larger;
    }
    room.set(ordinals, count);
    count += ordinals.length;
    matches.value = room.subarray(0, count);
  }

  /** @returns whether it is stuck: what is not in the store yet comes with the next look */
  async function look(shown: Stream, to: number, signal: AbortSignal): Promise<boolean> {
    const question = {
      stream: shown.id,
      filter: filterText.value,
      time: range.value,
      from: searched,
      to,
    };
    try {
      const looked = await query.ask('rows', [question], signal, take);
      const stuck = looked <= searched;
      searched = looked;
      return stuck;
    } catch {
      return true;
    }
  }

  return {
    matches,
    searching,
    restart(filtered) {
      search?.abort();
      search = undefined;
      searched = 0;
      count = 0;
      searching.value = false;
      matches.value = filtered ? new Uint32Array(0) : undefined;
    },
    grow() {
      const to = entryCount(exchanges.value);
      const shown = stream.value;
      if (search || !shown) return false;
      if (searched >= to) return true;
      const own = new AbortController();
      search = own;
      searching.value = true;
      void look(shown, to, own.signal).then((stuck) => {
        if (own.signal.aborted) return;
        search = undefined;
        searching.value = false;
        found(stuck);
      });
      return false;
    },
  };
}
