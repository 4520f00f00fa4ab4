import type { ExchangeColumns } from '../../shared/diagnosis/measures/columns.ts';

/**
 * What a server makes of `Last-Event-ID`. `noIds`: it has sent none to send back. `silent`: no event came on the connections that would
 * show it. `goesOn`: with it the next event comes, without it something else. `live`: with and without it, it goes on with what
 * is new: nobody can tell whether what was sent meanwhile would come. `repeats`: events came again that the client has.
 */
export type Resumed = 'noIds' | 'silent' | 'goesOn' | 'live' | 'repeats';

/**
 * @param first - the connection that was read first
 * @param withId - the one that sent the last event ID of it; undefined where there is none
 * @param without - the one that sent none
 */
export function resumedOf(
  first: ExchangeColumns,
  withId: ExchangeColumns | undefined,
  without: ExchangeColumns | undefined,
): Resumed {
  if (!first.all.hasIds) return 'noIds';
  if (!withId || withId.all.events === 0) return 'silent';
  const known = new Set(
    [...first.all.firstEvents, ...first.all.lastEvents].map(({ id, hash }) => `${hash} ${id}`),
  );
  const isKnown = ({ id, hash }: { id: string; hash: number }) => id !== '' && known.has(`${hash} ${id}`);
  const repeated = withId.all.firstEvents.filter(isKnown).length;
  // The last one alone may be sent once more for safety.
  if (repeated > 1) return 'repeats';
  return without?.all.firstEvents.some(isKnown) ? 'goesOn' : 'live';
}
