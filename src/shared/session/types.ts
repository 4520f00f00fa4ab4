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
  /** Streams that were taken away again: their numbers are not given twice. */
  removed?: number;
  events: number;
  bytes: number;
  /** What its streams take in the store, bytes; missing in sessions of earlier versions. */
  stored?: number;
  /** Events or chunks that were seen and could not be kept. */
  lost: number;
  /** When the wall clock last jumped while it was recorded; times before and after do not compare. */
  clockSetAt?: number;
  /** What the user calls it, and has to say of it. */
  name?: string;
  note?: string;
  /** It is not removed to make room. */
  pinned?: boolean;
  /** It is on its way from a file, and not complete. */
  importing?: true;
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
  /** Where it was opened. A worker's stream is known from the wire alone. */
  frame: 'top' | 'child' | 'worker';
  /** The browser's number of that frame; negative where it is not known, as for workers. */
  frameId: number;
  /** Known from the wire alone so far: the page may still say that it is its own. */
  unclaimed?: true;
  openedAt: number;
  /** It was open before recording began: what came earlier is not known. */
  openedBeforeRecording: boolean;
  /** Call stack that opened it, as the browser wrote it; '' when it is not known. */
  stack: string;
  state: StreamState;
  /** Event types that the page listens to, in the order of their first listener. */
  listeners: string[];
  /** Its first request was seen too late to know its method, which is taken to be GET. */
  methodUnknown?: true;
  /** Nobody saw the page: it is from a file of another tool, or from a recording without a browser. */
  listenersUnknown?: true;
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

/**
 * What the page tap itself says of a failure, where the browser has no words for it. It stands in `error`, behind it a colon and its
 * parameter where it has one. `leftWhileConnecting`: the page went away before its stream had connected. `requestTimeout`: the
 * timeout of the XMLHttpRequest ran out. `wrongType`: the page asked for a stream, and got the type that is its parameter.
 */
export type PageErrorCode = 'leftWhileConnecting' | 'requestTimeout' | 'wrongType';

export type Header = [name: string, value: string];

/** An answer that sent the client elsewhere. */
export interface Redirect {
  at: number;
  status: number;
  from: string;
  to: string;
  headers: Header[];
}

/** An exchange as the browser's HTTP layer saw it. */
export interface HttpSide {
  /** Id of the {@link HttpRequest}. */
  request: string;
  /** When the request went out: for a reconnection later than `startedAt`, which is when the page began to wait. */
  requestedAt: number;
  /** That was not seen: it is when the request was first heard of. */
  late?: true;
  /** As sent, as far as the browser tells. */
  requestHeaders: Header[];
  /** Those are as the page's process gave them, without what the network adds: a last event ID may be missing. */
  provisional?: true;
  redirects: Redirect[];
  /** `HTTP/1.1`, `h2`, …; '' when the browser does not tell. */
  protocol: string;
  /** Address that answered; '' when it is not known. */
  remoteAddress: string;
  fromCache: boolean;
  /** Start of a response that is no event stream: what came instead. */
  evidence?: string;
  completedAt?: number;
  /** The browser's name of the failure; '' after a normal end. */
  error?: string;
  /** The client gave it up: the page closed or aborted it, or went away. */
  aborted?: boolean;
  /** False where several streams could have sent this request, and the first was taken. */
  certain: boolean;
}

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
  /**
   * When the page saw its response begin, for a stream that was open or connecting when recording began: `respondedAt` may be
   * that of a request that turns out to be an earlier one.
   */
  pageRespondedAt?: number;
  /** Missing where nobody saw it: an `EventSource` that the HTTP layer missed. */
  status?: number;
  headers?: Header[];
  /** What the HTTP layer saw of it; missing where it did not see the request. */
  http?: HttpSide;
  /**
   * Whether its bytes come from the wire tap: `live` so far, to the end (`ended`), or only up to a break (`broken`), after
   * which they are what the page saw. Missing: from the page alone.
   */
  wire?: 'live' | 'ended' | 'broken';
  /** The wire is attached and has brought nothing yet: what is stored is what the page says. */
  pageFirst?: true;
  /** Chunks or events that the page reported, whether they were needed or not. */
  pageBytes?: number;
  pageEvents?: number;
  /** Events up to the break of the wire that the page listened to. */
  heardOnWire?: number;
  /** Arrival of its first and of its last bytes. */
  firstAt?: number;
  lastAt?: number;
  endedAt?: number;
  end?: EndCause;
  /** The browser's words about the failure, or a {@link PageErrorCode}. */
  error?: string;
  fidelity: Fidelity;
  /** From a file that has no times of chunks: they are those of its events, or made up. */
  timesFrom?: 'events' | 'estimate';
  /** How often its bytes were replaced as a whole: the wire's bytes take the place of what the page said first. */
  replaced?: number;
  bytes: number;
  /** What its segments take in the store, bytes. */
  stored?: number;
  entries: number;
  events: number;
  /** Ordinal of its first entry among all entries of the stream. */
  firstEntry: number;
  /** The last event ID that the client had when it began. */
  lastEventIdBefore: string;
}

export type MarkKind =
  | 'clock'
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
  | 'lost'
  | 'clock';

/** One timed fact about the page, not the bytes. */
export interface Mark {
  session: string;
  /** Missing for marks of the whole page. */
  stream?: string;
  at: number;
  kind: MarkKind;
  detail: string;
}
