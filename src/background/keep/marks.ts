import type { Mark, Session, Stream } from '../../shared/session/types.ts';
import type { Ledger } from './ledger.ts';

/** Adds a mark to a session, or to one of its streams. */
export function mark(
  ledger: Ledger,
  session: Session,
  stream: Stream | undefined,
  kind: Mark['kind'],
  at: number,
  detail: string,
): void {
  ledger.mark({ session: session.id, ...(stream ? { stream: stream.id } : {}), at, kind, detail });
}

/** Something of a session could not be kept: counted, and marked with its reason. */
export function markLost(
  ledger: Ledger,
  session: Session,
  stream: Stream | undefined,
  at: number,
  count: number,
  reason: string,
): void {
  session.lost += count;
  ledger.sessionChanged(session);
  mark(ledger, session, stream, 'lost', at, `${count} ${reason}`);
}
