import type { EventSample } from './samples.ts';

const CLOSING = /^(done|end|complete|completed|finish|finished|close|closed|eof)$/i;

/** Whether an event says that it is the last one: by its type, or as `[DONE]`. */
export function isClosingEvent(event: EventSample | undefined): boolean {
  return event !== undefined && (CLOSING.test(event.type) || event.text?.trim() === '[DONE]');
}
