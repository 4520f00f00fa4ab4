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

  copy(): T {
    return this.#room.slice(0, this.length) as T;
  }

  #grow(atLeast: number): void {
    const room = new this.#make(Math.max(atLeast, this.#room.length * 2));
    room.set(this.#room.subarray(0, this.length));
    this.#room = room;
  }
}
