import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { beganAt } from '../../shared/session/exchangeTimes.ts';
import type { MockClientState } from './mockClient.ts';
import type { ActiveReplay } from './startReplay.ts';

/** Where playing is, ms since the epoch in the time of the recording; undefined when nobody is served. */
export function playheadOf(
  replay: ActiveReplay,
  clients: readonly MockClientState[],
  exchanges: ReadonlyMap<string, readonly ExchangeOutline[]>,
): number | undefined {
  const times = clients.flatMap(({ path, connection, position }) => {
    const mock = replay.mock.streams.find((one) => one.path === path);
    const stream = replay.streams.find(({ url, method }) => url === mock?.url && method === mock?.method);
    const exchange = stream && exchanges.get(stream.id)?.find((one) => one.number === connection);
    return exchange ? [beganAt(exchange) + position] : [];
  });
  return times.reduce<number | undefined>((latest, at) => Math.max(latest ?? at, at), undefined);
}
