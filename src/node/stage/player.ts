import { FROM_THE_START, type Start } from '../../shared/session/replay/resume.ts';
import { applyFaults } from '../faults/applyFaults.ts';
import type { Faults } from '../faults/faults.ts';
import { cutItem, dueOf, type Item, NOT_YET, type Playing } from '../faults/items.ts';
import { createBoundary } from './boundary.ts';
import { Heartbeat } from './heartbeat.ts';
import { liveItems } from './liveItems.ts';
import { MediaClock } from './mediaClock.ts';
import type { PlayerOptions, Progress } from './playerOptions.ts';
import { recordedItems } from './recordedItems.ts';
import { startAt } from './startAt.ts';

const HEARTBEAT = new TextEncoder().encode(':\n\n');
/** A timer may be early by a part of a millisecond. */
const EARLY = 0.3;
/** The longest timer there is, ms. */
const LONGEST = 2 ** 31 - 1;
/** Items that are written at once before others get their turn. */
const AT_ONCE = 256;

/** Plays a track to one client: each chunk at its time, as long as the client takes it. */
export class Player {
  readonly #options: PlayerOptions;
  #faults: Faults;
  #items: Iterator<Item>;
  #playing: Playing;
  #next: Item | undefined;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  readonly #clock: MediaClock;
  #full = false;
  readonly #boundary = createBoundary();
  #inserted: Uint8Array[] = [];
  readonly #heartbeat: Heartbeat;
  #closing = false;
  /** Of the recording: what is before it has been written. */
  #offset = 0;
  readonly progress: Progress;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#faults = options.faults;
    const { track, from } = options;
    const start = options.start ?? (from > 0 ? startAt(track, from) : FROM_THE_START);
    this.#clock = new MediaClock(start.time, options.speed, options.paused);
    this.#heartbeat = new Heartbeat(options.heartbeat, () => this.#sendHeartbeat());
    this.progress = {
      bytes: 0,
      events: 0,
      position: start.time,
      lag: 0,
      paused: options.paused,
      speed: options.speed,
      state: 'playing',
    };
    this.#playing = this.#newPlaying(start.time);
    this.#items = this.#itemsFrom(start)[Symbol.iterator]();
  }

  /**
   * Begins; the response head is out.
   *
   * @param asked - when the request came, by `performance.now()`
   */
  start(asked: number): void {
    this.#clock.start(asked);
    this.#heartbeat.beat();
    this.#step();
  }

  /** Something has come, of what is live. */
  poke(): void {
    if (this.#next === undefined) this.#step();
  }

  /** The client has taken what was written. */
  drained(): void {
    this.#full = false;
    if (this.progress.state === 'waiting for the client') this.progress.state = 'playing';
    this.#step();
  }

  pause(): void {
    if (this.#clock.isHeld) return;
    this.#clock.hold();
    this.progress.paused = true;
    this.#clearTimer();
  }

  resume(): void {
    if (!this.#clock.isHeld) return;
    this.#clock.goOn();
    this.progress.paused = false;
    this.#step();
  }

  setSpeed(speed: number): void {
    this.#clock.setSpeed(speed);
    this.progress.speed = speed;
    this.#step();
  }

  /** Goes on at a moment of the recording, ms after its request. */
  seek(time: number): void {
    this.#restart(startAt(this.#options.track, time));
  }

  setFaults(faults: Faults): void {
    this.#faults = faults;
    // From the next chunk and the next block on: what has begun is finished as it was.
    for (;;) {
      this.#next ??= this.#items.next().value as Item | undefined;
      if (!this.#next || this.#next === NOT_YET || (this.#boundary.isThere && this.#next.to > this.#offset))
        break;
      this.#writeNext(performance.now());
    }
    const { position } = this.progress;
    this.#restart({ offset: this.#offset, time: position });
  }

  /** Writes what is left up to the end of the next event, whatever its time, and stays paused. */
  step(): void {
    this.pause();
    const { events } = this.progress;
    do {
      this.#next ??= this.#items.next().value as Item | undefined;
      const block = this.#next?.blocks[0];
      if (this.#next && block !== undefined && block < this.#next.bytes.length) {
        // What comes after the event in the same chunk waits for the next step.
        const [event, rest] = cutItem(this.#next, block);
        this.#next = event;
        this.#writeNext(this.#clock.now);
        this.#next = rest;
        return;
      }
    } while (this.#writeNext(this.#clock.now) && this.progress.events === events);
  }

  /** Writes a block of somebody else between two blocks of the recording. */
  insert(block: Uint8Array): void {
    this.#inserted.push(block);
    if (this.#boundary.isThere) this.#writeInserted();
  }

  /** The rest of the block that has begun, then the end. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#finishBlock();
    this.#over('end');
  }

  /** The client is gone, or is to be. */
  stop(): void {
    this.#closing = true;
    this.#clearTimer();
    this.#heartbeat.stop();
    this.progress.state = 'over';
  }

  // ── What is played ──

  #newPlaying(from: number): Playing {
    return {
      random: this.#options.random,
      speed: () => this.#clock.speed,
      from,
      ending: this.#options.track.ending,
      isCut: false,
    };
  }

  #restart(start: Start): void {
    this.#clearTimer();
    this.#next = undefined;
    this.#playing = this.#newPlaying(start.time);
    this.#items = this.#itemsFrom(start)[Symbol.iterator]();
    this.#clock.goTo(start.time);
    this.progress.position = start.time;
    if (this.progress.state !== 'over') this.progress.state = 'playing';
    this.#step();
  }

  #itemsFrom(start: Start): Iterable<Item> {
    this.#offset = start.offset;
    const { live } = this.#options;
    const items = live ? liveItems(live, this.#playing) : this.#recorded(start);
    return applyFaults(items, this.#faults, this.#playing);
  }

  #recorded({ offset, time: from }: Start): Generator<Item> {
    const { track, to } = this.#options;
    // As fast as it goes, nobody can tell chunks apart: many are written at once.
    const atOnce = (): boolean => this.#clock.speed === Infinity && !this.#clock.isHeld;
    return recordedItems({ track, offset, from, to, atOnce });
  }

  // ── When it is written ──

  /** Writes what is due, and waits for the next. */
  #step(): void {
    this.#clearTimer();
    if (this.#clock.isHeld || this.#closing || this.progress.state === 'over') return;
    for (let count = 0; !this.#full; count++) {
      this.#next ??= this.#items.next().value as Item | undefined;
      if (this.#next === NOT_YET) {
        this.#next = undefined;
        return;
      }
      const now = performance.now();
      const due = this.#clock.dueAfter(this.#next ? dueOf(this.#next, this.#playing) : this.#endDue());
      if (due - now > EARLY) {
        if (Number.isFinite(due))
          this.#timer = setTimeout(() => this.#step(), Math.min(LONGEST, Math.max(1, Math.floor(due - now))));
        return;
      }
      if (count === AT_ONCE) {
        this.#timer = setImmediate(() => this.#step());
        return;
      }
      if (!this.#writeNext(now)) return;
    }
    this.progress.state = 'waiting for the client';
  }

  #endDue(): number {
    const { track, to } = this.#options;
    // A fault that ends it does so at once.
    if (this.#playing.isCut || this.#options.live) return 0;
    return Math.max(0, Math.min(track.endAt, to) - this.#playing.from) / this.#clock.speed;
  }

  /** Returns false when there is nothing more. */
  #writeNext(now: number): boolean {
    this.#next ??= this.#items.next().value as Item | undefined;
    const item = this.#next;
    if (item === NOT_YET) {
      this.#next = undefined;
      return false;
    }
    if (!item) {
      this.#ended();
      return false;
    }
    this.#next = undefined;
    this.progress.lag = Math.max(0, now - this.#clock.dueAfter(dueOf(item, this.#playing)));
    this.progress.position = item.at;
    this.#offset = Math.max(this.#offset, item.to);
    this.progress.events += item.blocks.length;
    if (item.bytes.length > 0) this.#write(item.bytes, item.blocks.at(-1) ?? 0);
    this.#writeInserted();
    return true;
  }

  #write(bytes: Uint8Array, blockEnd: number): void {
    this.progress.bytes += bytes.length;
    this.#boundary.written(bytes, blockEnd);
    if (!this.#options.sink.write(bytes)) this.#full = true;
    this.#heartbeat.beat();
  }

  #writeInserted(): void {
    while (this.#boundary.isThere && this.#inserted.length > 0 && this.progress.state !== 'over') {
      this.#write(this.#inserted.shift()!, 0);
    }
  }

  /** The rest of a block that has begun, at once. */
  #finishBlock(): void {
    while (!this.#boundary.isThere && this.#writeNext(performance.now()));
  }

  #ended(): void {
    const { ending } = this.#playing;
    if (this.#options.loop && !this.#playing.isCut && this.#options.track.bytes.length > 0) {
      const start = startAt(this.#options.track, this.#options.from);
      // Not for ever at once: what has no length in time takes its turn.
      this.#timer = setTimeout(() => this.#restart(start), 1);
      return;
    }
    if (ending === 'open') this.progress.state = 'open';
    else this.#over(ending);
  }

  #over(ending: 'end' | 'drop'): void {
    this.stop();
    if (ending === 'end') this.#options.sink.end();
    else this.#options.sink.drop();
    this.#options.over(this.#playing.isCut);
  }

  #sendHeartbeat(): void {
    if (this.#boundary.isThere && !this.#clock.isHeld) this.#write(HEARTBEAT, 0);
    else this.#heartbeat.beat();
  }

  #clearTimer(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
  }
}
