import type { Session } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { BUDGET } from '../../shared/store/schema.ts';
import { deleteSession } from '../../shared/store/write.ts';

/** What a session takes in the store, bytes. Those of earlier versions say only how many bytes their streams had. */
function sizeOf(session: Session): number {
  return session.stored ?? session.bytes;
}

/** The ended sessions that must go, oldest first, so that all the others fit the budget; pinned ones stay. */
export function sessionsToDrop(sessions: Session[], budget = BUDGET): Session[] {
  let total = sessions.reduce((sum, session) => sum + sizeOf(session), 0);
  const drop: Session[] = [];
  for (const session of [...sessions].sort((a, b) => a.startedAt - b.startedAt)) {
    if (total <= budget) break;
    if (session.endedAt === undefined || session.pinned || session.importing) continue;
    drop.push(session);
    total -= sizeOf(session);
  }
  return drop;
}

/**
 * Makes room: deletes the oldest sessions that have ended until the rest fits.
 *
 * @returns what went, and by how much the sessions that stay exceed the budget, bytes
 */
export async function keepBudget(
  db: Database,
  budget: number,
  remove: (session: string) => Promise<void>,
): Promise<{ gone: { sessions: number; bytes: number }; over: number }> {
  const sessions = await db.getAll('sessions');
  const drop = sessionsToDrop(sessions, budget);
  for (const session of drop) await remove(session.id);
  const total = sessions.reduce((sum, session) => sum + sizeOf(session), 0);
  const bytes = drop.reduce((sum, session) => sum + sizeOf(session), 0);
  return { gone: { sessions: drop.length, bytes }, over: Math.max(0, total - bytes - budget) };
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
    let last = session.startedAt;
    for (const stream of streams) {
      last = Math.max(last, stream.lastAt ?? stream.openedAt);
      if (stream.state !== 'ended') await db.put('streams', { ...stream, state: 'ended', end: 'unload' });
    }
    await db.put('sessions', { ...session, endedAt: last });
  }
}
