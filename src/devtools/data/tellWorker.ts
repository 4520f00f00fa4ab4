import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import type { QueryClient } from '../query/client.ts';
import type { ExchangeExtent, StreamExtent } from '../query/streamIndex.ts';
import type { Update } from './putExchanges.ts';
import type { ExchangesByStream } from './sessionData.ts';

/** Exchanges that the query worker is told of in one message: a day of attempts is told in parts, each a short task. */
const AT_ONCE = 2000;

/**
 * Tells the query worker which entries there are.
 *
 * @param all - the exchanges on show
 * @returns ids of the streams of which other bytes have taken the place of those that were there
 */
export function tellWorker(
  query: QueryClient,
  session: string,
  { exchanges, replaced }: Update,
  all: ExchangesByStream,
): string[] {
  const streamsReplaced = [...new Set(replaced.map(({ stream }) => stream))];
  const extents = [...exchanges].map(([stream, own]): StreamExtent => {
    const known = streamsReplaced.includes(stream) ? all.get(stream)! : own;
    return { stream, exchanges: known.map(extentOf) };
  });
  for (let i = 0; i === 0 || i < extents.length; i++) {
    const one = extents[i];
    for (let from = 0; from === 0 || from < (one?.exchanges.length ?? 0); from += AT_ONCE) {
      const part = one && [{ stream: one.stream, exchanges: one.exchanges.slice(from, from + AT_ONCE) }];
      const first = from === 0 && i === 0;
      query.ask('look', [session, part ?? [], first ? streamsReplaced : []]).catch(() => {});
    }
  }
  return streamsReplaced;
}

function extentOf({ id, number, firstEntry, entries }: ExchangeOutline): ExchangeExtent {
  return { id, number, firstEntry, entries };
}
