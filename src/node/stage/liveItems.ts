import { type Item, NOT_YET, type Playing } from '../faults/items.ts';
import type { LiveSource } from './playerOptions.ts';

/** What has come from a server behind, and {@link NOT_YET} while nothing has. */
export function* liveItems(live: LiveSource, playing: Playing): Generator<Item> {
  for (;;) {
    const item = live.waiting.shift();
    if (item) {
      live.taken(item);
      yield item;
    } else if (live.ended) {
      playing.ending = live.ended;
      return;
    } else yield NOT_YET;
  }
}
