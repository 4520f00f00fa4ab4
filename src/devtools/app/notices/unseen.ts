import type { Stream } from '../../../shared/session/types.ts';
import { formatCount } from '../../../shared/text/units/format.ts';

/** What the browser's own network log shows of event streams (`devtools.network.getHAR()`, Chromium). */
export interface LoggedStream {
  url: string;
  /** Events by their type. */
  types: Record<string, number>;
}

/** The part of a HAR log that is looked at. */
export interface NetworkLog {
  pages?: { id: string; startedDateTime: string }[];
  entries?: {
    pageref?: string;
    startedDateTime?: string;
    request: { url: string };
    _eventSourceMessages?: { eventName: string }[];
  }[];
}

/**
 * The event streams of the page that is on show: the log may have pages before it too. A worker's requests are of no
 * page; those that began before the page did are a former one's.
 */
export function loggedStreams({ pages = [], entries = [] }: NetworkLog): LoggedStream[] {
  const page = pages.at(-1);
  const logged: LoggedStream[] = [];
  for (const { pageref, startedDateTime = '', request, _eventSourceMessages: messages } of entries) {
    if (!messages) continue;
    if (page && pageref !== undefined && pageref !== page.id) continue;
    if (page && pageref === undefined && Date.parse(startedDateTime) < Date.parse(page.startedDateTime))
      continue;
    const types: Record<string, number> = Object.create(null);
    for (const { eventName } of messages) types[eventName] = (types[eventName] ?? 0) + 1;
    logged.push({ url: request.url, types });
  }
  return logged;
}

/** What is in that log and not in the recording. */
export interface Unseen {
  /** Types of events that no listener of the page's is for, and how many came. */
  types: { type: string; events: number }[];
  /** Addresses of streams that the page itself did not open: a worker's. */
  streams: string[];
}

export const NOTHING_UNSEEN: Unseen = { types: [], streams: [] };

export function findUnseen(logged: readonly LoggedStream[], streams: readonly Stream[]): Unseen {
  const types = new Map<string, number>();
  const unknown = new Set<string>();
  for (const { url, types: seen } of logged) {
    const own = streams.filter((stream) => withoutFragment(stream.url) === withoutFragment(url));
    if (own.length === 0) {
      unknown.add(url);
      continue;
    }
    if (own.some((stream) => stream.transport !== 'EventSource')) continue;
    const heard = new Set(own.flatMap((stream) => stream.listeners));
    for (const [type, events] of Object.entries(seen)) {
      if (!heard.has(type)) types.set(type, (types.get(type) ?? 0) + events);
    }
  }
  return { types: [...types].map(([type, events]) => ({ type, events })), streams: [...unknown] };
}

/** In a sentence; '' when there is nothing to say. */
export function unseenText({ types, streams }: Unseen): string {
  const parts: string[] = [];
  if (types.length > 0) {
    const events = types.reduce((sum, one) => sum + one.events, 0);
    const names = types
      .slice(0, 3)
      .map(({ type }) => `“${type}”`)
      .join(', ');
    const more = types.length > 3 ? ' and others' : '';
    parts.push(
      `${formatCount(events)} ${events === 1 ? 'event' : 'events'} of a type that the page does not listen to (${names}${more})`,
    );
  }
  if (streams.length > 0) {
    parts.push(`${formatCount(streams.length)} ${streams.length === 1 ? 'stream' : 'streams'} in a worker`);
  }
  if (parts.length === 0) return '';
  return `Not in this recording: ${parts.join(', and ')}. The wire shows them.`;
}

function withoutFragment(url: string): string {
  return url.split('#')[0]!;
}
