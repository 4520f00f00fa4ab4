type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** A typed array that grows by doubling: numbers are added at its end. */
export class GrowingColumn<T extends Column> {
  length = 0;
  #room: T;
  readonly #make: new (
    length: number,
  ) => T;

  constructor(make: new (length: number) => T, room: number) {
    this.#make = make;
    this.#room = new make(room);
  }

  add(value: number): void {
    if (this.length === this.#room.length) this.#grow(this.length + 1);
    this.#room[this.length++] = value;
  }

  addAll(values: T): void {
    const length = this.length + values.length;
    if (length > this.#room.length) this.#grow(length);
    this.#room.set(values, this.length);
    this.length = length;
  }

  at(index: number): number {
    return this.#room[index]!;
  }

  /** The numbers themselves: they stay as they are while others are added. */
  view(): T {
    return this.#room.subarray(0, this.length) as T;
  }

  /** Keeps the last so many. Views that were taken before stay as they were. */
  keepLast(count: number): void {
    if (this.length <= count) return;
    const kept = this.#room.slice(this.length - count, this.length) as T;
    this.#room = new this.#make(Math.max(1, count * 2));
    this.#room.set(kept);
    this.length = count;
  }

  copy(): T {
    return this.#room.slice(0, this.length) as T;
  }

  #grow(atLeast: number): void {
    const room = new this.#make(Math.max(atLeast, this.#room.length * 2));
    room.set(this.#room.subarray(0, this.length));
    this.#room = room;
  }
}
