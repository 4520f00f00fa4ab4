import { type FileBytes, readRange } from '../source/fileBytes.ts';
import { FileError } from '../source/fileError.ts';

/** Where a value stands in the file. */
export class Place {
  /** Byte range: of an array with its brackets, of a string without its quotes. */
  readonly from: number;
  to: number;
  /** Elements of an array; 0 for anything else. */
  items = 0;

  constructor(from: number) {
    this.from = from;
    this.to = from;
  }
}

/**
 * What is wanted of a value: all of it in memory, nothing, where it stands, of an object some fields, or of an array each
 * element, handed over as soon as it is complete and then forgotten.
 */
export type Plan =
  | 'keep'
  | 'skip'
  | 'place'
  | { fields: Readonly<Record<string, Plan>>; others: Plan }
  /** `take` says whether it keeps the element. */
  | { each: Plan; take(value: unknown): boolean };

/** Bytes of one text that are kept. */
const MOST_TEXT = 64 << 20;
/** Bytes of everything that is kept, and a few for each value. */
const MOST_KEPT = 256 << 20;
const VALUE_COST = 32;
/** Deeper than that, nothing is kept. */
const MOST_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

interface Frame {
  /** What is built; undefined where nothing is. */
  value: Record<string, unknown> | unknown[] | undefined;
  isList: boolean;
  plan: Plan;
  /** Of an object: the key whose value comes next. */
  key: string;
  /** What had been kept before the element that is read now. */
  keptBefore: number;
}

/**
 * Reads JSON of any size, a window at a time, and keeps of it only what the plan wants.
 *
 * @param salvage - a text that breaks off, or goes wrong, ends there: what was open is closed
 * @param seen - takes the bytes that have been read; may throw to end it
 * @throws {FileError} where it is no JSON, or is cut off
 */
export async function scanJson(
  file: FileBytes,
  plan: Plan,
  { salvage = false, seen = (_bytes: number): void => {} } = {},
): Promise<unknown> {
  const scanner = createScanner(plan, 0);
  try {
    for await (const bytes of readRange(file)) {
      scanner.push(bytes);
      seen(bytes.length);
    }
    return scanner.end(false);
  } catch (error) {
    if (!salvage || !(error instanceof FileError)) throw error;
    return scanner.end(true);
  }
}

/**
 * The elements of an array in a file, as many at once as come with a window. Where they go wrong, they end.
 */
export async function* itemsAt(file: FileBytes, { from, to }: Place): AsyncGenerator<unknown[]> {
  let items: unknown[] = [];
  const scanner = createScanner({ each: 'keep', take: (value) => items.push(value) < 0 }, from);
  for await (const bytes of readRange(file, from, to)) {
    try {
      scanner.push(bytes);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      yield items;
      return;
    }
    yield items;
    items = [];
  }
}

function createScanner(rootPlan: Plan, start: number) {
  const frames: Frame[] = [];
  let root: unknown;
  let rootDone = false;
  /** Of the next byte, in the file. */
  let base = start;
  let kept = 0;
  type State = 'value' | 'firstItem' | 'firstKey' | 'key' | 'colon' | 'next' | 'string' | 'word' | 'skip';
  let state: State = 'value';
  /** The string or word that is being read. */
  let role: 'key' | 'keep' | 'skip' | 'place' = 'skip';
  let raw: number[] | Uint8Array[] = [];
  let rawLength = 0;
  let escaped = false;
  let place: Place | undefined;
  /** Of the container that is skipped, or whose place is wanted. */
  let depth = 0;
  let inString = false;

  function fail(offset: number, what: string): never {
    throw new FileError(`This is not JSON all through: at byte ${offset} there is ${what}.`);
  }

  function planOf(): Plan {
    const frame = frames.at(-1);
    if (!frame) return rootPlan;
    const { plan } = frame;
    if (typeof plan === 'string') return frames.length > MOST_DEPTH ? 'skip' : plan;
    if ('each' in plan) return frame.isList ? plan.each : 'skip';
    return frame.isList
      ? 'skip'
      : Object.hasOwn(plan.fields, frame.key)
        ? plan.fields[frame.key]!
        : plan.others;
  }

  /** A value is complete. */
  function put(value: unknown): void {
    const frame = frames.at(-1);
    state = 'next';
    if (!frame) {
      root = value;
      rootDone = true;
      return;
    }
    if (typeof frame.plan === 'object' && 'each' in frame.plan) {
      if (frame.isList && !frame.plan.take(value)) kept = frame.keptBefore;
      frame.keptBefore = kept;
      return;
    }
    if (value === undefined) return;
    kept += VALUE_COST;
    if (kept > MOST_KEPT) throw new FileError('There is too much in this file besides its streams.');
    if (Array.isArray(frame.value)) frame.value.push(value);
    // Not by assignment: `__proto__` is a key like any other.
    else if (frame.value)
      Object.defineProperty(frame.value, frame.key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
  }

  function open(isList: boolean, offset: number): void {
    const plan = planOf();
    if (plan === 'skip' || plan === 'place') {
      place = plan === 'place' && isList ? new Place(offset) : undefined;
      depth = 1;
      inString = false;
      escaped = false;
      state = 'skip';
      return;
    }
    frames.push({ value: isList ? [] : {}, isList, plan, key: '', keptBefore: kept });
    state = isList ? 'firstItem' : 'firstKey';
  }

  function close(): void {
    put(frames.pop()!.value);
  }

  function textOf(): string {
    let bytes = new Uint8Array(Math.min(rawLength, MOST_TEXT));
    let at = 0;
    for (const piece of raw as Uint8Array[]) {
      const part = piece.subarray(0, bytes.length - at);
      bytes.set(part, at);
      at += part.length;
    }
    bytes = bytes.subarray(0, at);
    let text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    if (rawLength > MOST_TEXT) text = text.replace(/(?<=(?:^|[^\\])(?:\\\\)*)\\(u[\da-f]{0,3})?$/i, '');
    return text;
  }

  function endString(offset: number): void {
    if (role === 'skip' || role === 'place') {
      const done = place;
      place = undefined;
      if (done) done.to = offset;
      put(done);
      return;
    }
    let text: string;
    try {
      text = JSON.parse(`"${textOf()}"`);
    } catch {
      fail(offset, 'a text with a character in it that has to be escaped');
    }
    kept += rawLength;
    raw = [];
    if (role === 'key') {
      frames.at(-1)!.key = text;
      state = 'colon';
    } else put(text);
  }

  function endWord(offset: number): void {
    const text = new TextDecoder().decode(Uint8Array.from(raw as number[]));
    raw = [];
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      fail(offset - text.length, `“${text.slice(0, 20)}”`);
    }
    put(role === 'skip' ? undefined : value);
  }

  /** Reads on in a string; answers where it ends in these bytes, or -1. */
  function stringEnd(bytes: Uint8Array, from: number): number {
    for (let i = from; ; ) {
      const quote = bytes.indexOf(QUOTE, i);
      const stop = quote < 0 ? bytes.length : quote;
      let run = 0;
      while (stop - run > i && bytes[stop - run - 1] === BACKSLASH) run++;
      // A backslash that the bytes before ended with escapes the first one here.
      const odd = (run + (escaped && stop - run === i ? 1 : 0)) % 2 === 1;
      if (quote < 0) {
        escaped = odd;
        return -1;
      }
      escaped = false;
      if (!odd) return quote;
      i = quote + 1;
    }
  }

  function beginString(as: typeof role, offset: number): void {
    role = as;
    raw = [];
    rawLength = 0;
    escaped = false;
    if (as === 'place') place = new Place(offset + 1);
    state = 'string';
  }

  /** Goes through what is skipped; answers the index after it, or the length. */
  function skip(bytes: Uint8Array, from: number): number {
    for (let i = from; i < bytes.length; i++) {
      if (inString) {
        const end = stringEnd(bytes, i);
        if (end < 0) return bytes.length;
        inString = false;
        i = end;
        continue;
      }
      const byte = bytes[i]!;
      if (byte <= 0x20) continue;
      if (depth === 1 && place?.items === 0 && byte !== CLOSE_LIST) place.items = 1;
      if (byte === QUOTE) {
        inString = true;
        escaped = false;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        depth--;
        if (depth > 0) continue;
        const done = place;
        place = undefined;
        if (done) done.to = base + i + 1;
        put(done);
        return i + 1;
      } else if (byte === COMMA && depth === 1 && place) place.items++;
    }
    return bytes.length;
  }

  function push(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; ) {
      if (state === 'string') {
        const end = stringEnd(bytes, i);
        if (role === 'key' || role === 'keep') {
          const piece = bytes.subarray(i, end < 0 ? bytes.length : end);
          if (rawLength < MOST_TEXT) (raw as Uint8Array[]).push(piece);
          rawLength += piece.length;
        }
        if (end < 0) break;
        endString(base + end);
        i = end + 1;
        continue;
      }
      if (state === 'skip') {
        i = skip(bytes, i);
        continue;
      }
      const byte = bytes[i]!;
      if (state === 'word') {
        // Letters, digits, sign, point.
        if (
          (byte >= 0x30 && byte <= 0x39) ||
          ((byte | 0x20) > 0x60 && (byte | 0x20) < 0x7b) ||
          byte === 0x2d ||
          byte === 0x2b ||
          byte === 0x2e
        ) {
          if (raw.length > 400) fail(base + i, 'a number of over 400 digits');
          (raw as number[]).push(byte);
          i++;
        } else endWord(base + i);
        continue;
      }
      i++;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      const offset = base + i - 1;
      // A byte order mark, at the very start.
      if (offset < 3 && !rootDone && (byte === 0xef || byte === 0xbb || byte === 0xbf)) continue;
      step(byte, offset);
    }
    base += bytes.length;
  }

  function step(byte: number, offset: number): void {
    const frame = frames.at(-1);
    if (state === 'value' || (state === 'firstItem' && byte !== CLOSE_LIST)) value(byte, offset);
    else if (state === 'firstItem' || (state === 'firstKey' && byte === CLOSE_OBJECT)) close();
    else if (state === 'firstKey' || state === 'key') {
      if (byte !== QUOTE) fail(offset, `${nameOf(byte)} in place of a name`);
      beginString('key', offset);
    } else if (state === 'colon') {
      if (byte !== COLON) fail(offset, `${nameOf(byte)} in place of a colon`);
      state = 'value';
    } else if (!frame) fail(offset, 'something after its end');
    else if (byte === COMMA) state = frame.isList ? 'value' : 'key';
    else if (byte === (frame.isList ? CLOSE_LIST : CLOSE_OBJECT)) close();
    else fail(offset, `${nameOf(byte)} in place of a comma`);
  }

  function value(byte: number, offset: number): void {
    const plan = planOf();
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) open(byte === OPEN_LIST, offset);
    else if (byte === QUOTE) beginString(typeof plan === 'string' ? plan : 'skip', offset);
    else if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || (byte >= 0x61 && byte <= 0x7a)) {
      role = plan === 'keep' ? 'keep' : 'skip';
      raw = [byte];
      state = 'word';
    } else fail(offset, nameOf(byte));
  }

  /** @param anyhow - whatever is open is closed where it is */
  function end(anyhow: boolean): unknown {
    if (state === 'word' && frames.length === 0) endWord(base);
    if (!rootDone && !anyhow) throw new FileError('This file is cut off: its JSON ends in the middle.');
    if (rootDone) return root;
    if (place) {
      // What was complete up to here is worth having.
      place.to = base;
      const done = place;
      place = undefined;
      put(done);
    }
    while (frames.length > 0) close();
    return root;
  }

  return { push, end };
}

function nameOf(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `“${String.fromCharCode(byte)}”` : `a byte ${byte}`;
}
