import { streamLocked } from '../../natives/streams.ts';
import { errorMessage, errorName } from '../../natives/thrown.ts';
import type { Bodies, Branch } from './bodies.ts';

/** What `read()` and `next()` resolve with. */
export interface ReadResult {
  done: boolean;
  value?: unknown;
}

/** Another line of reading, from where this one is. */
export function branchAt({ body, position }: Branch): Branch {
  return { body, position, shown: false };
}

export function onRead(bodies: Bodies, branch: Branch, result: ReadResult): void {
  if (result.done) bodies.end(branch.body, 'end');
  else bodies.read(branch, result.value);
}

export function onReadFailed(bodies: Bodies, branch: Branch, reason: unknown): void {
  bodies.end(branch.body, errorName(reason) === 'AbortError' ? 'abort' : 'error', errorMessage(reason));
}

/** Whether the stream itself has failed. Chromium then says 'network error', Firefox 'Error in input stream', each in a TypeError. */
export function streamFailed(reason: unknown): boolean {
  const message = errorMessage(reason);
  return message === 'network error' || message === 'Error in input stream';
}

/** @returns true for what is no stream, too */
export function isLocked(stream: unknown): boolean {
  try {
    return streamLocked(stream);
  } catch {
    return true;
  }
}
