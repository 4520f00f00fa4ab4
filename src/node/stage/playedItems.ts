import type { Start } from '../../shared/replay/resume.ts';
import { applyFaults } from '../faults/applyFaults.ts';
import type { Faults } from '../faults/faults.ts';
import { cutItem, type Item, NOT_YET, type Playing } from '../faults/items.ts';
import { liveItems } from './liveItems.ts';
import type { MediaClock } from './mediaClock.ts';
import type { PlayerOptions } from './playerOptions.ts';
import { recordedItems } from './recordedItems.ts';

/** What one client is played: the items of a track, or of what is live, as the faults make them. */
export class PlayedItems {
  readonly #options: PlayerOptions;
  readonly #clock: MediaClock;
  #faults: Faults;
  #items: Iterator<Item>;
  #next: Item | undefined;
  /** What the faults share. */
  playing: Playing;
  /** Of the recording: what is before it has been taken. */
  #offset: number;

  constructor(options: PlayerOptions, clock: MediaClock, start: Start) {
    this.#options = options;
    this.#clock = clock;
    this.#faults = options.faults;
    this.#offset = start.offset;
    this.playing = this.#newPlaying(start.time);
    this.#items = this.#itemsFrom(start);
  }

  get offset(): number {
    return this.#offset;
  }

  /** The next item has been seen, and was not taken. */
  get isHeld(): boolean {
    return this.#next !== undefined;
  }

  /** The next item; `NOT_YET` when nothing more has come of what is live, undefined at the end. */
  peek(): Item | undefined {
    const item = this.#next ?? (this.#items.next().value as Item | undefined);
    this.#next = item === NOT_YET ? undefined : item;
    return item;
  }

  /** The item that was seen is played now. */
  take(item: Item): void {
    this.#next = undefined;
    this.#offset = Math.max(this.#offset, item.to);
  }

  /** Cuts what comes next after its first block. @returns what puts the rest back; undefined when there is nothing to cut */
  cutAfterBlock(): (() => void) | undefined {
    const item = this.peek();
    const block = item?.blocks[0];
    if (!item || block === undefined || block >= item.bytes.length) return undefined;
    const [event, rest] = cutItem(item, block);
    this.#next = event;
    return () => {
      this.#next = rest;
    };
  }

  /** Goes on elsewhere. */
  restart(start: Start, faults = this.#faults): void {
    this.#faults = faults;
    this.#next = undefined;
    this.#offset = start.offset;
    this.playing = this.#newPlaying(start.time);
    this.#items = this.#itemsFrom(start);
  }

  #newPlaying(from: number): Playing {
    return {
      random: this.#options.random,
      speed: () => this.#clock.speed,
      from,
      ending: this.#options.track.ending,
      isCut: false,
    };
  }

  #itemsFrom({ offset, time: from }: Start): Iterator<Item> {
    const { live, track, to } = this.#options;
    // As fast as it goes, nobody can tell chunks apart: many are written at once.
    const atOnce = (): boolean => this.#clock.speed === Infinity && !this.#clock.isHeld;
    const items = live ? liveItems(live, this.playing) : recordedItems({ track, offset, from, to, atOnce });
    return applyFaults(items, this.#faults, this.playing)[Symbol.iterator]();
  }
}
