import type { Fidelity, Session } from '../../shared/session/types.ts';
import type { ReportedEvents } from '../../shared/store/schema.ts';
import { appendChunks } from './appendChunks.ts';
import { type Chunks, canonicalBlocks, encodeChunks } from './chunks.ts';
import { keepBytesAhead, keepEventsAhead } from './keepAhead.ts';
import type { Ledger, Live } from './ledger.ts';

/** Bytes or text that a page was given: they count where the wire brings none. */
export async function bytesArrived(
  ledger: Ledger,
  session: Session,
  live: Live,
  fidelity: Fidelity,
  { bytes, ends, times }: Chunks,
): Promise<void> {
  const { exchange } = live;
  const before = exchange.pageBytes ?? 0;
  if (exchange.wire) exchange.pageBytes = before + bytes.length;
  if (exchange.wire === 'live' && !exchange.pageFirst) {
    await keepBytesAhead(ledger, live, before, fidelity, { bytes, ends, times });
    return;
  }
  if (exchange.wire === 'ended') return;
  if (exchange.wire === 'broken') {
    // Both count the same bytes from the first one on: what the wire brought is left out.
    const known = Math.max(0, Math.min(bytes.length, exchange.bytes - before));
    const first = ends.findIndex((end) => end > known);
    if (first < 0) return;
    bytes = bytes.subarray(known);
    ends = ends.slice(first).map((end) => end - known);
    times = times.slice(first);
  }
  await append(ledger, session, live, fidelity, { bytes, ends, times });
}

/** Events that a page was given: they count where the wire brings no bytes. */
export async function eventsArrived(
  ledger: Ledger,
  session: Session,
  live: Live,
  fact: ReportedEvents,
): Promise<void> {
  const { exchange, writer } = live;
  const before = exchange.pageEvents ?? 0;
  if (exchange.wire) exchange.pageEvents = before + fact.times.length;
  if (exchange.wire === 'live' && !exchange.pageFirst) {
    await keepEventsAhead(ledger, live, before, fact);
    return;
  }
  if (exchange.wire === 'ended') return;
  if (exchange.wire === 'broken') {
    // The page heard what the wire brought up to its break, and then more.
    const known = Math.max(0, (exchange.heardOnWire ?? 0) - before);
    fact = eventsFrom(fact, Math.min(known, fact.times.length));
    if (fact.times.length === 0) return;
    if (exchange.fidelity === 'bytes') {
      writer.breakOff();
      live.lastEventId = writer.lastEventId();
    }
  }
  await append(ledger, session, live, 'events', encodeChunks(canonicalBlocks(live, fact)));
}

async function append(
  ledger: Ledger,
  session: Session,
  live: Live,
  fidelity: Fidelity,
  chunks: Chunks,
): Promise<void> {
  const { exchange, stream, writer } = live;
  if (exchange.endedAt !== undefined || chunks.times.length === 0) return;
  exchange.fidelity = fidelity;
  appendChunks(live, chunks);
  stream.lastAt = exchange.lastAt!;
  if (fidelity !== 'events') live.lastEventId = writer.lastEventId();
  await ledger.count(session, live);
}

/** Events without the first `from` of them. */
function eventsFrom(fact: ReportedEvents, from: number): ReportedEvents {
  if (from === 0) return fact;
  const dataStart = fact.dataEnds[from - 1]!;
  const idStart = fact.idEnds[from - 1]!;
  return {
    ...fact,
    data: fact.data.slice(dataStart),
    dataEnds: fact.dataEnds.slice(from).map((end) => end - dataStart),
    ids: fact.ids.slice(idStart),
    idEnds: fact.idEnds.slice(from).map((end) => end - idStart),
    typeOf: fact.typeOf.slice(from),
    times: fact.times.slice(from),
  };
}
