/**
 * Page tap ⇄ bridge: events of a target that is handed over before any page script runs, so each message arrives before
 * the call that sends it returns. What the page side says is untrusted and decoded by the bridge. Facts in the past
 * tense go towards the panel, commands in the imperative towards the page. Members in alphabetical order. Types only.
 */
import type { EndCause, MarkKind, Transport } from '../session/types.ts';

/** Event of the window with which the page tap hands the bridge the target that only the two know (`relatedTarget`), once. */
export type HelloEventName = 'sse-scope:hello';
/** Event of that target: its `data` is a {@link PageToBridge}. The bridge prevents its default to say that it is there. */
export type SaidEventName = 'said';
/**
 * Event of that target, a `MediaEncryptedEvent`: its `initData` is the memory in which the page tap leaves bytes from now on, or
 * `null` when there is none any more. The bridge prevents its default when it reads that memory.
 */
export type MemoryEventName = 'memory';
/** Event of that target: its `data` is a {@link BridgeToPage} as JSON. */
export type CommandEventName = 'command';

/** Two readings of one moment. */
export interface ClockPair {
  /** `performance.now()`: ms since the document's time origin. It never goes back, and may stand still in a sleep. */
  monotonic: number;
  /** `Date.now()`: ms since the epoch. It jumps when the clock is set. */
  wall: number;
}

/**
 * Streams and exchanges are numbered by the page tap, per document, from 1. Times are ms since the document's time origin
 * as the page tap sends them; the bridge makes them ms since the epoch.
 */
export type PageFact =
  | BytesArrived
  | DataLost
  | EventsArrived
  | ExchangeEnded
  | ExchangeResponded
  | ExchangeStarted
  | ListenerAdded
  | PageMarked
  | StreamOpened
  | TextArrived;

/** Chunks of a body, one after the other. */
export interface BytesArrived {
  type: 'BytesArrived';
  stream: number;
  bytes: Uint8Array;
  /** Offset in `bytes` after each chunk. */
  ends: Uint32Array;
  /** Arrival of each chunk. */
  times: Float64Array;
}

/** {@link BytesArrived}, where the page tap has left the bytes in memory that the bridge reads too. */
export interface BytesLeft {
  type: 'BytesLeft';
  stream: number;
  /** Where each chunk stands in that memory. */
  places: Uint32Array;
  /** Sum of the lengths after each chunk. */
  ends: Uint32Array;
  times: Float64Array;
}

/** Something was seen and could not be kept. */
export interface DataLost {
  type: 'DataLost';
  /** 0: it concerns the whole document. */
  stream: number;
  at: number;
  /** Chunks or events. */
  count: number;
  reason: string;
}

/** Events that the browser dispatched, one after the other, columns instead of objects. */
export interface EventsArrived {
  type: 'EventsArrived';
  stream: number;
  /** Data of all events, and where each ends in it (UTF-16 units). */
  data: string;
  dataEnds: Uint32Array;
  /** Last event IDs of all events, and where each ends. */
  ids: string;
  idEnds: Uint32Array;
  types: string[];
  typeOf: Uint16Array;
  times: Float64Array;
}

export interface ExchangeEnded {
  type: 'ExchangeEnded';
  stream: number;
  at: number;
  cause: EndCause;
  /** No other exchange of this stream will follow. */
  final: boolean;
  /** The browser's words, or a {@link PageErrorCode} and its parameter; '' when there is nothing to say. */
  error: string;
}

export interface ExchangeResponded {
  type: 'ExchangeResponded';
  stream: number;
  at: number;
  /** 0 when the page cannot see it. */
  status: number;
  url: string;
  headers: [name: string, value: string][];
}

/** The stream's next exchange: an `EventSource` connects again. The first one comes with `StreamOpened`. */
export interface ExchangeStarted {
  type: 'ExchangeStarted';
  stream: number;
  at: number;
}

export interface ListenerAdded {
  type: 'ListenerAdded';
  stream: number;
  at: number;
  event: string;
}

export interface PageMarked {
  type: 'PageMarked';
  /** 0: it concerns the whole document. */
  stream: number;
  at: number;
  kind: MarkKind;
  detail: string;
}

export interface StreamOpened {
  type: 'StreamOpened';
  stream: number;
  at: number;
  transport: Transport;
  method: string;
  url: string;
  stack: string;
  /** It was open before recording began. */
  late: boolean;
}

/** Pieces of a body that the browser had decoded (XMLHttpRequest), one after the other. */
export interface TextArrived {
  type: 'TextArrived';
  stream: number;
  text: string;
  ends: Uint32Array;
  times: Float64Array;
}

export type PageToBridge =
  /** `clock`: when the batch was made. */
  | { type: 'FactsReported'; session: string; facts: (PageFact | BytesLeft)[]; clock: ClockPair }
  /** The first event stream of this document, or the document has come back from a cache: is this tab being recorded? */
  | { type: 'StreamSeen' };

export type BridgeToPage =
  | { type: 'Record'; session: string }
  /** The extension is gone: put everything back as it was. */
  | { type: 'Restore' }
  | { type: 'Sleep' };
