import type { Segment } from '../../shared/segment/segment.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import { exchangeSegments } from './exchangeSegments.ts';
import type { Live } from './ledger.ts';
import type { RecordStore } from './recordStore.ts';

/** How far the events of an exchange that the page listens to have been counted. */
export interface Heard {
  /** Entries that were looked at, from the first one on. */
  entries: number;
  events: number;
  /** Types that the page listened to then. */
  listeners: number;
}

/**
 * Events of an exchange that the page listens to, up to here. Where the wire tap is lost (in Firefox at every restart of
 * the background), the page's own reports count from the first event on that is not among them.
 */
export async function countHeard(store: RecordStore, live: Live): Promise<number> {
  const { stream, writer } = live;
  const types = new Set(['message', ...stream.listeners]);
  const listeners = stream.listeners.length;
  const isCounted = live.heard !== undefined && live.heard.listeners === listeners;
  const { entries, events } = isCounted ? live.heard! : { entries: 0, events: 0 };
  const more = writer.eventsFrom(entries, types) ?? (await countFrom(store, live, entries, types));
  live.heard = { entries: writer.entries, events: events + more, listeners };
  return live.heard.events;
}

async function countFrom(
  store: RecordStore,
  live: Live,
  entries: number,
  types: ReadonlySet<string>,
): Promise<number> {
  let events = 0;
  for await (const segment of exchangeSegments(store, live)) events += heardIn(segment, entries, types);
  return events;
}

function heardIn(
  { kinds, types, typeOf, firstEntry }: Segment,
  entries: number,
  heard: ReadonlySet<string>,
): number {
  let events = 0;
  for (let i = Math.max(0, entries - firstEntry); i < kinds.length; i++) {
    if (kinds[i] === EntryKind.event && heard.has(types[typeOf[i]!]!)) events++;
  }
  return events;
}
