import { type ChangeObject, diffLines } from 'diff';

/** Longer texts are not compared, UTF-16 units of both. */
const MOST = 200_000;
/** Texts that have little in common take time that grows with the square of their lines: no longer than this, ms. */
const PATIENCE = 500;

/** What differs between two texts, line by line; undefined when they are too long or too different to be compared. */
export function lineChanges(old: string, now: string): ChangeObject<string>[] | undefined {
  return old.length + now.length > MOST ? undefined : diffLines(old, now, { timeout: PATIENCE });
}
