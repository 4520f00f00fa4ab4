/** A format of streams that is recorded. */
export type StreamFormat = 'sse';

/**
 * The format that a `Content-Type` names; undefined for anything else.
 *
 * @param contentType - the value of the header; parameters do not matter
 */
export function formatOf(contentType: string | undefined): StreamFormat | undefined {
  return /^\s*text\/event-stream\s*(;|$)/i.test(contentType ?? '') ? 'sse' : undefined;
}
