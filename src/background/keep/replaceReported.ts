import type { Session } from '../../shared/session/types.ts';
import { keepBytesAhead, keepEventsAhead } from './keepAhead.ts';
import { type Ledger, type Live, MOST_AHEAD } from './ledger.ts';
import { markLost } from './marks.ts';
import { bytesArrived, eventsArrived } from './reportedByPage.ts';
import { chunksSoFar, eventsSoFar } from './reportedSoFar.ts';

/** The wire's bytes take the place of what the page has reported so far: that counts again if they do not reach so far. */
export async function replaceReported(ledger: Ledger, session: Session, live: Live): Promise<void> {
  const { exchange } = live;
  const { fidelity, bytes } = exchange;
  if (fidelity === 'events') exchange.pageEvents = exchange.events;
  else exchange.pageBytes = bytes;
  const store = await ledger.openStore();
  const events = fidelity === 'events' && bytes <= MOST_AHEAD ? await eventsSoFar(store, live) : undefined;
  const chunks = fidelity !== 'events' && bytes <= MOST_AHEAD ? await chunksSoFar(store, live) : undefined;
  await ledger.replace(session, live);
  if (events) await keepEventsAhead(ledger, live, 0, events);
  if (chunks) await keepBytesAhead(ledger, live, 0, fidelity, chunks);
}

/**
 * The wire brings nothing more: what the page was given beyond that is taken from its own reports. What is in neither of
 * the two any more is counted as lost.
 *
 * @returns whether there was anything
 */
export async function appendAhead(ledger: Ledger, session: Session, live: Live): Promise<boolean> {
  const { stream, exchange, writer } = live;
  const { ahead } = live;
  const { bytes, endedAt } = exchange;
  const isEvents = exchange.pageEvents !== undefined;
  const reported = exchange.pageEvents ?? exchange.pageBytes ?? 0;
  const known = isEvents ? (exchange.heardOnWire ?? 0) : bytes;
  const from = ahead[0]?.before ?? reported;
  if (from > known) {
    const at = exchange.lastAt ?? exchange.startedAt;
    // How many chunks the bytes were is not known any more.
    markLost(ledger, session, stream, at, isEvents ? from - known : 1, 'wire');
    if (!isEvents) writer.breakOff();
  }
  if (ahead.length === 0) return false;
  if (isEvents) exchange.pageEvents = from;
  else exchange.pageBytes = from;
  // It came before the end, and is written after it.
  delete exchange.endedAt;
  for (const { events, chunks } of ahead) {
    if (events) await eventsArrived(ledger, session, live, events);
    else if (chunks) await bytesArrived(ledger, session, live, chunks.fidelity, chunks);
  }
  ledger.dropAhead(live);
  if (endedAt !== undefined) exchange.endedAt = endedAt;
  return exchange.bytes > bytes;
}
