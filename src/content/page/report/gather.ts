import type { BytesLeft, PageFact } from '../../../shared/protocol/pageLink.ts';
import { createList } from '../natives/reflect.ts';
import { byteLength, copyBytes, subarray } from '../natives/typedArrays.ts';
import type { Arena } from './arena.ts';
import { newPending, type Pending } from './pending.ts';
import { sealPending } from './sealPending.ts';

/** Events in one fact: the column of their types has 16 bits. */
const MAX_EVENTS = 65_000;

/** Gathers facts and data until they are taken. What adds data returns its size: bytes or UTF-16 units, roughly. */
export interface Gathered {
  fact(one: PageFact): void;
  bytes(stream: number, chunk: Uint8Array, from: number, time: number): number;
  text(stream: number, text: string, time: number): number;
  event(stream: number, type: string, data: string, id: string, time: number): number;
  /** Everything so far, as facts in their order. Call {@link forget} when it was posted. */
  seal(): (PageFact | BytesLeft)[];
  forget(): void;
}

export function createGathered(arena: Arena): Gathered {
  let facts = createList<PageFact | BytesLeft | Pending>();
  let pending = createList<Pending>();
  // The last one used: events of one stream come in runs.
  let last: Pending | undefined;

  /** What is still being gathered takes its place among the facts, before those that follow. */
  function close(): void {
    for (let i = 0; i < pending.length; i++) facts[facts.length] = pending[i]!;
    pending = createList();
    last = undefined;
  }

  /** Makes facts of what was gathered: as late as possible, since the page may be waiting for what it reads. */
  function seal(handedOver: boolean): (PageFact | BytesLeft)[] {
    close();
    for (let i = 0; i < facts.length; i++) {
      const one = facts[i]!;
      if (one.type === undefined) facts[i] = sealPending(one, arena, handedOver);
    }
    arena.reset();
    return facts as (PageFact | BytesLeft)[];
  }

  function pendingFor(stream: number, kind: Pending['kind']): Pending {
    if (last !== undefined && last.stream === stream && last.kind === kind) return last;
    for (let i = 0; i < pending.length; i++) {
      const one = pending[i]!;
      if (one.stream === stream && one.kind === kind) {
        last = one;
        return one;
      }
    }
    last = newPending(stream, kind);
    pending[pending.length] = last;
    return last;
  }

  return {
    fact(one) {
      // Facts of one stream stay in their order.
      close();
      facts[facts.length] = one;
    },
    bytes(stream, chunk, from, time) {
      const piece = from === 0 ? chunk : subarray(chunk, from, byteLength(chunk));
      const length = byteLength(piece);
      let start = arena.add(piece);
      if (start < 0) {
        seal(false);
        start = arena.add(piece);
      }
      const one = pendingFor(stream, 'bytes');
      addChunk(one, start, length, time);
      if (start < 0) {
        // Larger than the whole arena: it gets a fact of its own.
        one.large = copyBytes(piece);
        close();
      }
      return length + 16;
    },
    text(stream, text, time) {
      addText(pendingFor(stream, 'text'), text, time);
      return text.length + 16;
    },
    event(stream, type, data, id, time) {
      if (addEvent(pendingFor(stream, 'events'), type, data, id, time) >= MAX_EVENTS) close();
      return data.length + id.length + 32;
    },
    seal: () => seal(true),
    forget() {
      facts = createList();
      pending = createList();
      last = undefined;
      arena.reset();
    },
  };
}

function addChunk(one: Pending, start: number, length: number, time: number): void {
  one.bytes += length;
  one.starts[one.starts.length] = start;
  one.ends[one.ends.length] = one.bytes;
  one.times[one.times.length] = time;
}

function addText(one: Pending, text: string, time: number): void {
  one.text += text;
  one.ends[one.ends.length] = one.text.length;
  one.times[one.times.length] = time;
}

/**
 * The event is read at once: keeping event objects for an idle moment costs more, in what the garbage collector has to carry.
 *
 * @returns how many events there were before
 */
function addEvent(one: Pending, type: string, data: string, id: string, time: number): number {
  let index = one.typeIndex[type];
  if (index === undefined) {
    index = one.types.length;
    one.types[index] = type;
    one.typeIndex[type] = index;
  }
  one.text += data;
  one.ids += id;
  const n = one.times.length;
  one.ends[n] = one.text.length;
  one.idEnds[n] = one.ids.length;
  one.typeOf[n] = index;
  one.times[n] = time;
  return n;
}
