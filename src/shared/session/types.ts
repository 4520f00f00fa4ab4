/** What was recorded, apart from the bytes (those are in `segment.ts`). Times are ms since the Unix epoch. */

/** Everything observed in one tab from start to stop of recording. */
export interface Session {
  id: string;
  /** Address and title of the page when recording began. */
  url: string;
  title: string;
  startedAt: number;
  /** Missing while the session is being recorded. */
  endedAt?: number;
  streams: number;
  events: number;
  bytes: number;
  /** Events or chunks that were seen and could not be kept. */
  lost: number;
}

export type Transport = 'EventSource' | 'fetch' | 'XMLHttpRequest';

/** Where a stream stands. `reconnecting` waits for its next exchange; `ended` is over. */
export type StreamState = 'connecting' | 'open' | 'reconnecting' | 'ended';

/** One `EventSource` object, or one `fetch`/XHR call whose response is an event stream. */
export interface Stream {
  id: string;
  session: string;
  /** Order of appearance in the session, from 1. */
  number: number;
  transport: Transport;
  method: string;
  url: string;
  /** The document that opened it. */
  documentUrl: string;
  frame: 'top' | 'child';
  openedAt: number;
  /** It was open before recording began: what came earlier is not known. */
  openedBeforeRecording: boolean;
  /** Call stack that opened it, as the browser wrote it; '' when it is not known. */
  stack: string;
  state: StreamState;
  /** Event types that the page listens to, in the order of their first listener. */
  listeners: string[];
  exchanges: number;
  entries: number;
  events: number;
  bytes: number;
  /** Arrival of its last bytes. */
  lastAt?: number;
  /** Why it is over, when it is. */
  end?: EndCause;
}

/**
 * How an exchange ended: by the server (`end`), by a failure of the network or the response (`error`), by one of
 * these two, as far as an `EventSource` tells (`disconnect`), by the
 * page (`close`, `abort`, `cancel`), or with the document (`unload`).
 */
export type EndCause = 'end' | 'error' | 'disconnect' | 'close' | 'abort' | 'cancel' | 'unload';

/**
 * Where the bytes come from: the wire or a fetch body (`bytes`), text that the browser had decoded already
 * (`text`), or dispatched events that were written down as canonical blocks (`events`).
 */
export type Fidelity = 'bytes' | 'text' | 'events';

/** One HTTP request and its response. */
export interface Exchange {
  id: string;
  stream: string;
  session: string;
  /** Order within the stream, from 1; for an `EventSource` the number of the connection. */
  number: number;
  method: string;
  url: string;
  startedAt: number;
  respondedAt?: number;
  /** Missing where the page cannot see it (`EventSource`). */
  status?: number;
  headers?: [name: string, value: string][];
  endedAt?: number;
  end?: EndCause;
  /** The browser's words about the failure. */
  error?: string;
  fidelity: Fidelity;
  bytes: number;
  entries: number;
  events: number;
  /** Ordinal of its first entry among all entries of the stream. */
  firstEntry: number;
  /** The last event ID that the client had when it began. */
  lastEventIdBefore: string;
}

export type MarkKind =
  | 'open'
  | 'error'
  | 'close'
  | 'abort'
  | 'listener'
  | 'navigation'
  | 'visibility'
  | 'online'
  | 'offline'
  | 'freeze'
  | 'resume'
  | 'lost';

/** One timed fact about the page, not the bytes. */
export interface Mark {
  session: string;
  /** Missing for marks of the whole page. */
  stream?: string;
  at: number;
  kind: MarkKind;
  detail: string;
}
