import type { Random } from './random.ts';

interface Task {
  ready: number;
  work: () => void;
}

/**
 * Owns time and order. What happens in one channel happens in the order in which it was sent; between channels, and among
 * timers that are due, chance decides. Time goes on only when nothing is ready.
 */
export class Scheduler {
  readonly random: Random;
  #now = 0;
  #wallOffset = 1_800_000_000_000;
  readonly #channels = new Map<string, Task[]>();
  readonly #timers = new Map<number, Task>();
  #nextTimer = 0;
  /** Names of channels and numbers of timers: one list for all steps. */
  readonly #ready: (string | number)[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  /** ms of a clock that never jumps. */
  get now(): number {
    return this.#now;
  }

  /** ms since the epoch. */
  get wall(): number {
    return this.#now + this.#wallOffset;
  }

  setClock(by: number): void {
    this.#wallOffset += by;
  }

  /** Sends something through a channel: it arrives after `delay` ms, and after all that was sent there before. */
  post(channel: string, work: () => void, delay = 0): void {
    const tasks = this.#channels.get(channel);
    const task = { ready: this.#now + delay, work };
    if (tasks) tasks.push(task);
    else this.#channels.set(channel, [task]);
  }

  after(delay: number, work: () => void): () => void {
    const id = this.#nextTimer++;
    this.#timers.set(id, { ready: this.#now + Math.max(0, delay), work });
    return () => void this.#timers.delete(id);
  }

  /** Drops everything in a channel: its other end is gone. */
  drop(channel: string): void {
    this.#channels.delete(channel);
  }

  /** Lets one thing happen. False when nothing is left before `until` (ms). */
  step(until: number): boolean {
    for (;;) {
      const soonest = this.#findReady();
      if (this.#ready.length > 0) break;
      if (soonest > until) return false;
      this.#now = soonest;
    }
    this.#take(this.random.pick(this.#ready)).work();
    return true;
  }

  /** Channels and timers of which something can happen now; what comes next when there are none, ms. */
  #findReady(): number {
    const ready = this.#ready;
    ready.length = 0;
    let soonest = Infinity;
    for (const [name, tasks] of this.#channels) {
      const at = tasks[0]!.ready;
      if (at <= this.#now) ready.push(name);
      else if (at < soonest) soonest = at;
    }
    for (const [id, { ready: at }] of this.#timers) {
      if (at <= this.#now) ready.push(id);
      else if (at < soonest) soonest = at;
    }
    return soonest;
  }

  /** Nothing is left to happen before that. */
  passTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  #take(from: string | number): Task {
    if (typeof from === 'number') {
      const timer = this.#timers.get(from)!;
      this.#timers.delete(from);
      return timer;
    }
    const tasks = this.#channels.get(from)!;
    const task = tasks.shift()!;
    if (tasks.length === 0) this.#channels.delete(from);
    return task;
  }
}
