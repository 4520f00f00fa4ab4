import type { Session } from '../../shared/session/types.ts';
import type { RecordedPage } from './pages.ts';

/** What the background remembers of a tab while it is recorded, and until the tab is closed. Plain data. */
export interface TabState {
  tab: number;
  /** The session being recorded; '' when the tab is not recorded. */
  session: string;
  /** The session before, for a panel that looks at it. */
  lastSession: string;
  startedAt: number;
  /** Who asked for the recording. It ends when nobody does any more. */
  byDevtools: boolean;
  byButton: boolean;
  /** The user stopped it: DevTools that are still open do not start it again. */
  stopped: boolean;
  /** A window whose pages must leave nothing on the disk: it is not recorded. */
  private: boolean;
  /** Whether a session goes on over a navigation. */
  preserve: boolean;
  /** When the debugger was attached, ms since the epoch; 0 while it is not. */
  wireSince: number;
  /** Why the wire tap is not on, although it is wanted; '' otherwise. */
  wireProblem: string;
  url: string;
  title: string;
  /** The tab's main documents since recording began, the current one last. */
  pages: RecordedPage[];
}

export function newTabState(tab: number): TabState {
  return {
    tab,
    session: '',
    lastSession: '',
    startedAt: 0,
    byDevtools: false,
    byButton: false,
    stopped: false,
    private: false,
    preserve: false,
    wireSince: 0,
    wireProblem: '',
    url: '',
    title: '',
    pages: [],
  };
}

export function isRecording(state: TabState | undefined): state is TabState {
  return state !== undefined && state.session !== '';
}

/** The record of a session at its first fact. */
export function newSession({
  session,
  url,
  title,
  startedAt,
}: Pick<TabState, 'session' | 'url' | 'title' | 'startedAt'>): Session {
  return { id: session, url, title, startedAt, streams: 0, events: 0, bytes: 0, lost: 0 };
}
