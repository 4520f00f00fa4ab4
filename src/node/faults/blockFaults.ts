import type { Choice } from './faults.ts';
import { type Item, NOT_YET, type Playing, wholeBlocks } from './items.ts';

const LF = 0x0a;
const COLON = 0x3a;
const CR = 0x0d;
const NO_UTF8 = 0xff;

/* Faults of whole blocks: each takes blocks, and gives blocks. */

export function* duplicate(items: Iterable<Item>, choice: Choice, { random }: Playing): Generator<Item> {
  const chosen = chooser(choice, random);
  for (const item of wholeBlocks(items)) {
    yield item;
    if (item.blocks.length > 0 && chosen()) yield item;
  }
}

export function* reorder(items: Iterable<Item>, choice: Choice, { random }: Playing): Generator<Item> {
  const chosen = chooser(choice, random);
  let waiting: Item | undefined;
  for (const item of wholeBlocks(items)) {
    if (waiting && item !== NOT_YET) {
      yield item;
      yield { ...waiting, at: item.at };
      waiting = undefined;
    } else if (item.blocks.length > 0 && chosen()) waiting = item;
    else yield item;
  }
  if (waiting) yield waiting;
}

export function* corrupt(items: Iterable<Item>, choice: Choice, { random }: Playing): Generator<Item> {
  const chosen = chooser(choice, random);
  for (const item of wholeBlocks(items)) {
    if (item.blocks.length === 0 || !chosen()) {
      yield item;
      continue;
    }
    const bytes = item.bytes.slice();
    const places = valuePlaces(bytes);
    if (places.length > 0) bytes[places[Math.floor(random() * places.length)]!] = NO_UTF8;
    yield { ...item, bytes };
  }
}

/** Takes lines out of the blocks. */
export function* withoutField(items: Iterable<Item>, name: 'id' | 'retry'): Generator<Item> {
  for (const item of wholeBlocks(items)) {
    if (item === NOT_YET) {
      yield item;
      continue;
    }
    const bytes = withoutLines(item.bytes, name);
    yield { ...item, bytes, blocks: item.blocks.length > 0 ? [bytes.length] : [] };
  }
}

/** The block with a reconnection time of ours before it. */
export function* withRetry(items: Iterable<Item>, retry: number): Generator<Item> {
  const bytes = new TextEncoder().encode(`retry: ${retry}\n\n`);
  let isFirst = true;
  for (const item of withoutField(items, 'retry')) {
    if (item === NOT_YET) {
      yield item;
      continue;
    }
    if (isFirst) yield { ...item, to: 0, bytes, blocks: [] };
    isFirst = false;
    yield item;
  }
}

export function* truncateLast(items: Iterable<Item>): Generator<Item> {
  let last: Item | undefined;
  for (const item of wholeBlocks(items)) {
    if (item === NOT_YET) yield item;
    else {
      if (last) yield last;
      last = item;
    }
  }
  if (last) yield { ...last, bytes: last.bytes.subarray(0, Math.ceil(last.bytes.length / 2)), blocks: [] };
}

/** Where the values of the lines are: a broken name would take a whole line away. */
function valuePlaces(block: Uint8Array): number[] {
  const places: number[] = [];
  let inValue = false;
  for (const [i, byte] of block.entries()) {
    if (byte === LF || byte === CR) inValue = false;
    else if (inValue) places.push(i);
    else if (byte === COLON) inValue = true;
  }
  return places;
}

function withoutLines(block: Uint8Array, name: string): Uint8Array {
  const out = new Uint8Array(block.length);
  let to = 0;
  for (let at = 0; at < block.length; ) {
    let end = at;
    while (end < block.length && block[end] !== LF && block[end] !== CR) end++;
    let next = end + 1;
    if (block[end] === CR && block[next] === LF) next++;
    next = Math.min(next, block.length);
    const line = new TextDecoder().decode(block.subarray(at, end));
    if (line !== name && !line.startsWith(`${name}:`)) {
      out.set(block.subarray(at, next), to);
      to += next - at;
    }
    at = next;
  }
  return out.subarray(0, to);
}

function chooser({ every, chance }: Choice, random: () => number): () => boolean {
  let n = 0;
  return () => {
    n++;
    return every === undefined ? random() < (chance ?? 1) : n % every === 0;
  };
}
