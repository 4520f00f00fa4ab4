import { formatOf } from '../formats/formatOf.ts';
import { headerOf } from './headerOf.ts';
import type { Exchange } from './types.ts';

/** Answered with status 200 and headers that somebody saw, and with something else than a stream. */
export function hasOtherType({ status, headers }: Pick<Exchange, 'status' | 'headers'>): boolean {
  const isSeen = status === 200 && headers !== undefined && headers.length > 0;
  return isSeen && formatOf(headerOf(headers, 'content-type')) === undefined;
}
