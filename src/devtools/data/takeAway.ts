import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import type { Stream } from '../../shared/session/types.ts';

/**
 * Takes away what is in the store no more: streams that the budget has dropped, and streams and exchanges of which a page has said whose
 * they are.
 *
 * @param asked - ids of the streams that were read again
 * @param read - those of them that are there
 * @returns whether there was anything
 */
export function takeAway(
  lists: Map<string, readonly ExchangeOutline[]>,
  known: Map<string, Stream>,
  asked: readonly string[],
  read: readonly Stream[],
): boolean {
  const ids = new Set(read.map(({ id }) => id));
  const gone = asked.filter((id) => !ids.has(id));
  for (const id of gone) {
    known.delete(id);
    lists.delete(id);
  }
  const shorter = read.filter(({ id, exchanges }) => (lists.get(id)?.length ?? 0) > exchanges);
  for (const { id, exchanges } of shorter) lists.set(id, lists.get(id)!.slice(0, exchanges));
  return gone.length + shorter.length > 0;
}
