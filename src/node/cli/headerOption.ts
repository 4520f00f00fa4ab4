import { InvalidArgumentError } from 'commander';
import type { Header } from '../../shared/session/types.ts';

/** The value of `--header`. */
export function headerOption(text: string): Header {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError(`“${text}” is no header: write “Name: value”.`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}
