import { EntryKind } from '../../shared/sse/types.ts';
import type { StreamIndex } from './streamIndex.ts';

/** The next event of the same type as entry `n`, or the one before; -1 where there is none. */
export function sameType(index: StreamIndex, n: number, step: 1 | -1): number {
  if (n >= index.length) return -1;
  const type = index.typeOf.at(n);
  for (let at = n + step; at >= 0 && at < index.length; at += step) {
    if (index.typeOf.at(at) === type && index.kinds.at(at) === EntryKind.event) return at;
  }
  return -1;
}
