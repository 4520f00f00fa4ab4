import type { Segment } from '../shared/session/segment.ts';
import { EntryKind } from '../shared/sse/types.ts';
import type { Live } from './ledger.ts';
import type { RecordStore } from './recordStore.ts';

/**
 * Events of an exchange that the page listens to, up to here. Where the wire tap is lost (in Firefox at every restart of
 * the background), the page's own reports count from the first event on that is not among them.
 */
export async function countHeard(store: RecordStore, { stream, exchange, writer }: Live): Promise<number> {
  const types = new Set(['message', ...stream.listeners]);
  const unwritten = writer.unwritten();
  const inMemory = unwritten[0]?.index ?? Infinity;
  let events = 0;
  for (let index = 0; index < inMemory; index++) {
    const segment = await store.segment(exchange.id, index);
    if (!segment) break;
    events += heardIn(segment, types);
  }
  return unwritten.reduce((sum, segment) => sum + heardIn(segment, types), events);
}

function heardIn({ kinds, types, typeOf }: Segment, heard: ReadonlySet<string>): number {
  let events = 0;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] === EntryKind.event && heard.has(types[typeOf[i]!]!)) events++;
  }
  return events;
}
