import type { ExchangeColumns } from './columns.ts';
import type { EventSample } from './samples.ts';

/** What of a connection came again in the one after it. */
export interface Overlap {
  /** The IDs of both count up by one. */
  counting: boolean;
  /** IDs that are missing between them; 0 where they do not count. */
  lost: number;
  /** Events that came again with the same ID; where their data is known, with the same data too. */
  repeated: number;
  /** IDs came again, or went back, and none of them with the data that it had before. */
  restarted: boolean;
}

/** IDs that are remembered; then the oldest go. */
const MOST_IDS = 10_000;
/** Connections that wait to be remembered; then the oldest go. */
const MOST_PENDING = 200;

/** What has come in the connections of a stream so far, by its IDs. */
export interface Delivered {
  /** Adds a connection. */
  add(columns: ExchangeColumns): void;
  /**
   * Holds the next connection against what has come. IDs alone may be a new count: an event has come again only where its
   * data is the same. (The first and the last events of each connection are compared.)
   */
  overlapWith(after: ExchangeColumns): Overlap;
}

export function createDelivered(): Delivered {
  /** Hashes of the events that had an ID. */
  const hashes = new Map<string, Set<number>>();
  let before: ExchangeColumns['all'] | undefined;
  let least = Infinity;

  function remember({ id, hash }: EventSample): void {
    if (id === '') return;
    const known = hashes.get(id);
    if (known) known.add(hash);
    else hashes.set(id, new Set([hash]));
  }

  /** Connections whose IDs have not been asked for yet. */
  let pending: ExchangeColumns['all'][] = [];

  function rememberPending(): void {
    for (const all of pending) {
      for (const one of all.firstEvents) remember(one);
      // Of a short one the first events are all of them.
      if (all.events > all.firstEvents.length) for (const one of all.lastEvents) remember(one);
    }
    pending = [];
    for (const id of hashes.keys()) {
      if (hashes.size <= MOST_IDS) break;
      hashes.delete(id);
    }
  }

  return {
    add({ all }) {
      before = all;
      pending.push(all);
      if (pending.length > MOST_PENDING) pending = pending.slice(-MOST_PENDING / 2);
      if (all.counting) least = Math.min(least, all.counting.first);
    },
    overlapWith({ all: after }) {
      const a = before?.counting;
      const b = after.counting;
      const counting = a !== undefined && b !== undefined;
      if (counting && b.first > a.last) {
        return { counting, lost: b.first - a.last - 1, repeated: 0, restarted: false };
      }
      rememberPending();
      let same = 0;
      let other = 0;
      for (const { id, hash } of after.firstEvents) {
        const known = id === '' ? undefined : hashes.get(id);
        if (known?.has(hash)) same++;
        else if (known) other++;
      }
      if (!counting) {
        const restarted = same === 0 && other > 0 && after.firstId !== before?.lastId;
        return { counting, lost: 0, repeated: same, restarted };
      }
      const lower = Math.max(0, Math.min(b.last, a.last) - b.first + 1);
      const restarted = lower > 0 && same === 0 && (other > 0 || b.first < least);
      return {
        counting,
        lost: 0,
        repeated: restarted ? 0 : lower,
        restarted,
      };
    },
  };
}
