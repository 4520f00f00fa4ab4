/**
 * Panel ⇄ background: a runtime port. The panel reads what was recorded from IndexedDB itself. Facts in the past tense
 * go towards the panel, commands in the imperative towards the page. Members in alphabetical order. Types only.
 */

import type { Segment } from '../segment/segment.ts';
import type { Exchange, Mark, Session, Stream, Transport } from '../session/types.ts';

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
