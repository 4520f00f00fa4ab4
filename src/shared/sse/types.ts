/**
 * What the bytes of an event stream say.
 *
 * The words are those of the HTML standard, section 9.2 "Server-sent events"
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html). Offsets are bytes from the start of the
 * response body, as it is after content decoding.
 */

/** What an entry is. The numbers are stored; never renumber them. */
export const EntryKind = { event: 0, comment: 1, retry: 2, problem: 3, incomplete: 4 } as const;
export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind];

/**
 * What the standard ignores, or what a client would trip over. The numbers are stored; never renumber them.
 *
 * - `unknownField`: "Otherwise: The field is ignored."
 * - `invalidRetry`: a `retry` whose value is not "only ASCII digits"
 * - `nulInId`: an `id` that contains U+0000 NULL, and is therefore ignored
 * - `invalidUtf8`: a line that the UTF-8 decoder answers with U+FFFD
 * - `secondBom`: a byte order mark anywhere but at the very start; it becomes part of the field's name
 * - `noData`: a block with fields but without data: "If the data buffer is an empty string […] return"
 * - `longLine`: a line over {@link LONG_LINE} bytes. Data and comments are still read; a type or an id of that
 *   length is ignored, which goes beyond the standard, for the sake of bounded memory.
 */
export const ProblemKind = {
  unknownField: 1,
  invalidRetry: 2,
  nulInId: 3,
  invalidUtf8: 4,
  secondBom: 5,
  noData: 6,
  longLine: 7,
} as const;
export type ProblemKind = (typeof ProblemKind)[keyof typeof ProblemKind];

/** Bytes in a line from which on it is reported as a `longLine` problem (1 MiB). */
export const LONG_LINE = 1_048_576;

/** The largest reconnection time that is told apart, in ms (49.7 days): it fits a 32-bit column. */
export const MAX_RETRY = 0xffff_ffff;

/**
 * Takes the entries of a stream in the order in which they are complete. One call with plain numbers for each,
 * because an object per entry would cost more than the parsing.
 */
export interface EntrySink {
  /**
   * @param kind - what it is
   * @param start - byte offset of the first byte: of the block for events, `noData` problems and incomplete
   *   tails, of the line for everything else
   * @param end - byte offset after the last byte. The first byte of the line end that completed the entry is
   *   inside; the LF of a CRLF is not, since a client acts at the CR without waiting for it.
   * @param detail - reconnection time in ms of a retry, {@link ProblemKind} of a problem, otherwise 0
   * @param type - event type of an event, an incomplete tail or a `noData` problem ('message' unless the block
   *   names one), otherwise ''
   * @param dataSize - bytes of the data buffer, without its last LF, of an event or incomplete tail; otherwise 0
   * @param dataStart - byte offset of the data where it is one piece, that is, where the block has one `data` line;
   *   -1 otherwise
   * @param idStart - byte offset of the last event ID that holds for the entry, as the stream wrote it;
   *   -1 when it was not in this stream. {@link Parser.lastEventId} gives it as text during the call.
   * @param idEnd - byte offset after that ID
   */
  entry(
    kind: EntryKind,
    start: number,
    end: number,
    detail: number,
    type: string,
    dataSize: number,
    dataStart: number,
    idStart: number,
    idEnd: number,
  ): void;
}

/**
 * All that the parser remembers between two chunks. Plain data: store it, and go on from it in the middle of a
 * line, of a UTF-8 sequence or of a CRLF.
 */
export interface ParserState {
  /** Bytes parsed so far. */
  offset: number;
  /** Where the unfinished line began. */
  lineStart: number;
  /** Where the block that the unfinished line belongs to began. */
  blockStart: number;
  /** The first bytes of the unfinished line: as many as its field needs, never more than {@link LONG_LINE}. */
  head: Uint8Array;
  /** The last byte was a CR: "A single U+000D followed by U+000A" is one line end, even across two chunks. */
  afterCr: boolean;
  /** No line has ended yet, so that a byte order mark may still stand at its start. */
  firstLine: boolean;
  /** Continuation bytes that the unfinished UTF-8 sequence still needs. */
  utf8Need: number;
  /** Least value of the next continuation byte (the second byte of a sequence has narrower bounds). */
  utf8Low: number;
  /** Greatest value of the next continuation byte. */
  utf8High: number;
  /** The unfinished line holds bytes that are not UTF-8. */
  lineInvalid: boolean;
  /** The block has a `data` line, so that its data buffer is not the empty string. */
  hasData: boolean;
  /** Bytes in the data buffer, each line with its LF. */
  dataSize: number;
  /** Where the value of the block's only `data` line stands; -1 with none, or with several. */
  dataStart: number;
  /** The event type buffer. */
  type: string;
  /** The block has a field other than `data`, so that it is worth a word when it dispatches nothing. */
  hasField: boolean;
  /** The last event ID buffer: where it stands in the stream (-1: not in this stream) … */
  idStart: number;
  idEnd: number;
  /** … and its text. */
  id: string;
  /** The last event ID string: the ID buffer as of the last blank line. What a client sends when it reconnects. */
  lastEventId: string;
}
