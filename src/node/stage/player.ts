import { FROM_THE_START, type Start } from '../../shared/replay/resume.ts';
import type { Faults } from '../faults/faults.ts';
import { dueOf, NOT_YET } from '../faults/items.ts';
import { BlockWriter } from './blockWriter.ts';
import { MediaClock } from './mediaClock.ts';
import { PlayedItems } from './playedItems.ts';
import type { PlayerOptions, PlayerProgress } from './playerOptions.ts';
import { startAt } from './startAt.ts';

/** A timer may be early by a part of a millisecond. */
const EARLY = 0.3;
/** The longest timer there is, ms. */
const LONGEST = 2 ** 31 - 1;
/** Items that are written at once before others get their turn. */
const AT_ONCE = 256;

/** Plays a track to one client: each chunk at its time, as long as the client takes it. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #items: PlayedItems;
  readonly #clock: MediaClock;
  readonly #writer: BlockWriter;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #closing = false;
  readonly progress: PlayerProgress;

  constructor(options: PlayerOptions) {
    this.#options = options;
    const { track, from, paused, speed } = options;
    const start = options.start ?? (from > 0 ? startAt(track, from) : FROM_THE_START);
    this.#clock = new MediaClock(start.time, speed, paused);
    this.progress = { bytes: 0, events: 0, position: start.time, lag: 0, paused, speed, state: 'playing' };
    this.#writer = new BlockWriter(options.sink, this.progress, options.heartbeat, () => !this.#clock.isHeld);
    this.#items = new PlayedItems(options, this.#clock, start);
  }

  /**
   * Begins; the response head is out.
   *
   * @param asked - when the request came, by `performance.now()`
   */
  start(asked: number): void {
    this.#clock.start(asked);
    this.#writer.start();
    this.#step();
  }

  /** Something has come, of what is live. */
  poke(): void {
    if (!this.#items.isHeld) this.#step();
  }

  /** The client has taken what was written. */
  drained(): void {
    this.#writer.isFull = false;
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
    // From the next chunk and the next block on: what has begun is finished as it was.
    for (;;) {
      const next = this.#items.peek();
      const isDone = this.#writer.isBetweenBlocks && next !== undefined && next.to > this.#items.offset;
      if (!next || next === NOT_YET || isDone) break;
      this.#writeNext(performance.now());
    }
    this.#restart({ offset: this.#items.offset, time: this.progress.position }, faults);
  }

  /** Writes what is left up to the end of the next event, whatever its time, and stays paused. */
  step(): void {
    this.pause();
    const { events } = this.progress;
    do {
      // What comes after the event in the same chunk waits for the next step.
      const putRestBack = this.#items.cutAfterBlock();
      if (putRestBack) {
        this.#writeNext(this.#clock.now);
        putRestBack();
        return;
      }
    } while (this.#writeNext(this.#clock.now) && this.progress.events === events);
  }

  /** Writes a block of somebody else between two blocks of the recording. */
  insert(block: Uint8Array): void {
    this.#writer.insert(block);
    this.#writeInserted();
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
    this.#writer.stop();
    this.progress.state = 'over';
  }

  #restart(start: Start, faults?: Faults): void {
    this.#clearTimer();
    this.#items.restart(start, faults);
    this.#clock.goTo(start.time);
    this.progress.position = start.time;
    if (this.progress.state !== 'over') this.progress.state = 'playing';
    this.#step();
  }

  /** Writes what is due, and waits for the next. */
  #step(): void {
    this.#clearTimer();
    if (this.#clock.isHeld || this.#closing || this.progress.state === 'over') return;
    for (let count = 0; !this.#writer.isFull; count++) {
      const next = this.#items.peek();
      if (next === NOT_YET) return;
      const now = performance.now();
      const due = this.#clock.dueAfter(next ? dueOf(next, this.#items.playing) : this.#endDue());
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
    if (this.#items.playing.isCut || this.#options.live) return 0;
    return Math.max(0, Math.min(track.endAt, to) - this.#items.playing.from) / this.#clock.speed;
  }

  /** Returns false when there is nothing more. */
  #writeNext(now: number): boolean {
    const item = this.#items.peek();
    if (item === NOT_YET) return false;
    if (!item) {
      this.#ended();
      return false;
    }
    this.#items.take(item);
    this.progress.lag = Math.max(0, now - this.#clock.dueAfter(dueOf(item, this.#items.playing)));
    this.progress.position = item.at;
    this.progress.events += item.blocks.length;
    if (item.bytes.length > 0) this.#writer.write(item.bytes, item.blocks.at(-1) ?? 0);
    this.#writeInserted();
    return true;
  }

  #writeInserted(): void {
    if (this.progress.state === 'over') return;
    this.#writer.writeInserted();
  }

  /** The rest of a block that has begun, at once. */
  #finishBlock(): void {
    while (!this.#writer.isBetweenBlocks && this.#writeNext(performance.now()));
  }

  #ended(): void {
    const { ending, isCut } = this.#items.playing;
    if (this.#options.loop && !isCut && this.#options.track.bytes.length > 0) {
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
    this.#options.over(this.#items.playing.isCut);
  }

  #clearTimer(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
  }
}
