import { startsWith, toLowerCase } from '../natives/strings.ts';

export const EVENT_STREAM = 'text/event-stream';

/** @param contentType - the value of the header; `null` when there is none */
export function namesEventStream(contentType: string | null): boolean {
  return contentType !== null && startsWith(toLowerCase(contentType), EVENT_STREAM);
}
