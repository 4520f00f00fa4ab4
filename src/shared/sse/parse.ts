import { EntryKind, type EntrySink, LONG_LINE, MAX_RETRY, type ParserState, ProblemKind } from './types.ts';

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const SPACE = 0x20;
const NO_BYTES = new Uint8Array(0);
/** Enough of a line to know its field: a byte order mark, and the longest known name with its colon. */
const HEAD_LENGTH = 12;

/** Says "U+FFFD" for what is not UTF-8, and leaves a byte order mark where it is. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export interface Parser {
  /** Parses the next bytes of the stream, cut anywhere. Keeps no reference to `chunk`. */
  push(chunk: Uint8Array): void;
  /** The stream is over: reports what stands after the last blank line as an incomplete entry. */
  end(): void;
  /** The last event ID buffer as text: while {@link EntrySink.entry} runs, the ID that holds for that entry. */
  lastEventId(): string;
  /** A copy of the state: plain data, from which {@link createParser} goes on. */
  state(): ParserState;
}

/** The state before the first byte. `lastEventId` is the one that the client already has from before. */
export function initialParserState(lastEventId = ''): ParserState {
  return {
    offset: 0,
    lineStart: 0,
    blockStart: 0,
    head: NO_BYTES,
    afterCr: false,
    firstLine: true,
    utf8Need: 0,
    utf8Low: 0x80,
    utf8High: 0xbf,
    lineInvalid: false,
    // "When a stream is parsed, a data buffer, an event type buffer, and a last event ID buffer must be
    // associated with it. They must be initialized to the empty string."
    hasData: false,
    dataSize: 0,
    dataStart: -1,
    type: '',
    hasField: false,
    idStart: -1,
    idEnd: -1,
    // Beyond the standard, with both browsers: after a reconnection the last event ID of before still holds.
    id: lastEventId,
    lastEventId,
  };
}

/**
 * Reads an event stream: bytes in, cut anywhere; entries out, each once, as soon as its last byte is there.
 * Never throws on what the bytes are, and keeps at most {@link LONG_LINE} bytes of them.
 *
 * Follows "9.2.5 Parsing an event stream" and "9.2.6 Interpreting an event stream" of the HTML standard; the
 * sentences stand above the lines that obey them.
 */
export function createParser(sink: EntrySink, from: ParserState = initialParserState()): Parser {
  const state: ParserState = { ...from };
  // Types repeat: the last few are kept by their bytes, so that an event costs no decoding of its type.
  const types = createTypeCache();
  // The ID buffer stays where it is, in the chunk, until somebody asks or the chunk goes: numbers alone, for an
  // event should cost neither text nor a reference. The same holds for the last event ID string.
  let chunk: Uint8Array = NO_BYTES;
  let idInChunk = false;
  let committed = true;
  let commitInChunk = false;
  let commitStart = 0;
  let commitEnd = 0;

  function lastEventId(): string {
    if (idInChunk) {
      state.id = textAt(state.idStart, state.idEnd);
      idInChunk = false;
    }
    return state.id;
  }

  /** Text of the current chunk, by offsets in the stream. */
  function textAt(start: number, end: number): string {
    return decoder.decode(chunk.subarray(start - state.offset, end - state.offset));
  }

  function problem(kind: ProblemKind, start: number, end: number): void {
    sink.entry(EntryKind.problem, start, end, kind, '', 0, -1, state.idStart, state.idEnd);
  }

  /**
   * One whole line. `bytes[from..to)` is the line without its end; where it began in an earlier chunk, `bytes`
   * is the head that was kept, and `length` says how long the line really is.
   */
  function line(bytes: Uint8Array, from: number, to: number, length: number, start: number): void {
    const end = start + length + 1;
    if (state.lineInvalid) {
      state.lineInvalid = false;
      problem(ProblemKind.invalidUtf8, start, end);
    }
    if (bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf && to - from >= 3) {
      if (state.firstLine) {
        // "stream = [ bom ] *event": "The UTF-8 decode algorithm strips one leading UTF-8 Byte Order Mark
        // (BOM), if any."
        from += 3;
        length -= 3;
      } else {
        state.firstLine = false;
        problem(ProblemKind.secondBom, start, end);
        if (length > LONG_LINE) problem(ProblemKind.longLine, start, end);
        return;
      }
    }
    state.firstLine = false;
    if (length === 0) {
      // "If the line is empty (a blank line): Dispatch the event, as defined below."
      dispatch(end);
      return;
    }
    if (length > LONG_LINE) problem(ProblemKind.longLine, start, end);
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
      sink.entry(EntryKind.comment, start, end, 0, '', 0, -1, state.idStart, state.idEnd);
      return;
    } else {
      const colon = first === 0x69 ? 2 : 5; /* i: "id"; e, r: "event", "retry" */
      if (isField(bytes, from, length, colon)) {
        // "Collect the characters on the line after the first U+003A COLON character (:), and let value be that
        // string. If value starts with a U+0020 SPACE character, remove it from value." And without a colon:
        // "using the whole line as the field name, and the empty string as the field value".
        let value = from + colon + (length > colon ? 1 : 0);
        if (bytes[value] === SPACE && value < to) value++;
        if (length > LONG_LINE) state.hasField = true;
        else if (first === 0x72 /* r */) retry(bytes, value, to, start, end);
        else if (first === 0x65 /* e */) eventType(bytes, value, to);
        else id(bytes, value, to, start, end);
        return;
      }
    }
    // "Otherwise: The field is ignored."
    problem(ProblemKind.unknownField, start, end);
  }

  /** "If the field name is "event": Set the event type buffer to the field value." */
  function eventType(bytes: Uint8Array, from: number, to: number): void {
    state.type = types(bytes, from, to);
    state.hasField = true;
  }

  /**
   * "If the field name is "id": If the field value does not contain U+0000 NULL, then set the last event ID
   * buffer to the field value. Otherwise, ignore the field."
   */
  function id(bytes: Uint8Array, from: number, to: number, start: number, end: number): void {
    for (let i = from; i < to; i++) {
      if (bytes[i] === 0) {
        problem(ProblemKind.nulInId, start, end);
        return;
      }
    }
    state.hasField = true;
    state.idEnd = end - 1;
    state.idStart = state.idEnd - (to - from);
    idInChunk = bytes === chunk;
    // A line from two chunks is in neither.
    if (!idInChunk) state.id = decoder.decode(bytes.subarray(from, to));
  }

  function commit(): void {
    state.lastEventId = commitInChunk ? textAt(commitStart, commitEnd) : state.id;
    committed = true;
  }

  /**
   * "If the field name is "retry": If the field value consists of only ASCII digits, then interpret the field
   * value as an integer in base ten, and set the event stream's reconnection time to that integer. Otherwise,
   * ignore the field."
   */
  function retry(bytes: Uint8Array, from: number, to: number, start: number, end: number): void {
    let time = 0;
    for (let i = from; i < to; i++) {
      const digit = bytes[i]! - 0x30;
      if (digit < 0 || digit > 9) time = Number.NaN;
      else time = Math.min(time * 10 + digit, MAX_RETRY);
    }
    if (from === to || Number.isNaN(time)) {
      problem(ProblemKind.invalidRetry, start, end);
      return;
    }
    sink.entry(EntryKind.retry, start, end, time, '', 0, -1, state.idStart, state.idEnd);
  }

  /** "When the user agent is required to dispatch the event …" */
  function dispatch(end: number): void {
    // "Set the last event ID string of the event source to the value of the last event ID buffer. The buffer does
    // not get reset, so the last event ID string of the event source remains set to this value until the next
    // time it is set by the server."
    committed = false;
    commitInChunk = idInChunk;
    commitStart = state.idStart;
    commitEnd = state.idEnd;
    // "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string
    // and return."
    if (state.hasData) {
      // "If the data buffer's last character is a U+000A LINE FEED (LF) character, then remove the last
      // character from the data buffer." "Initialize event's type attribute to "message" […] If the event type
      // buffer has a value other than the empty string, change the type."
      sink.entry(
        EntryKind.event,
        state.blockStart,
        end,
        0,
        state.type || 'message',
        state.dataSize - 1,
        state.dataStart,
        state.idStart,
        state.idEnd,
      );
    } else if (state.hasField) {
      const type = state.type || 'message';
      sink.entry(
        EntryKind.problem,
        state.blockStart,
        end,
        ProblemKind.noData,
        type,
        0,
        -1,
        state.idStart,
        state.idEnd,
      );
    }
    beginBlock(end);
  }

  /** "Set the data buffer and the event type buffer to the empty string." */
  function beginBlock(start: number): void {
    state.hasData = false;
    state.hasField = false;
    state.dataSize = 0;
    state.dataStart = -1;
    state.type = '';
    state.blockStart = start;
  }

  /** Keeps of an unfinished line what its end will need: all of an id, a type or a retry, else only the name. */
  function keepHead(chunk: Uint8Array, from: number): void {
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

  function push(next: Uint8Array): void {
    const length = next.length;
    if (length === 0) return;
    chunk = next;
    const base = state.offset;
    const view = new DataView(next.buffer, next.byteOffset, length);
    let need = state.utf8Need;
    let low = state.utf8Low;
    let high = state.utf8High;
    let at = 0;
    if (state.afterCr) {
      state.afterCr = false;
      if (next[0] === LF) {
        at = 1;
        if (state.blockStart === base) state.blockStart = base + 1;
        state.lineStart = base + 1;
      }
    }
    let lineAt = at;
    for (;;) {
      // Four bytes at a time, while they are ASCII and not below 0x0e, where CR and LF are: the lowest bit that
      // this leaves is exact, and says which of the four bytes needs a look.
      if (need === 0) {
        while (at + 4 <= length) {
          const word = view.getInt32(at, true);
          const odd = (((word - 0x0e0e0e0e) & ~word) | word) & 0x80808080;
          if (odd === 0) {
            at += 4;
          } else {
            at += (31 - Math.clz32(odd & -odd)) >> 3;
            break;
          }
        }
      }
      if (at >= length) break;
      const byte = next[at]!;
      if (byte >= 0x80) {
        // Validity as the Encoding standard's UTF-8 decoder has it.
        if (need === 0) {
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
        } else if (byte >= low && byte <= high) {
          low = 0x80;
          high = 0xbf;
          need--;
          at++;
        } else {
          // The byte may itself begin a sequence: it is looked at again.
          state.lineInvalid = true;
          need = 0;
          low = 0x80;
          high = 0xbf;
        }
        continue;
      }
      if (need !== 0) {
        state.lineInvalid = true;
        need = 0;
        low = 0x80;
        high = 0xbf;
      }
      if (byte !== LF && byte !== CR) {
        at++;
        continue;
      }
      // "Lines must be separated by either a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF) character pair, a
      // single U+000A LINE FEED (LF) character, or a single U+000D CARRIAGE RETURN (CR) character."
      if (at === lineAt && state.head.length === 0 && !state.firstLine) {
        // "If the line is empty (a blank line): Dispatch the event, as defined below."
        dispatch(base + at + 1);
      } else if (state.head.length === 0) {
        line(next, lineAt, at, at - lineAt, base + lineAt);
      } else {
        keepHead(next.subarray(0, at), 0);
        const head = state.head;
        state.head = NO_BYTES;
        line(head, 0, head.length, base + at - state.lineStart, state.lineStart);
      }
      at++;
      if (byte === CR) {
        if (at === length) state.afterCr = true;
        else if (next[at] === LF) {
          if (state.blockStart === base + at) state.blockStart = base + at + 1;
          at++;
        }
      }
      lineAt = at;
      state.lineStart = base + at;
    }
    if (lineAt < length) keepHead(next, lineAt);
    state.utf8Need = need;
    state.utf8Low = low;
    state.utf8High = high;
    if (!committed) commit();
    lastEventId();
    chunk = NO_BYTES;
    state.offset = base + length;
  }

  function end(): void {
    const offset = state.offset;
    if (state.lineInvalid || state.utf8Need > 0) {
      state.lineInvalid = false;
      state.utf8Need = 0;
      problem(ProblemKind.invalidUtf8, state.lineStart, offset);
    }
    const onlyBom = state.firstLine && offset === 3 && state.head[0] === 0xef && state.head[2] === 0xbf;
    // "Once the end of the file is reached, any pending data must be discarded. (If the file ends in the middle of
    // an event, before the final empty line, the incomplete event is not dispatched.)"
    if (state.hasData || state.hasField || (offset > state.lineStart && !onlyBom)) {
      const type = state.type || 'message';
      const size = state.hasData ? state.dataSize - 1 : 0;
      sink.entry(
        EntryKind.incomplete,
        state.blockStart,
        offset,
        0,
        type,
        size,
        state.dataStart,
        state.idStart,
        state.idEnd,
      );
    }
    state.head = NO_BYTES;
    state.lineStart = offset;
    beginBlock(offset);
  }

  return {
    push,
    end,
    lastEventId,
    state: () => ({ ...state, head: state.head.slice() }),
  };
}

/** Is the line's field name the one of `nameLength` letters that begins like it: `id`, `event` or `retry`? */
function isField(bytes: Uint8Array, from: number, length: number, nameLength: number): boolean {
  if (length < nameLength || (length > nameLength && bytes[from + nameLength] !== COLON)) return false;
  const first = bytes[from];
  if (first === 0x69 /* i */) return bytes[from + 1] === 0x64;
  if (first === 0x65 /* e */) {
    return (
      bytes[from + 1] === 0x76 &&
      bytes[from + 2] === 0x65 &&
      bytes[from + 3] === 0x6e &&
      bytes[from + 4] === 0x74
    );
  }
  return (
    first === 0x72 /* r */ &&
    bytes[from + 1] === 0x65 &&
    bytes[from + 2] === 0x74 &&
    bytes[from + 3] === 0x72 &&
    bytes[from + 4] === 0x79
  );
}

/** Whether the value of the line that begins so is needed as text when it ends. */
function needsValue(head: Uint8Array): boolean {
  const from = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  return isField(head, from, HEAD_LENGTH, head[from] === 0x69 ? 2 : 5);
}

/** Bytes to text, remembering the last few: a stream has few types, and says them again and again. */
function createTypeCache(): (bytes: Uint8Array, from: number, to: number) => string {
  const keys: (Uint8Array | undefined)[] = new Array(16).fill(undefined);
  const texts: string[] = new Array(16).fill('');
  return (bytes, from, to) => {
    const length = to - from;
    if (length === 0) return '';
    const slot = (length + bytes[from]! + (bytes[to - 1]! << 2)) & 15;
    const key = keys[slot];
    if (key !== undefined && key.length === length) {
      let same = true;
      for (let i = 0; i < length && same; i++) same = key[i] === bytes[from + i];
      if (same) return texts[slot]!;
    }
    const text = decoder.decode(bytes.subarray(from, to));
    if (length <= 256) {
      keys[slot] = bytes.slice(from, to);
      texts[slot] = text;
    }
    return text;
  };
}
