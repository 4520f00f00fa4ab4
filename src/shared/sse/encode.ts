/** One block of an event stream, to be written. */
export interface BlockFields {
  /** Text of the event; may hold line ends of every kind. Without it the block dispatches nothing. */
  data?: string;
  /** Event type; without it the type is `message`. No line ends. */
  event?: string;
  /** The last event ID from here on; '' resets it. No line ends, no NUL. */
  id?: string;
  /** Reconnection time in whole ms. */
  retry?: number;
  /** Comment lines before the fields; may hold line ends. */
  comment?: string;
}

const LINE_END = /\r\n|\n|\r/;

/**
 * Writes one canonical block: LF line ends, one space after each colon, the fields in the order comment, event,
 * id, retry, data, and a blank line. Parsing it gives the same fields back, except that line ends inside `data`
 * come back as LF, for the format has no way to say which they were.
 *
 * @throws {RangeError} with a sentence on what the format cannot carry
 */
export function encodeBlock({ data, event, id, retry, comment }: BlockFields): string {
  let block = '';
  if (comment !== undefined) for (const line of comment.split(LINE_END)) block += `: ${line}\n`;
  if (event !== undefined) {
    if (LINE_END.test(event)) throw new RangeError('An event type cannot hold a line end: use one line.');
    block += `event: ${event}\n`;
  }
  if (id !== undefined) {
    if (LINE_END.test(id)) throw new RangeError('An event ID cannot hold a line end: use one line.');
    if (id.includes('\0')) throw new RangeError('A client ignores an event ID that holds NUL: leave it out.');
    block += id === '' ? 'id\n' : `id: ${id}\n`;
  }
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry) || retry < 0) {
      throw new RangeError('A reconnection time is a whole number of milliseconds, 0 or more.');
    }
    block += `retry: ${retry}\n`;
  }
  // "data" once for each line: one prefix before several lines would turn the rest into unknown fields.
  if (data !== undefined) for (const line of data.split(LINE_END)) block += `data: ${line}\n`;
  return `${block}\n`;
}

/** Writes a comment of its own, as servers send it to keep a connection alive: it ends no block. */
export function encodeComment(text = ''): string {
  return text
    .split(LINE_END)
    .map((line) => (line === '' ? ':\n' : `: ${line}\n`))
    .join('');
}
