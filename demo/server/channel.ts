import { encodeBlock } from '../../src/shared/sse/encode.ts';

/** A message before it is sent. */
export interface Message {
  /** Event type; `message` when it is missing. */
  event?: string;
  /** JSON-able content. */
  data: unknown;
}

/** A message that was sent, as it stands in the history. */
export interface SentMessage {
  id: number;
  block: string;
}

/** Bytes of data that one message may have. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** Messages that a client which comes back can catch up on. */
const HISTORY = 200;

/** A message that cannot be sent, with the sentence for whoever sent it. */
export class MessageError extends Error {}

/**
 * Checks a message, and gives its data as text.
 *
 * @throws {MessageError} when it is too large, holds NUL, or has an event type that the format cannot carry
 */
export function validateMessage({ event, data }: Message): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  if (text === undefined) throw new MessageError('The message has no data.');
  const size = Buffer.byteLength(text);
  if (size > MAX_MESSAGE_BYTES) {
    throw new MessageError(`The message has ${size} bytes; ${MAX_MESSAGE_BYTES} are allowed.`);
  }
  if (text.includes('\0') || event?.includes('\0')) throw new MessageError('The message contains NUL.');
  if (event !== undefined && !/^[\w.-]{1,64}$/.test(event)) {
    throw new MessageError('An event type is 1 to 64 letters, digits, dots, hyphens or underscores.');
  }
  return text;
}

/** The messages of one stream: numbered, and the last of them kept for those who were away. */
export class Channel {
  readonly name: string;
  #nextId = 1;
  readonly #history: SentMessage[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Numbers a message and puts it into the history. */
  publish(message: Message): SentMessage {
    const data = validateMessage(message);
    const id = this.#nextId++;
    const event = message.event === 'message' ? undefined : message.event;
    const block = encodeBlock({ id: String(id), data, ...(event === undefined ? {} : { event }) });
    const sent = { id, block };
    this.#history.push(sent);
    if (this.#history.length > HISTORY) this.#history.shift();
    return sent;
  }

  /** What came after an ID, as far as it is still known, and how many are no longer. */
  since(lastEventId: number): { messages: SentMessage[]; forgotten: number } {
    const messages = this.#history.filter((message) => message.id > lastEventId);
    const first = messages[0]?.id ?? this.#nextId;
    return { messages, forgotten: Math.max(0, first - lastEventId - 1) };
  }
}
