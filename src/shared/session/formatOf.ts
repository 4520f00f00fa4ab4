import { headerOf } from './headerOf.ts';
import type { Exchange } from './types.ts';

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

/** Answered with status 200 and headers that somebody saw, and with something else than a stream. */
export function hasOtherType({ status, headers }: Pick<Exchange, 'status' | 'headers'>): boolean {
  const isSeen = status === 200 && headers !== undefined && headers.length > 0;
  return isSeen && formatOf(headerOf(headers, 'content-type')) === undefined;
}
