import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of files that a folder is searched for; a file that is named is read whatever its name. */
const RECORDINGS = /\.(har|json|sse|txt)(\.gz)?$/i;

/**
 * Files, and those in folders, in an order that is always the same.
 *
 * @throws when one is not there
 */
export async function listFiles(given: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of given) {
    if (!(await stat(path)).isDirectory()) {
      files.push(path);
      continue;
    }
    const inside = await readdir(path, { recursive: true, withFileTypes: true });
    for (const entry of inside)
      if (entry.isFile() && RECORDINGS.test(entry.name)) files.push(join(entry.parentPath, entry.name));
  }
  return [...new Set(files)].sort();
}
