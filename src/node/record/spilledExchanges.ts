import { SEGMENT_BYTES, type Segment } from '../../shared/segment/segment.ts';
import { createSegmentWriter } from '../../shared/segment/segmentWriter.ts';
import type { Exchange } from '../../shared/session/types.ts';
import type { SpilledPlace, SpillFile } from './spillFile.ts';

/** An exchange with its segments, or where these stand. */
interface Stored {
  exchange: Exchange;
  segments: (SpilledPlace | Segment)[];
}

/** An exchange whose bytes come. */
export interface OpenExchange {
  readonly events: number;
  readonly entries: number;
  readonly bytes: number;
  readonly lastEventId: string;
  append(bytes: Uint8Array, at: number): void;
  end(): void;
}

interface Growing extends OpenExchange {
  readonly held: number;
  stored(): Stored;
}

/** Exchanges of a recording. Memory holds one segment of each that is open, and where all others stand. */
export interface SpilledExchanges {
  /** Bytes of streams that are in memory. */
  readonly held: number;
  /** @param exchange - may change until it has ended */
  open(exchange: Exchange): OpenExchange;
  /** All of them, in the order in which they were opened. */
  all(): Iterable<Exchange>;
  segments(exchange: string): AsyncIterable<Segment>;
}

/**
 * @param mostBytes - of the file
 * @param failed - told once, with a sentence, when no more can be written: nothing is taken from then on
 */
export function createSpilledExchanges(
  file: SpillFile,
  mostBytes: number,
  failed: (sentence: string) => void,
): SpilledExchanges {
  const slots: (SpilledPlace | Stored | Growing)[] = [];
  const open = new Set<Growing>();
  let isOver = false;
  /** The one that was read last: its segments are asked for next. */
  let last: Stored | undefined;

  /** Returns the value itself when it cannot be written: only of what is open then. */
  function put<T extends object>(value: T): SpilledPlace | T {
    if (isOver) return value;
    try {
      if (file.size >= mostBytes) throw new Error('it has the size of the largest file that can be opened');
      return file.put(value);
    } catch (error) {
      isOver = true;
      failed(`The recording ends here: ${(error as Error).message}. What came before is kept.`);
      return value;
    }
  }

  function grow(exchange: Exchange, slot: number): Growing {
    const writer = createSegmentWriter({ exchange: exchange.id, lastEventId: exchange.lastEventIdBefore });
    const segments: (SpilledPlace | Segment)[] = [];
    let taken = 0;
    const take = (): void => {
      // The last one is taken again when it has grown.
      for (const segment of writer.takeChanged()) {
        segments[segment.index] = put(segment);
        taken = segment.base;
      }
    };
    const growing: Growing = {
      get events() {
        return writer.events;
      },
      get entries() {
        return writer.entries;
      },
      get bytes() {
        return writer.bytes;
      },
      get lastEventId() {
        return writer.lastEventId();
      },
      get held() {
        return writer.bytes - taken;
      },
      append(bytes, at) {
        if (isOver) return;
        writer.append(bytes, at);
        if (growing.held > SEGMENT_BYTES) take();
      },
      end() {
        writer.end();
        open.delete(growing);
        if (slots[slot] === growing) slots[slot] = put(growing.stored());
      },
      stored() {
        take();
        const { bytes, entries, events } = growing;
        return { exchange: { ...exchange, bytes, entries, events }, segments };
      },
    };
    return growing;
  }

  function read(slot: SpilledPlace | Stored | Growing): Stored {
    if ('held' in slot) return slot.stored();
    return 'at' in slot ? (file.get(slot) as Stored) : slot;
  }

  function* all(): Generator<Exchange> {
    for (const slot of slots) {
      last = read(slot);
      yield last.exchange;
    }
  }

  return {
    get held() {
      return [...open].reduce((total, { held }) => total + held, 0);
    },
    open(exchange) {
      const growing = grow(exchange, slots.length);
      if (!isOver) {
        slots.push(growing);
        open.add(growing);
      }
      return growing;
    },
    all,
    async *segments(id) {
      if (last?.exchange.id !== id) for (const exchange of all()) if (exchange.id === id) break;
      if (last?.exchange.id !== id) return;
      for (const one of last.segments) yield 'at' in one ? (file.get(one) as Segment) : one;
    },
  };
}
