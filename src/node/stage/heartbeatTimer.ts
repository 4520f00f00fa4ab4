import { longTimeout } from '../longTimeout.ts';

/** Calls `send` when `beat` was not called for `every` ms; 0 for never. */
export class HeartbeatTimer {
  readonly #every: number;
  readonly #send: () => void;
  #stop = (): void => {};

  constructor(every: number, send: () => void) {
    this.#every = every;
    this.#send = send;
  }

  /** Something was sent. */
  beat(): void {
    if (this.#every <= 0) return;
    this.#stop();
    this.#stop = longTimeout(this.#send, this.#every);
  }

  stop(): void {
    this.#stop();
  }
}
