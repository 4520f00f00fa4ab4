import { COLON, isField, SPACE } from './fields.ts';
import { NO_BYTES } from './parserState.ts';
import { createTypeCache, decoder } from './typeCache.ts';
import { EntryKind, type EntrySink, LONG_LINE, MAX_RETRY, type ParserState, ProblemKind } from './types.ts';

/**
 * Lines in, entries out: "9.2.6 Interpreting an event stream" of the HTML standard. The sentences stand above the lines that
 * obey them.
 */
export class Interpreter {
  readonly #sink: EntrySink;
  readonly #state: ParserState;
  // Types repeat: the last few are kept by their bytes, so that an event costs no decoding of its type.
  readonly #types = createTypeCache();
  // The ID buffer stays in the chunk until somebody asks for it, or the chunk goes. So an event costs neither a text nor a
  // reference, only numbers. The same holds for the last event ID string.
  #chunk: Uint8Array = NO_BYTES;
  #idInChunk = false;
  #committed = true;
  #commitInChunk = false;
  #commitStart = 0;
  #commitEnd = 0;

  constructor(sink: EntrySink, state: ParserState) {
    this.#sink = sink;
    this.#state = state;
  }

  /** The lines that follow are of this chunk; `state.offset` is where it begins. */
  beginChunk(chunk: Uint8Array): void {
    this.#chunk = chunk;
  }

  /** The chunk goes: what is still wanted of it becomes text. Keeps no reference to it. */
  endChunk(): void {
    if (!this.#committed) this.#commit();
    this.lastEventId();
    this.#chunk = NO_BYTES;
  }

  /** The last event ID buffer as text. */
  lastEventId(): string {
    const state = this.#state;
    if (this.#idInChunk) {
      state.id = this.#textAt(state.idStart, state.idEnd);
      this.#idInChunk = false;
    }
    return state.id;
  }

  problem(kind: ProblemKind, start: number, end: number): void {
    const { idStart, idEnd } = this.#state;
    this.#sink.entry(EntryKind.problem, start, end, kind, '', 0, -1, idStart, idEnd);
  }

  /**
   * One whole line. `bytes[from..to)` is the line without its end. Where it began in an earlier chunk, `bytes`
   * is the head that was kept, and `length` says how long the line really is.
   */
  line(bytes: Uint8Array, from: number, to: number, length: number, start: number): void {
    const state = this.#state;
    const end = start + length + 1;
    if (state.lineInvalid) {
      state.lineInvalid = false;
      this.problem(ProblemKind.invalidUtf8, start, end);
    }
    if (bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf && to - from >= 3) {
      if (!state.firstLine) {
        this.problem(ProblemKind.secondBom, start, end);
        if (length > LONG_LINE) this.problem(ProblemKind.longLine, start, end);
        return;
      }
      // "stream = [ bom ] *event": "The UTF-8 decode algorithm strips one leading UTF-8 Byte Order Mark
      // (BOM), if any."
      from += 3;
      length -= 3;
    }
    state.firstLine = false;
    if (length === 0) {
      // "If the line is empty (a blank line): Dispatch the event, as defined below."
      this.dispatch(end);
      return;
    }
    if (length > LONG_LINE) this.problem(ProblemKind.longLine, start, end);
    const first = bytes[from];
    if (first === 0x64 /* d */) {
      // "If the field name is "data": Append the field value to the data buffer, then append a single U+000A
      // LINE FEED (LF) character to the data buffer."
      if (bytes[from + 1] === 0x61 && bytes[from + 2] === 0x74 && bytes[from + 3] === 0x61) {
        if (length === 4 || bytes[from + 4] === COLON) {
          const skip = length === 4 ? 4 : length > 5 && bytes[from + 5] === SPACE ? 6 : 5;
          state.dataStart = state.hasData ? -1 : end - 1 - length + skip;
          state.hasData = true;
          state.dataSize += length - skip + 1;
          return;
        }
      }
    } else if (first === COLON) {
      // "If the line starts with a U+003A COLON character (:): Ignore the line."
      this.#sink.entry(EntryKind.comment, start, end, 0, '', 0, -1, state.idStart, state.idEnd);
      return;
    } else if (this.#field(bytes, from, to, length, start, end)) return;
    // "Otherwise: The field is ignored."
    this.problem(ProblemKind.unknownField, start, end);
  }

  /** `id`, `event` and `retry`. @returns false for any other field */
  #field(bytes: Uint8Array, from: number, to: number, length: number, start: number, end: number): boolean {
    const first = bytes[from];
    const colon = first === 0x69 ? 2 : 5; /* i: "id"; e, r: "event", "retry" */
    if (!isField(bytes, from, length, colon)) return false;
    // "Collect the characters on the line after the first U+003A COLON character (:), and let value be that
    // string. If value starts with a U+0020 SPACE character, remove it from value." And without a colon:
    // "using the whole line as the field name, and the empty string as the field value".
    let value = from + colon + (length > colon ? 1 : 0);
    if (bytes[value] === SPACE && value < to) value++;
    if (length > LONG_LINE) this.#state.hasField = true;
    else if (first === 0x72 /* r */) this.#retry(bytes, value, to, start, end);
    else if (first === 0x65 /* e */) this.#eventType(bytes, value, to);
    else this.#id(bytes, value, to, start, end);
    return true;
  }

  /** "If the field name is "event": Set the event type buffer to the field value." */
  #eventType(bytes: Uint8Array, from: number, to: number): void {
    this.#state.type = this.#types(bytes, from, to);
    this.#state.hasField = true;
  }

  /**
   * "If the field name is "id": If the field value does not contain U+0000 NULL, then set the last event ID
   * buffer to the field value. Otherwise, ignore the field."
   */
  #id(bytes: Uint8Array, from: number, to: number, start: number, end: number): void {
    const state = this.#state;
    for (let i = from; i < to; i++) {
      if (bytes[i] === 0) {
        this.problem(ProblemKind.nulInId, start, end);
        return;
      }
    }
    state.hasField = true;
    state.idEnd = end - 1;
    state.idStart = state.idEnd - (to - from);
    this.#idInChunk = bytes === this.#chunk;
    // A line from two chunks is in neither.
    if (!this.#idInChunk) state.id = decoder.decode(bytes.subarray(from, to));
  }

  /**
   * "If the field name is "retry": If the field value consists of only ASCII digits, then interpret the field
   * value as an integer in base ten, and set the event stream's reconnection time to that integer. Otherwise,
   * ignore the field."
   */
  #retry(bytes: Uint8Array, from: number, to: number, start: number, end: number): void {
    let time = 0;
    for (let i = from; i < to; i++) {
      const digit = bytes[i]! - 0x30;
      if (digit < 0 || digit > 9) time = Number.NaN;
      else time = Math.min(time * 10 + digit, MAX_RETRY);
    }
    if (from === to || Number.isNaN(time)) {
      this.problem(ProblemKind.invalidRetry, start, end);
      return;
    }
    const { idStart, idEnd } = this.#state;
    this.#sink.entry(EntryKind.retry, start, end, time, '', 0, -1, idStart, idEnd);
  }

  /** "When the user agent is required to dispatch the event …" */
  dispatch(end: number): void {
    const state = this.#state;
    // "Set the last event ID string of the event source to the value of the last event ID buffer. The buffer does
    // not get reset, so the last event ID string of the event source remains set to this value until the next
    // time it is set by the server."
    this.#committed = false;
    this.#commitInChunk = this.#idInChunk;
    this.#commitStart = state.idStart;
    this.#commitEnd = state.idEnd;
    const { blockStart, dataSize, dataStart, idStart, idEnd } = state;
    // "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string
    // and return."
    if (state.hasData) {
      // "If the data buffer's last character is a U+000A LINE FEED (LF) character, then remove the last
      // character from the data buffer." "Initialize event's type attribute to "message" […] If the event type
      // buffer has a value other than the empty string, change the type."
      const type = state.type || 'message';
      this.#sink.entry(EntryKind.event, blockStart, end, 0, type, dataSize - 1, dataStart, idStart, idEnd);
    } else if (state.hasField) {
      const type = state.type || 'message';
      this.#sink.entry(EntryKind.problem, blockStart, end, ProblemKind.noData, type, 0, -1, idStart, idEnd);
    }
    this.#beginBlock(end);
  }

  /**
   * "Once the end of the file is reached, any pending data must be discarded. (If the file ends in the middle of
   * an event, before the final empty line, the incomplete event is not dispatched.)"
   */
  endOfStream(hasUnfinishedLine: boolean): void {
    const state = this.#state;
    const { offset, blockStart, dataStart, idStart, idEnd } = state;
    if (state.hasData || state.hasField || hasUnfinishedLine) {
      const type = state.type || 'message';
      const size = state.hasData ? state.dataSize - 1 : 0;
      this.#sink.entry(EntryKind.incomplete, blockStart, offset, 0, type, size, dataStart, idStart, idEnd);
    }
    this.#beginBlock(offset);
  }

  /** "Set the data buffer and the event type buffer to the empty string." */
  #beginBlock(start: number): void {
    const state = this.#state;
    state.hasData = false;
    state.hasField = false;
    state.dataSize = 0;
    state.dataStart = -1;
    state.type = '';
    state.blockStart = start;
  }

  #commit(): void {
    const inChunk = this.#commitInChunk;
    this.#state.lastEventId = inChunk ? this.#textAt(this.#commitStart, this.#commitEnd) : this.#state.id;
    this.#committed = true;
  }

  /** Text of the current chunk, by offsets in the stream. */
  #textAt(start: number, end: number): string {
    const { offset } = this.#state;
    return decoder.decode(this.#chunk.subarray(start - offset, end - offset));
  }
}
