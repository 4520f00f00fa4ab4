import type { EndCause } from '../../src/shared/session/types.ts';

/** How a page reads a stream. */
export type Client =
  | 'EventSource'
  | 'frame'
  | 'worker'
  | 'reader'
  | 'forAwait'
  | 'pipeThrough'
  | 'text'
  | 'post'
  | 'xhr';

/** A block of a stream as the server sent it. */
export interface SentBlock {
  /** `<connection>.<n>`. */
  name: string;
  kind: 'event' | 'comment';
  /** Type of the event. */
  type: string;
  data: string;
}

/** One request for a stream, and every byte of its response: the truth. */
export interface ServedConnection {
  /** Unique; it stands in each block and in a header of the response. */
  name: string;
  page: string;
  /** Name of the stream in its page; some streams of one page share a URL, and so a name. */
  stream: string;
  client: Client;
  method: string;
  url: string;
  lastEventId: string;
  /** Time of this machine, ms since the epoch; so are all times of the log. */
  at: number;
  /** 0 while there is no response. */
  status: number;
  blocks: SentBlock[];
  sent: Buffer[];
  /** What the server did at the end; undefined while it goes on, or when the client went first. */
  ended: 'end' | 'break' | undefined;
  /** When the connection was over for the server. */
  closedAt: number | undefined;
}

/** What a page was given of one connection, and how it saw it end. */
export interface Given {
  stream: string;
  /** Events, or bytes for `fetch`, or UTF-16 units for XMLHttpRequest. */
  count: number;
  /** Number of the last event; -1 for none. */
  last: number;
  /** As the page saw it: the end or a failure, or what it did itself. */
  outcome: EndCause | 'none';
}

/** What a document says when it goes. */
export interface PageReport {
  page: string;
  /** '' for the page itself, a name for a frame. */
  frame: string;
  /** The names of the streams that it has opened. */
  opened: string[];
  given: Record<string, Given>;
}

export interface ServedPage {
  name: string;
  url: string;
  at: number;
  /** When the next page of the tab was asked for. */
  goneAt: number | undefined;
  reports: PageReport[];
}

export interface SoakLog {
  pages: Map<string, ServedPage>;
  connections: Map<string, ServedConnection>;
  /** When the background was killed. */
  kills: number[];
  /** Spans of time in which the wire was on for certain. */
  wireOn: { from: number; to: number }[];
}

/** Everything that the server has written to a connection. */
export function sentBytes(one: ServedConnection): Buffer {
  if (one.sent.length > 1) one.sent = [Buffer.concat(one.sent)];
  return one.sent[0] ?? Buffer.alloc(0);
}
