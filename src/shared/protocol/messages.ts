/**
 * Every message of the extension. One union for each link and direction; facts in the past tense go towards the
 * panel, commands in the imperative towards the page. Members in alphabetical order. Types only.
 *
 *   page tap ⇄ bridge      events of a target that is handed over before any page script runs, so each message arrives before
 *                          the call that sends it returns; what the page side says is untrusted and decoded by the bridge
 *   bridge ⇄ background    a runtime port, opened when the document shows its first event stream
 *   devtools ⇄ background  a runtime port that is open as long as DevTools are
 *   panel ⇄ background     a runtime port; the panel reads what was recorded from IndexedDB itself
 */
import type { Segment } from '../session/segment.ts';
import type { EndCause, Exchange, Mark, MarkKind, Session, Stream, Transport } from '../session/types.ts';

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

/**
 * Global function of the bridge's world. The background calls it in all frames of a tab when its recording begins,
 * by injecting the call: a bridge that listened to messages would cost every document the making of the API.
 */
export type ConnectFunctionName = 'sseScopeConnect';

// ── page tap → bridge ────────────────────────────────────────────────────────────────────────────────────────

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

// ── bridge ⇄ background ──────────────────────────────────────────────────────────────────────────────────────

/** Facts of one document, numbered, sent again until they are written. Their times are ms since the epoch. */
export interface Batch {
  type: 'BatchSent';
  /** '' from a document that goes away before it has heard into which session it is recorded. */
  session: string;
  /** From 1, without gaps, through the life of the document. */
  sequence: number;
  facts: PageFact[];
}

export type BridgeToBackground =
  | Batch
  /** First message of a port. `top`: the tab's main document. `beganAt`: when it began, ms since the epoch. */
  | {
      type: 'DocumentConnected';
      document: string;
      url: string;
      title: string;
      top: boolean;
      beganAt: number;
    };

export type BackgroundToBridge =
  /** Everything up to this batch is in the store. */
  | { type: 'Forget'; sequence: number }
  /** `behind`: by how much the wall clock was set back since the tab's recording began, ms; 0 when it was not. */
  | { type: 'Record'; session: string; behind: number }
  | { type: 'Sleep' };

/** Sent to all frames of a tab when its recording begins, for those of an opaque origin. */
export type BackgroundToFrames = { type: 'Connect' };

// ── DevTools ⇄ background ────────────────────────────────────────────────────────────────────────────────────

/** From the DevTools page, which lives as long as DevTools are open on a tab. */
export type DevtoolsToBackground =
  /** `again`: the port was lost, and DevTools have been open all the time. */
  | { type: 'DevtoolsOpened'; tab: number; again: boolean }
  /** Keeps the background awake while a tab records. */
  | { type: 'StillOpen' };

export type PanelToBackground =
  /** What has been written of an import goes. */
  | { type: 'CancelImport'; session: string }
  | { type: 'ClearSession' }
  /** A session that is not being recorded. */
  | { type: 'DeleteSession'; session: string }
  /** What the user says of a session; what is missing stays as it is. */
  | { type: 'DescribeSession'; session: string; name?: string; note?: string; pinned?: boolean }
  /**
   * Requests of the tab that go to another address from now on, instead of those before. `reload`: then the tab is recorded,
   * and the page loaded again.
   */
  | { type: 'RedirectStreams'; streams: RedirectedStream[]; reload: boolean }
  /** Bytes of recorded streams that are kept. */
  | { type: 'SetBudget'; bytes: number }
  | { type: 'SetPreserve'; preserve: boolean }
  /** What happens when the sessions that are recorded or pinned fill the budget by themselves. */
  | { type: 'SetWhenFull'; whenFull: 'stop' | 'dropOldest' }
  /** Whether a tab is recorded from the moment that DevTools open on it. */
  | { type: 'SetRecordOnOpen'; on: boolean }
  /** The wire tap of Chromium, for every tab that is recorded from now on. */
  | { type: 'SetWireTap'; on: boolean }
  | { type: 'StartRecording' }
  | { type: 'StopRecording' }
  | { type: 'WatchTab'; tab: number }
  /** A part of a session from a file; the first one brings the session, which is there when the last one is. */
  | {
      type: 'WriteImport';
      session: string;
      last: boolean;
      sessions: Session[];
      streams: Stream[];
      exchanges: Exchange[];
      segments: Segment[];
      marks: Mark[];
    };

/** Requests of a page that are sent elsewhere. */
export interface RedirectedStream {
  url: string;
  method: string;
  transport: Transport;
  to: string;
}

/** What is recorded by itself, how much is kept, and what went the last time that room had to be made. */
export interface Keeping {
  /** A tab is recorded from the moment that DevTools open on it. */
  recordOnOpen: boolean;
  /** Bytes. */
  budget: number;
  /** Recording stops at the budget, or the oldest streams of the running session go. */
  whenFull: 'stop' | 'dropOldest';
  /** `at`: ms since the epoch. */
  removed: { sessions: number; bytes: number; at: number } | undefined;
}

/** How it stands with the tab that a panel watches. */
export interface TabStatus {
  tab: number;
  url: string;
  /** The session being recorded, or the last one of this tab; '' when there was none. */
  session: string;
  recording: boolean;
  preserve: boolean;
  /** The browser lets the extension see this page (Firefox: the user may have said no). */
  permitted: boolean;
  /** A private window: nothing of it is written to the disk, so nothing is recorded. */
  private: boolean;
  /** Pages that no extension may see: the browser's own, the add-on shop. */
  restricted: boolean;
  /** Whether the bytes on the wire are seen: always (Firefox), or by a switch. */
  wire: { always: boolean; wanted: boolean; on: boolean; problem: string };
  keeping: Keeping;
  /** Where requests of this tab go instead; and why that cannot be done. */
  redirected: RedirectedStream[];
  redirectProblem: string;
  /** Why nothing more can be written; '' when all is well, and again when recording goes on. */
  storageProblem: string;
}

export type BackgroundToPanel =
  /** A part of an import is in the store; or why it is not, and the import is over. */
  | { type: 'ImportWritten'; session: string; problem: string }
  /** Sessions are gone, or have another name. */
  | { type: 'SessionsChanged' }
  /**
   * The records of these streams and exchanges, by their ids, are new in the store or have changed; and there may be more
   * marks. Whoever has read everything else need not read it again.
   */
  | { type: 'StreamsChanged'; session: string; streams: string[]; exchanges: string[] }
  | { type: 'TabChanged'; status: TabStatus };
