import { HEAD_LENGTH, needsValue } from './fields.ts';
import type { Interpreter } from './interpret.ts';
import { NO_BYTES } from './parserState.ts';
import { LONG_LINE, type ParserState } from './types.ts';

const CR = 0x0d;
const LF = 0x0a;
/** Bounds of a continuation byte, but for the second byte of some sequences. */
const LEAST = 0x80;
const GREATEST = 0xbf;

/**
 * Cuts a chunk into lines and hands them to the interpreter: "9.2.5 Parsing an event stream" of the HTML standard. Validity
 * of UTF-8 is as the Encoding standard's decoder has it.
 */
export function walkLines(state: ParserState, interpreter: Interpreter, chunk: Uint8Array): void {
  const { length } = chunk;
  const base = state.offset;
  const view = new DataView(chunk.buffer, chunk.byteOffset, length);
  let need = state.utf8Need;
  let low = state.utf8Low;
  let high = state.utf8High;
  let at = afterLineFeed(state, chunk);
  let lineAt = at;
  for (;;) {
    // Four bytes at a time, while they are ASCII and not below 0x0e, where CR and LF are: the lowest bit that
    // this leaves is exact, and says which of the four bytes needs a look.
    if (need === 0) {
      while (at + 4 <= length) {
        const word = view.getInt32(at, true);
        const odd = (((word - 0x0e0e0e0e) & ~word) | word) & 0x80808080;
        if (odd === 0) at += 4;
        else {
          at += (31 - Math.clz32(odd & -odd)) >> 3;
          break;
        }
      }
    }
    if (at >= length) break;
    const byte = chunk[at]!;
    if (byte >= 0x80 && need === 0) {
      if (byte >= 0xc2 && byte <= 0xdf) need = 1;
      else if (byte >= 0xe0 && byte <= 0xef) {
        need = 2;
        if (byte === 0xe0) low = 0xa0;
        else if (byte === 0xed) high = 0x9f;
      } else if (byte >= 0xf0 && byte <= 0xf4) {
        need = 3;
        if (byte === 0xf0) low = 0x90;
        else if (byte === 0xf4) high = 0x8f;
      } else state.lineInvalid = true;
      at++;
      continue;
    }
    if (need !== 0) {
      if (byte >= low && byte <= high) {
        need--;
        at++;
      } else {
        // The byte may itself begin a sequence, or be ASCII: it is looked at again.
        state.lineInvalid = true;
        need = 0;
      }
      low = LEAST;
      high = GREATEST;
      continue;
    }
    if (byte === LF || byte === CR) {
      endLine(state, interpreter, chunk, lineAt, at);
      at = afterLineEnd(state, chunk, at);
      lineAt = at;
      state.lineStart = base + at;
    } else at++;
  }
  if (lineAt < length) keepHead(state, chunk, lineAt);
  state.utf8Need = need;
  state.utf8Low = low;
  state.utf8High = high;
}

/** The LF of a CRLF of which the CR ended the chunk before is skipped. @returns where the chunk's first line begins */
function afterLineFeed(state: ParserState, chunk: Uint8Array): number {
  if (!state.afterCr) return 0;
  state.afterCr = false;
  if (chunk[0] !== LF) return 0;
  if (state.blockStart === state.offset) state.blockStart++;
  state.lineStart = state.offset + 1;
  return 1;
}

/** A line without its end, `chunk[from..to)`, or the rest of one that began in an earlier chunk. */
function endLine(
  state: ParserState,
  interpreter: Interpreter,
  chunk: Uint8Array,
  from: number,
  to: number,
): void {
  const base = state.offset;
  if (state.head.length > 0) {
    keepHead(state, chunk.subarray(0, to), 0);
    const head = state.head;
    state.head = NO_BYTES;
    interpreter.line(head, 0, head.length, base + to - state.lineStart, state.lineStart);
  } else if (to === from && !state.firstLine) {
    // "If the line is empty (a blank line): Dispatch the event, as defined below."
    interpreter.dispatch(base + to + 1);
  } else interpreter.line(chunk, from, to, to - from, base + from);
}

/**
 * "Lines must be separated by either a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF) character pair, a single U+000A
 * LINE FEED (LF) character, or a single U+000D CARRIAGE RETURN (CR) character."
 *
 * @param at - where the line end begins
 * @returns where the next line begins
 */
function afterLineEnd(state: ParserState, chunk: Uint8Array, at: number): number {
  const next = at + 1;
  if (chunk[at] !== CR) return next;
  if (next === chunk.length) state.afterCr = true;
  else if (chunk[next] === LF) {
    if (state.blockStart === state.offset + next) state.blockStart++;
    return next + 1;
  }
  return next;
}

/** Keeps of an unfinished line what its end will need: all of an id, a type or a retry, else only the name. */
function keepHead(state: ParserState, chunk: Uint8Array, from: number): void {
  const old = state.head;
  let take = chunk.length - from;
  if (old.length + take > HEAD_LENGTH) {
    const start = new Uint8Array(HEAD_LENGTH);
    start.set(old.subarray(0, HEAD_LENGTH));
    if (old.length < HEAD_LENGTH)
      start.set(chunk.subarray(from, from + HEAD_LENGTH - old.length), old.length);
    const limit = needsValue(start) ? LONG_LINE + HEAD_LENGTH : HEAD_LENGTH;
    take = Math.min(take, Math.max(0, limit - old.length));
  }
  if (take === 0) return;
  const headLength = old.length + take;
  // The room doubles, so that a long id that comes byte by byte costs linear time.
  let room = new Uint8Array(old.buffer as ArrayBuffer);
  if (room.length < headLength) {
    room = new Uint8Array(Math.max(32, headLength * 2));
    room.set(old);
  }
  room.set(chunk.subarray(from, from + take), old.length);
  state.head = room.subarray(0, headLength);
}
