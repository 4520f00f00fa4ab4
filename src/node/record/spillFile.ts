import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Where a value stands in a {@link SpillFile}, bytes. */
export interface SpilledPlace {
  at: number;
  length: number;
}

/** Values in a file of their own, so that memory holds no more of them than where they stand. */
export interface SpillFile {
  /** Bytes that it holds. */
  readonly size: number;
  /** @throws when the disk is full */
  put(value: unknown): SpilledPlace;
  get(place: SpilledPlace): unknown;
  close(): void;
}

/**
 * Makes an empty file in a folder. Nobody else can open it: it has no name for longer than that takes, where the system allows
 * that, and goes with the process.
 *
 * @throws with a sentence when the folder cannot be written
 */
export function openSpillFile(folder: string): SpillFile {
  const path = join(folder, `.sse-scope-${randomBytes(6).toString('hex')}.part`);
  let file: number;
  try {
    file = openSync(path, 'wx+', 0o600);
  } catch (error) {
    throw new Error(`Nothing can be written in ${folder}: ${(error as NodeJS.ErrnoException).code}.`);
  }
  const isNameless = remove(path);
  let size = 0;
  return {
    get size() {
      return size;
    },
    put(value) {
      const bytes = serialize(value);
      for (let written = 0; written < bytes.length; )
        written += writeSync(file, bytes, written, bytes.length - written, size + written);
      const place = { at: size, length: bytes.length };
      size += bytes.length;
      return place;
    },
    get({ at, length }) {
      const bytes = Buffer.allocUnsafe(length);
      for (let read = 0; read < length; ) {
        const count = readSync(file, bytes, read, length - read, at + read);
        if (count === 0) throw new Error('The temporary file of the recording was cut.');
        read += count;
      }
      return deserialize(bytes);
    },
    close() {
      closeSync(file);
      if (!isNameless) remove(path);
    },
  };
}

function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
