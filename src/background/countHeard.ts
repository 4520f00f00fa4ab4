import type { Segment } from '../shared/session/segment.ts';
import { EntryKind } from '../shared/sse/types.ts';
import { exchangeSegments } from './exchangeSegments.ts';
import type { Live } from './ledger.ts';
import type { RecordStore } from './recordStore.ts';

/**
 * Events of an exchange that the page listens to, up to here. Where the wire tap is lost (in Firefox at every restart of
 * the background), the page's own reports count from the first event on that is not among them.
 */
export async function countHeard(store: RecordStore, live: Live): Promise<number> {
  const types = new Set(['message', ...live.stream.listeners]);
  let events = 0;
  for await (const segment of exchangeSegments(store, live)) events += heardIn(segment, types);
  return events;
}

function heardIn({ kinds, types, typeOf }: Segment, heard: ReadonlySet<string>): number {
  let events = 0;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] === EntryKind.event && heard.has(types[typeOf[i]!]!)) events++;
  }
  return events;
}
