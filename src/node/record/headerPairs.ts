import type { Header } from '../../shared/session/types.ts';

/** Headers as they stand in the message, names in their own case. Node gives names and values in turn. */
export function headerPairs(raw: readonly string[]): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([raw[i]!, raw[i + 1]!]);
  return headers;
}
