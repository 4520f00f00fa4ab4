import type { Ending } from '../../shared/replay/track.ts';
import { joinBytes } from '../../shared/session/joinBytes.ts';

/** Bytes that are written together. */
export interface Item {
  /** When they came in the recording, ms after its request. */
  at: number;
  /** How much later they come on purpose, ms of the clock. */
  lag: number;
  /** Byte offset in the recording after what they were made of. */
  to: number;
  bytes: Uint8Array;
  /** Where blocks end in them. */
  blocks: number[];
}

/** Nothing has come yet, of a stream that is live: whoever asks has to ask again later. Faults hand it on. */
export const NOT_YET: Item = { at: 0, lag: 0, to: 0, bytes: new Uint8Array(0), blocks: [] };

/** What faults share while one connection is played. */
export interface Playing {
  random(): number;
  /** Times as fast as it was recorded. */
  speed(): number;
  /** When playing began, ms of the recording. */
  from: number;
  /** How it ends; a fault may decide otherwise. */
  ending: Ending;
  /** A fault has ended it. */
  isCut: boolean;
}

/** ms of the clock after the beginning. */
export function dueOf({ at, lag }: Item, { from, speed }: Playing): number {
  return (at - from) / speed() + lag;
}

/** The same bytes cut at an offset. */
export function cutItem(item: Item, offset: number): [Item, Item] {
  return [
    { ...item, bytes: item.bytes.subarray(0, offset), blocks: item.blocks.filter((end) => end <= offset) },
    {
      ...item,
      bytes: item.bytes.subarray(offset),
      blocks: item.blocks.filter((end) => end > offset).map((end) => end - offset),
    },
  ];
}

/** One item for each block, when the last byte of it comes; what is no whole block comes at the end. */
export function* wholeBlocks(items: Iterable<Item>): Generator<Item> {
  let held: Uint8Array[] = [];
  let last: Item | undefined;
  for (const item of items) {
    if (item === NOT_YET) {
      yield item;
      continue;
    }
    let from = 0;
    for (const end of item.blocks) {
      const bytes = joinBytes(...held, item.bytes.subarray(from, end));
      held = [];
      yield { ...item, bytes, blocks: [bytes.length] };
      from = end;
    }
    if (from < item.bytes.length) held.push(item.bytes.subarray(from));
    last = item;
  }
  if (held.length > 0) yield { ...last!, bytes: joinBytes(...held), blocks: [] };
}
