import { FileError } from '../source/fileError.ts';
import { JsonPlace, type Plan } from './plan.ts';
import { SkippedContainer } from './skippedContainer.ts';
import { StringText } from './stringText.ts';
import { StringWalk } from './stringWalk.ts';
import { ValueBuilder } from './valueBuilder.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Bytes of a number, at most. */
const MOST_WORD = 400;

/** What comes next, or is being read. */
type State = 'value' | 'firstItem' | 'firstKey' | 'key' | 'colon' | 'next' | 'string' | 'word' | 'skip';

/** Reads JSON whose bytes come in windows, and keeps of it what the plan wants. */
export class JsonScanner {
  readonly #built: ValueBuilder;
  #state: State = 'value';
  /** Where the next byte is in the file. */
  #base: number;
  /** What the string or word is that is being read. */
  #role: 'key' | 'keep' | 'skip' | 'place' = 'skip';
  readonly #walk = new StringWalk();
  readonly #text = new StringText();
  #word: number[] = [];
  #skipped = new SkippedContainer(undefined);
  #place: JsonPlace | undefined;

  constructor(plan: Plan, start: number) {
    this.#built = new ValueBuilder(plan);
    this.#base = start;
  }

  /** @throws {FileError} where it is no JSON */
  push(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; ) {
      if (this.#state === 'string') i = this.#readString(bytes, i);
      else if (this.#state === 'skip') i = this.#skip(bytes, i);
      else if (this.#state === 'word' && !isOfWord(bytes[i]!)) this.#endWord(this.#base + i);
      else if (this.#state === 'word') {
        if (this.#word.length > MOST_WORD) this.#fail(this.#base + i, `a number of over ${MOST_WORD} digits`);
        this.#word.push(bytes[i++]!);
      } else {
        const byte = bytes[i]!;
        const offset = this.#base + i;
        i++;
        if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
        // A byte order mark, at the very start.
        if (offset < 3 && !this.#built.done && (byte === 0xef || byte === 0xbb || byte === 0xbf)) continue;
        this.#step(byte, offset);
      }
    }
    this.#base += bytes.length;
  }

  /**
   * @param anyhow - what is open is closed where it is
   * @throws {FileError} where the JSON is cut off, and not `anyhow`
   */
  end(anyhow: boolean): unknown {
    const built = this.#built;
    if (this.#state === 'word' && !built.isInside()) this.#endWord(this.#base);
    if (!built.done && !anyhow) throw new FileError('This file is cut off: its JSON ends in the middle.');
    // What was complete up to here is worth having.
    if (!built.done && this.#place) this.#endPlace(this.#base);
    while (!built.done && built.isInside()) built.end();
    return built.root;
  }

  #step(byte: number, offset: number): void {
    const state = this.#state;
    if (state === 'value' || (state === 'firstItem' && byte !== CLOSE_LIST)) this.#value(byte, offset);
    else if (state === 'firstItem' || (state === 'firstKey' && byte === CLOSE_OBJECT)) this.#close();
    else if (state === 'firstKey' || state === 'key') {
      if (byte !== QUOTE) this.#fail(offset, `${nameOf(byte)} in place of a name`);
      this.#beginString('key', offset);
    } else if (state === 'colon') {
      if (byte !== COLON) this.#fail(offset, `${nameOf(byte)} in place of a colon`);
      this.#state = 'value';
    } else if (!this.#built.isInside()) this.#fail(offset, 'something after its end');
    else if (byte === COMMA) this.#state = this.#built.isInList() ? 'value' : 'key';
    else if (byte === (this.#built.isInList() ? CLOSE_LIST : CLOSE_OBJECT)) this.#close();
    else this.#fail(offset, `${nameOf(byte)} in place of a comma`);
  }

  #value(byte: number, offset: number): void {
    const plan = this.#built.plan();
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#open(byte === OPEN_LIST, plan, offset);
    else if (byte === QUOTE) this.#beginString(typeof plan === 'string' ? plan : 'skip', offset);
    else if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || (byte >= 0x61 && byte <= 0x7a)) {
      this.#role = plan === 'keep' ? 'keep' : 'skip';
      this.#word = [byte];
      this.#state = 'word';
    } else this.#fail(offset, nameOf(byte));
  }

  #open(isList: boolean, plan: Plan, offset: number): void {
    if (plan === 'skip' || plan === 'place') {
      this.#place = plan === 'place' && isList ? new JsonPlace(offset) : undefined;
      this.#skipped = new SkippedContainer(this.#place);
      this.#state = 'skip';
      return;
    }
    this.#built.begin(isList, plan);
    this.#state = isList ? 'firstItem' : 'firstKey';
  }

  #close(): void {
    this.#built.end();
    this.#state = 'next';
  }

  #put(value: unknown, size = 0): void {
    this.#state = 'next';
    this.#built.put(value, size);
  }

  #beginString(role: 'key' | 'keep' | 'skip' | 'place', offset: number): void {
    this.#role = role;
    this.#text.begin();
    this.#walk.begin();
    if (role === 'place') this.#place = new JsonPlace(offset + 1);
    this.#state = 'string';
  }

  /** @returns the index after it, or after these bytes */
  #readString(bytes: Uint8Array, from: number): number {
    const end = this.#walk.end(bytes, from);
    if (this.#role === 'key' || this.#role === 'keep') {
      this.#text.add(bytes.subarray(from, end < 0 ? bytes.length : end));
    }
    if (end < 0) return bytes.length;
    this.#endString(this.#base + end);
    return end + 1;
  }

  #endString(offset: number): void {
    if (this.#role === 'skip' || this.#role === 'place') {
      this.#endPlace(offset);
      return;
    }
    let text: string;
    try {
      text = this.#text.decode();
    } catch {
      this.#fail(offset, 'a text with a character in it that has to be escaped');
    }
    if (this.#role === 'key') {
      this.#built.key(text, this.#text.length);
      this.#state = 'colon';
    } else this.#put(text, this.#text.length);
  }

  #endWord(offset: number): void {
    const text = new TextDecoder().decode(Uint8Array.from(this.#word));
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#fail(offset - text.length, `“${text.slice(0, 20)}”`);
    }
    this.#put(this.#role === 'skip' ? undefined : value);
  }

  /** @returns the index after it, or after these bytes */
  #skip(bytes: Uint8Array, from: number): number {
    const end = this.#skipped.push(bytes, from);
    if (end < 0) return bytes.length;
    this.#endPlace(this.#base + end);
    return end;
  }

  /** A value of which only the place is wanted, or nothing, ends there. */
  #endPlace(offset: number): void {
    const place = this.#place;
    this.#place = undefined;
    if (place) place.to = offset;
    this.#put(place);
  }

  #fail(offset: number, what: string): never {
    throw new FileError(`This is not JSON all through: at byte ${offset} there is ${what}.`);
  }
}

/** Letters, digits, sign, point. */
function isOfWord(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = (byte | 0x20) > 0x60 && (byte | 0x20) < 0x7b;
  return isDigit || isLetter || byte === 0x2d || byte === 0x2b || byte === 0x2e;
}

function nameOf(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `“${String.fromCharCode(byte)}”` : `a byte ${byte}`;
}
