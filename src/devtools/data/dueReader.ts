import type { Database } from '../../shared/store/open.ts';
import { readSessions } from '../../shared/store/read.ts';
import type { QueryClient } from '../query/client.ts';
import { entryCount } from '../reading/rows.ts';
import type { SegmentCache } from '../reading/segmentCache.ts';
import type { DataEvents } from './dataEvents.ts';
import type { LiveCounts } from './liveCounts.ts';
import type { Due } from './refresher.ts';
import type { Selection } from './selection.ts';
import type { SessionData } from './sessionData.ts';
import { tellWorker } from './tellWorker.ts';

/** Pause between two readings of the store, ms. */
const REFRESH_EVERY = 60;
/** The same while so many entries come that nobody reads them one by one: drawing them costs the most. */
const REFRESH_EVERY_OF_MANY = 260;
const MANY = 6;

/** What a reading of the store brings up to date. */
export interface DueReaderParts {
  db: Database;
  query: QueryClient;
  data: SessionData;
  selection: Selection;
  counts: LiveCounts;
  cache: SegmentCache;
  tell(call: (listener: DataEvents) => void): void;
}

/** @returns reads from the store what is due; resolves with the pause until the next reading, ms */
export function createDueReader(parts: DueReaderParts): (due: Due) => Promise<number> {
  const { db, query, data, selection, counts, cache, tell } = parts;
  const { sessionId, session, sessions, stream, exchanges, pickedStream } = selection;

  async function read(due: Due): Promise<number> {
    const before = entryCount(exchanges.value);
    await readRecords(due);
    const isFlood = entryCount(exchanges.value) - before >= MANY && before > 0;
    return isFlood ? REFRESH_EVERY_OF_MANY : REFRESH_EVERY;
  }

  async function readRecords(due: Due): Promise<void> {
    const id = sessionId.value;
    // The user may choose another session during the reading.
    const wanted = () => id === sessionId.value;
    if (due.everything || due.sessions) sessions.value = await readSessions(db);
    if (id === '' || !wanted()) return;
    // A session that was deleted is not shown any more.
    if ((due.everything || due.sessions) && session.value === undefined) data.clear();
    const update = due.everything
      ? await data.load(id, pickedStream.value, wanted)
      : await data.update(id, [...due.streams], [...due.exchanges], wanted);
    if (!update) return;
    const replaced = tellWorker(query, id, update, data.exchanges.value);
    for (const exchange of update.replaced) cache.forget(exchange.id);
    if (replaced.includes(stream.value?.id ?? '')) tell((one) => one.replaced?.());
    if (due.everything) counts.reset();
    else counts.show(update.session);
    tell((one) => one.grown?.());
  }

  return read;
}
