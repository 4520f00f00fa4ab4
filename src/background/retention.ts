import type { Session } from '../shared/session/types.ts';
import type { Database } from '../shared/store/open.ts';
import { BUDGET } from '../shared/store/schema.ts';
import { deleteSession } from '../shared/store/write.ts';

/** The ended sessions that must go, oldest first, so that all the others fit the budget; pinned ones stay. */
export function sessionsToDrop(sessions: Session[], budget = BUDGET): Session[] {
  let total = sessions.reduce((sum, session) => sum + session.bytes, 0);
  const drop: Session[] = [];
  for (const session of [...sessions].sort((a, b) => a.startedAt - b.startedAt)) {
    if (total <= budget) break;
    if (session.endedAt === undefined || session.pinned || session.importing) continue;
    drop.push(session);
    total -= session.bytes;
  }
  return drop;
}

/** Makes room: deletes the oldest sessions that have ended until the rest fits. Returns what went. */
export async function keepBudget(db: Database, budget = BUDGET): Promise<Session[]> {
  const drop = sessionsToDrop(await db.getAll('sessions'), budget);
  for (const session of drop) await deleteSession(db, session.id);
  return drop;
}

/** Ends the sessions that nobody records any more: the browser was closed, or it crashed, while they ran. */
export async function endOrphans(db: Database, recorded: ReadonlySet<string>): Promise<void> {
  // Their names are the browser's, which begins anew.
  await db.clear('requests');
  for (const session of await db.getAll('sessions')) {
    if (session.importing) {
      await deleteSession(db, session.id);
      continue;
    }
    if (session.endedAt !== undefined || recorded.has(session.id)) continue;
    const streams = await db.getAllFromIndex(
      'streams',
      'bySession',
      IDBKeyRange.bound([session.id], [session.id, []]),
    );
    const last = streams.reduce(
      (latest, { lastAt, openedAt }) => Math.max(latest, lastAt ?? openedAt),
      session.startedAt,
    );
    for (const stream of streams) {
      if (stream.state !== 'ended') await db.put('streams', { ...stream, state: 'ended', end: 'unload' });
    }
    await db.put('sessions', { ...session, endedAt: last });
  }
}
