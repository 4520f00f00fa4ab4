import {
  blobBuffer,
  cloneResponse,
  responseBody,
  responseBuffer,
  textOf,
} from '../../natives/fetchResponse.ts';
import { derive, whenSettled } from '../../natives/promises.ts';
import { getReader, readChunk } from '../../natives/streams.ts';
import { parseJson } from '../../natives/strings.ts';
import { bufferBytes } from '../../natives/typedArrays.ts';
import type { Bodies, Branch } from './bodies.ts';
import { branchAt, onRead, onReadFailed } from './branch.ts';

/** Reads a native clone beside a method that reads the body to its end, and so gives nothing to look at on the way. */
export function readAlongside(bodies: Bodies, branch: Branch, self: Response): void {
  try {
    const copy = responseBody(cloneResponse(self));
    if (!copy) return;
    const reader = getReader(copy);
    const beside = branchAt(branch);
    const next = (): void => {
      whenSettled(
        readChunk(reader),
        (result) => {
          onRead(bodies, beside, result);
          if (!result.done) next();
        },
        (reason) => onReadFailed(bodies, beside, reason),
      );
    };
    next();
  } catch {}
}

/**
 * Waits for the end of a body that is not recorded now. Recording may begin before that end, and then has not seen the body.
 *
 * @returns the promise for the page
 */
export function awaitEnd(bodies: Bodies, branch: Branch, promise: Promise<unknown>): Promise<unknown> {
  return derive(
    promise,
    (result) => {
      bodies.lost(branch.body, 'responseType');
      bodies.end(branch.body, 'end');
      return result;
    },
    (reason) => onReadFailed(bodies, branch, reason),
  );
}

/**
 * Looks at what the whole body gave, when it is there: all of it arrives at once.
 *
 * @param name - the method that the page has called
 * @returns the promise for the page
 */
export function readResult(
  bodies: Bodies,
  branch: Branch,
  name: string,
  self: Response,
  native: () => unknown,
): Promise<unknown> {
  const whole = (buffer: ArrayBuffer): void => {
    bodies.read(branch, bufferBytes(buffer));
    bodies.end(branch.body, 'end');
  };
  const failed = (reason: unknown): void => onReadFailed(bodies, branch, reason);
  // Text is read as bytes: "consume body" decodes them as we do here, and the bytes are exact.
  if (name === 'text' || name === 'json') {
    return derive(
      responseBuffer(self),
      (buffer) => {
        whole(buffer);
        const text = textOf(buffer);
        return name === 'text' ? text : parseJson(text);
      },
      failed,
    );
  }
  return derive(
    native() as Promise<unknown>,
    (result) => {
      if (name === 'arrayBuffer') whole(result as ArrayBuffer);
      else if (name === 'blob') whenSettled(blobBuffer(result as Blob), whole, failed);
      else if (name === 'bytes') {
        bodies.read(branch, result);
        bodies.end(branch.body, 'end');
      }
      return result;
    },
    (reason) => {
      // An event stream is no form: the browser has read it, and we have not.
      if (name === 'formData') bodies.lost(branch.body, 'responseType');
      failed(reason);
    },
  );
}
