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
    let soonest = Infinity;
    const ready: (() => Task)[] = [];
    for (const [name, tasks] of this.#channels) {
      const at = tasks[0]!.ready;
      if (at <= this.#now) ready.push(() => this.#take(name, tasks));
      else if (at < soonest) soonest = at;
    }
    for (const [id, task] of this.#timers) {
      if (task.ready <= this.#now) {
        ready.push(() => {
          this.#timers.delete(id);
          return task;
        });
      } else if (task.ready < soonest) soonest = task.ready;
    }
    if (ready.length > 0) {
      this.random.pick(ready)().work();
      return true;
    }
    if (soonest > until) return false;
    this.#now = soonest;
    return true;
  }

  /** Nothing is left to happen before that. */
  passTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  #take(name: string, tasks: Task[]): Task {
    const task = tasks.shift()!;
    if (tasks.length === 0) this.#channels.delete(name);
    return task;
  }
}
