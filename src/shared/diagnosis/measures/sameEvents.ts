import type { ExchangeColumns } from './columns.ts';

/** Whether two connections brought the same events, as far as they are compared: the first ones, without their IDs. */
export function haveSameEvents({ all: a }: ExchangeColumns, { all: b }: ExchangeColumns): boolean {
  if (a.events !== b.events || a.firstEvents.length !== b.firstEvents.length) return false;
  return a.firstEvents.every(
    ({ hash, type }, i) => hash === b.firstEvents[i]!.hash && type === b.firstEvents[i]!.type,
  );
}
