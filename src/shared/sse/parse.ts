import { Interpreter } from './interpret.ts';
import { walkLines } from './lines.ts';
import { initialParserState, NO_BYTES } from './parserState.ts';
import { type EntrySink, type ParserState, ProblemKind } from './types.ts';

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

/**
 * Reads an event stream: bytes in, cut anywhere; entries out, each once, as soon as its last byte is there.
 * Never throws on what the bytes are, and keeps at most 1 MiB of them (`LONG_LINE`).
 */
export function createParser(sink: EntrySink, from: ParserState = initialParserState()): Parser {
  const state: ParserState = { ...from };
  const interpreter = new Interpreter(sink, state);

  return {
    push(chunk) {
      if (chunk.length === 0) return;
      interpreter.beginChunk(chunk);
      walkLines(state, interpreter, chunk);
      interpreter.endChunk();
      state.offset += chunk.length;
    },
    end() {
      const { offset, lineStart } = state;
      if (state.lineInvalid || state.utf8Need > 0) {
        state.lineInvalid = false;
        state.utf8Need = 0;
        interpreter.problem(ProblemKind.invalidUtf8, lineStart, offset);
      }
      const onlyBom = state.firstLine && offset === 3 && state.head[0] === 0xef && state.head[2] === 0xbf;
      interpreter.endOfStream(offset > lineStart && !onlyBom);
      state.head = NO_BYTES;
      state.lineStart = offset;
    },
    lastEventId: () => interpreter.lastEventId(),
    state: () => ({ ...state, head: state.head.slice() }),
  };
}
