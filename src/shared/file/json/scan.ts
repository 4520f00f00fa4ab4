import { type FileBytes, readRange } from '../source/fileBytes.ts';
import { FileError } from '../source/fileError.ts';
import type { JsonPlace, Plan } from './plan.ts';
import { JsonScanner } from './scanner.ts';

/**
 * Reads JSON of any size, a window at a time, and keeps of it only what the plan wants.
 *
 * @param salvage - a text that breaks off, or goes wrong, ends there: what was open is closed
 * @param seen - takes the number of bytes that have been read; may throw to end it
 * @throws {FileError} where it is no JSON, or is cut off
 */
export async function scanJson(
  file: FileBytes,
  plan: Plan,
  { salvage = false, seen = (_bytes: number): void => {} } = {},
): Promise<unknown> {
  const scanner = new JsonScanner(plan, 0);
  try {
    for await (const bytes of readRange(file)) {
      scanner.push(bytes);
      seen(bytes.length);
    }
    return scanner.end(false);
  } catch (error) {
    if (!salvage || !(error instanceof FileError)) throw error;
    return scanner.end(true);
  }
}

/** The elements of an array in a file, as many at once as come with a window. Where they go wrong, they end. */
export async function* itemsAt(file: FileBytes, { from, to }: JsonPlace): AsyncGenerator<unknown[]> {
  let items: unknown[] = [];
  const scanner = new JsonScanner({ each: 'keep', take: (value) => items.push(value) < 0 }, from);
  for await (const bytes of readRange(file, from, to)) {
    try {
      scanner.push(bytes);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      yield items;
      return;
    }
    yield items;
    items = [];
  }
}
