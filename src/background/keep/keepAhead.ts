import type { Fidelity } from '../../shared/session/types.ts';
import type { ReportedEvents } from '../../shared/store/schema.ts';
import type { Chunks } from './chunks.ts';
import type { Ledger, Live } from './ledger.ts';

/** Keeps what a page was given until the wire has brought it. */
export function keepBytesAhead(
  ledger: Ledger,
  live: Live,
  before: number,
  fidelity: Fidelity,
  chunks: Chunks,
): Promise<void> {
  const { id: exchange } = live.exchange;
  const { bytes, ends, times } = chunks;
  const count = bytes.length;
  return ledger.keepAhead(live, { exchange, before, count, chunks: { fidelity, bytes, ends, times } });
}

/** The same for events. */
export function keepEventsAhead(
  ledger: Ledger,
  live: Live,
  before: number,
  fact: ReportedEvents,
): Promise<void> {
  const { id: exchange } = live.exchange;
  const { data, dataEnds, ids, idEnds, types, typeOf, times } = fact;
  const events = { data, dataEnds, ids, idEnds, types, typeOf, times };
  return ledger.keepAhead(live, { exchange, before, count: times.length, events });
}
