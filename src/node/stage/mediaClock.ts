/** Where playing is: it may be held, go faster or slower, and go to another moment. */
export class MediaClock {
  /** ms of `performance.now()` when the beginning of what is played was due. */
  #began = performance.now();
  #heldAt: number | undefined;
  #speed: number;
  /** Moment of the recording at which what is played begins, ms. */
  #from: number;

  /** @param speed - times as fast as it was recorded; Infinity for as fast as it goes */
  constructor(from: number, speed: number, held: boolean) {
    this.#from = from;
    this.#speed = speed;
    if (held) this.#heldAt = this.#began;
  }

  get speed(): number {
    return this.#speed;
  }

  get isHeld(): boolean {
    return this.#heldAt !== undefined;
  }

  /** `performance.now()`, or when it was held. */
  get now(): number {
    return this.#heldAt ?? performance.now();
  }

  /** What is due so many ms after the beginning is due then, by `performance.now()`. */
  dueAfter(ms: number): number {
    return this.#began + ms;
  }

  /** The beginning was due at `began`. */
  start(began: number): void {
    this.#began = began;
    if (this.isHeld) this.#heldAt = performance.now();
  }

  hold(): void {
    this.#heldAt ??= performance.now();
  }

  goOn(): void {
    if (this.#heldAt === undefined) return;
    this.#began += performance.now() - this.#heldAt;
    this.#heldAt = undefined;
  }

  /** Playing begins anew at another moment. */
  goTo(from: number): void {
    this.#from = from;
    this.start(performance.now());
  }

  /** What was played keeps its time: the beginning moves. */
  setSpeed(speed: number): void {
    const elapsed = this.#speed === Infinity ? 0 : (this.now - this.#began) * this.#speed;
    const at = this.#from + elapsed;
    this.#speed = speed;
    this.#began = this.now - (at - this.#from) / speed;
  }
}
