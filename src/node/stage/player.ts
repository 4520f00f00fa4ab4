import { firstAtLeast } from '../../shared/session/firstAtLeast.ts';
import { FROM_THE_START, type Start } from '../../shared/session/replay/resume.ts';
import { chunkAtOffset, chunkAtTime, type Ending, type Track } from '../../shared/session/replay/track.ts';
import { applyFaults } from '../faults/applyFaults.ts';
import type { Faults } from '../faults/faults.ts';
import { cutItem, dueOf, type Item, NOT_YET, type Playing } from '../faults/items.ts';
import { longTimeout } from '../longTimeout.ts';
import { createBoundary } from './boundary.ts';

/** Where the bytes go. */
export interface Sink {
  /** Returns false when it is full: `drained` is told when there is room again. */
  write(bytes: Uint8Array): boolean;
  /** The response is over. */
  end(): void;
  /** The connection breaks. */
  drop(): void;
}

/** What comes while it is played: from a server behind. */
export interface Live {
  /** What has come and is not played yet; takers take it out. */
  waiting: Item[];
  /** Told of each item that a taker has taken out. */
  taken(item: Item): void;
  /** How it ended, when it has. */
  ended: Ending | undefined;
}

export interface PlayerOptions {
  track: Track;
  /** Played instead of the track's bytes. */
  live?: Live;
  faults: Faults;
  random(): number;
  /** Times as fast as it was recorded; Infinity for as fast as it goes. */
  speed: number;
  paused: boolean;
  /** At its end it begins again. */
  loop: boolean;
  /** Part that is played, ms after the request. */
  from: number;
  to: number;
  /** Where it goes on instead. */
  start: Start | undefined;
  /** A comment is sent when nothing else was for so long, ms; 0 for none. */
  heartbeat: number;
  sink: Sink;
  /** It is over; by itself, not by `stop`. `isCut`: by a fault, before what was recorded had been played. */
  over(isCut: boolean): void;
}

/** What one client has got. */
export interface Progress {
  bytes: number;
  events: number;
  /** ms of the recording; where playing is. */
  position: number;
  /** How much later than it should have been the last write was, ms. */
  lag: number;
  paused: boolean;
  speed: number;
  state: 'playing' | 'waiting for the client' | 'open' | 'over';
}

const HEARTBEAT = new TextEncoder().encode(':\n\n');
/** A timer may be early by a part of a millisecond. */
const EARLY = 0.3;
/** The longest timer there is, ms. */
const LONGEST = 2 ** 31 - 1;
/** Bytes of chunks that are written as one, when nothing is waited for. */
const AT_ONCE_BYTES = 32 << 10;
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
  /** ms of the clock when the beginning of what is played was due. */
  #began: number;
  #pausedAt: number | undefined;
  #speed: number;
  #full = false;
  readonly #boundary = createBoundary();
  #inserted: Uint8Array[] = [];
  #stopHeartbeat = (): void => {};
  #closing = false;
  /** Of the recording: what is before it has been written. */
  #offset = 0;
  readonly progress: Progress;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#faults = options.faults;
    this.#speed = options.speed;
    const start = options.start ?? (options.from > 0 ? this.#startAt(options.from) : FROM_THE_START);
    this.progress = {
      bytes: 0,
      events: 0,
      position: start.time,
      lag: 0,
      paused: options.paused,
      speed: options.speed,
      state: 'playing',
    };
    this.#began = performance.now();
    if (options.paused) this.#pausedAt = this.#began;
    this.#playing = this.#newPlaying(start.time);
    this.#items = this.#itemsFrom(start)[Symbol.iterator]();
  }

  /**
   * Begins; the response head is out.
   *
   * @param asked - when the request came, by `performance.now()`
   */
  start(asked: number): void {
    this.#began = asked;
    if (this.#pausedAt !== undefined) this.#pausedAt = performance.now();
    this.#beat();
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
    if (this.#pausedAt !== undefined) return;
    this.#pausedAt = performance.now();
    this.progress.paused = true;
    this.#clearTimer();
  }

  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#began += performance.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.progress.paused = false;
    this.#step();
  }

  setSpeed(speed: number): void {
    // What was played keeps its time: the beginning moves.
    const now = this.#pausedAt ?? performance.now();
    const at = this.#playing.from + this.#mediaOf(now - this.#began);
    this.#speed = speed;
    this.progress.speed = speed;
    this.#began = now - (at - this.#playing.from) / speed;
    this.#step();
  }

  /** Goes on at a moment of the recording, ms after its request. */
  seek(time: number): void {
    const start = this.#startAt(time);
    this.#restart(start);
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
        this.#writeNext(this.#pausedAt!);
        this.#next = rest;
        return;
      }
    } while (this.#writeNext(this.#pausedAt!) && this.progress.events === events);
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
    this.#stopHeartbeat();
    this.progress.state = 'over';
  }

  // ── What is played ──

  #newPlaying(from: number): Playing {
    return {
      random: this.#options.random,
      speed: () => this.#speed,
      from,
      ending: this.#options.track.ending,
      isCut: false,
    };
  }

  #startAt(time: number): Start {
    const { track } = this.#options;
    const chunk = chunkAtTime(track, time);
    const offset = chunk === 0 ? 0 : track.ends[chunk - 1]!;
    // Not in the middle of a block.
    const block = firstAtLeast(track.blockEnds, offset);
    const before = block === 0 ? 0 : track.blockEnds[block - 1]!;
    return { offset: track.blockEnds[block] === offset ? offset : before, time };
  }

  #restart(start: Start): void {
    this.#clearTimer();
    this.#next = undefined;
    this.#playing = this.#newPlaying(start.time);
    this.#items = this.#itemsFrom(start)[Symbol.iterator]();
    const now = performance.now();
    this.#began = now;
    if (this.#pausedAt !== undefined) this.#pausedAt = now;
    this.progress.position = start.time;
    if (this.progress.state !== 'over') this.progress.state = 'playing';
    this.#step();
  }

  #itemsFrom(start: Start): Iterable<Item> {
    this.#offset = start.offset;
    const { live } = this.#options;
    return applyFaults(live ? this.#coming(live) : this.#recorded(start), this.#faults, this.#playing);
  }

  *#coming(live: Live): Generator<Item> {
    const playing = this.#playing;
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

  *#recorded({ offset }: Start): Generator<Item> {
    const { track, to } = this.#options;
    let from = offset;
    let block = firstAtLeast(track.blockEnds, from + 1);
    for (let i = chunkAtOffset(track, from); i < track.ends.length; i++) {
      if (track.times[i]! > to) return;
      // As fast as it goes, nobody can tell chunks apart: many are written at once.
      const most = this.#speed === Infinity && this.#pausedAt === undefined ? from + AT_ONCE_BYTES : 0;
      while (i + 1 < track.ends.length && track.ends[i + 1]! <= most && track.times[i + 1]! <= to) i++;
      const at = track.times[i]!;
      const end = track.ends[i]!;
      const blocks: number[] = [];
      for (; block < track.blockEnds.length && track.blockEnds[block]! <= end; block++) {
        blocks.push(track.blockEnds[block]! - from);
      }
      const bytes = track.bytes.subarray(from, end);
      yield { at: Math.max(at, this.#playing.from), lag: 0, to: end, bytes, blocks };
      from = end;
    }
  }

  // ── When it is written ──

  #mediaOf(elapsed: number): number {
    return this.#speed === Infinity ? 0 : elapsed * this.#speed;
  }

  /** Writes what is due, and waits for the next. */
  #step(): void {
    this.#clearTimer();
    if (this.#pausedAt !== undefined || this.#closing || this.progress.state === 'over') return;
    for (let count = 0; !this.#full; count++) {
      this.#next ??= this.#items.next().value as Item | undefined;
      if (this.#next === NOT_YET) {
        this.#next = undefined;
        return;
      }
      const now = performance.now();
      const due = this.#began + (this.#next ? dueOf(this.#next, this.#playing) : this.#endDue());
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
    return Math.max(0, Math.min(track.endAt, to) - this.#playing.from) / this.#speed;
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
    this.progress.lag = Math.max(0, now - this.#began - dueOf(item, this.#playing));
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
    this.#beat();
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
      const start = this.#startAt(this.#options.from);
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

  #beat(): void {
    const { heartbeat } = this.#options;
    if (heartbeat <= 0) return;
    this.#stopHeartbeat();
    this.#stopHeartbeat = longTimeout(() => {
      if (this.#boundary.isThere && this.#pausedAt === undefined) this.#write(HEARTBEAT, 0);
      else this.#beat();
    }, heartbeat);
  }

  #clearTimer(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
  }
}
