import { readFileSync } from 'node:fs';

/** Of the package. */
export const VERSION: string = readVersion();

function readVersion(): string {
  // Two folders up from the source as from the build.
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
