import type { Clock } from '../../src/shared/protocol/clock.ts';

interface Timer {
  due: number;
  work: () => void;
}

/** Both clocks and the timers of a context, owned by a test: time passes only in `advance`. */
export class FakeClock implements Clock {
  #monotonic = 0;
  #offset = 1_800_000_000_000;
  #busy = 0;
  readonly #timers = new Set<Timer>();

  wall = (): number => this.#monotonic + this.#offset;
  monotonic = (): number => this.#monotonic;

  after(delay: number, work: () => void): () => void {
    const timer = { due: this.#monotonic + Math.max(0, delay), work };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Sets the wall clock by so many ms, back when negative. */
  setWall(by: number): void {
    this.#offset += by;
  }

  /** The same object, whose answers `idle` waits for. */
  watch<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name) => {
        const method = Reflect.get(object, name) as unknown;
        if (typeof method !== 'function') return method;
        return async (...values: unknown[]) => {
          this.#busy++;
          try {
            return await method.apply(object, values);
          } finally {
            this.#busy--;
          }
        };
      },
    });
  }

  /** Resolves when everything that waits for no timer has happened. */
  async idle(): Promise<void> {
    do await new Promise(setImmediate);
    while (this.#busy > 0);
  }

  /** Lets so many ms pass, timer by timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await this.idle();
    for (let next = this.#next(); next && next.due <= end; next = this.#next()) {
      this.#timers.delete(next);
      this.#monotonic = next.due;
      next.work();
      await this.idle();
    }
    this.#monotonic = end;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.due < next.due) next = timer;
    return next;
  }
}
