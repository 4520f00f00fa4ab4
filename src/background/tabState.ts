import type { Session } from '../shared/session/types.ts';

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
  /** Whether a session goes on over a navigation. */
  preserve: boolean;
  /** When the debugger was attached, ms since the epoch; 0 while it is not. */
  wireSince: number;
  /** Why the wire tap is not on, although it is wanted; '' otherwise. */
  wireProblem: string;
  url: string;
  title: string;
  /** The tab's main document, as far as its bridge has connected. */
  topDocument: string;
  /** When DevTools told of a navigation whose document has not connected yet; 0 for none. */
  navigationToldAt: number;
  /** The new document connected, and DevTools have not told of the navigation yet. */
  navigationSeen: boolean;
}

export function newTabState(tab: number): TabState {
  return {
    tab,
    session: '',
    lastSession: '',
    startedAt: 0,
    byDevtools: false,
    byButton: false,
    preserve: false,
    wireSince: 0,
    wireProblem: '',
    url: '',
    title: '',
    topDocument: '',
    navigationToldAt: 0,
    navigationSeen: false,
  };
}

export function isRecording(state: TabState | undefined): state is TabState {
  return state !== undefined && state.session !== '';
}

/** The record of a session at its first fact. */
export function newSession(state: TabState): Session {
  return {
    id: state.session,
    url: state.url,
    title: state.title,
    startedAt: state.startedAt,
    streams: 0,
    events: 0,
    bytes: 0,
    lost: 0,
  };
}

/**
 * DevTools tell of a navigation, or a new main document has connected: the two come in either order, and mean one
 * navigation. Changes the state, and returns whether this is the first that is heard of it.
 *
 * @param from - when DevTools told; or the document, and when it began (both in ms since the epoch)
 */
export function isNewNavigation(
  state: TabState,
  from: { toldAt: number } | { document: string; beganAt: number },
): boolean {
  if ('toldAt' in from) {
    const known = state.navigationSeen;
    state.navigationSeen = false;
    state.navigationToldAt = known ? 0 : from.toldAt;
    return !known;
  }
  if (state.topDocument === from.document) return false;
  const first = state.topDocument === '' && state.navigationToldAt === 0;
  // Told of before this document began, it was another navigation, whose document had no stream.
  const told = state.navigationToldAt >= from.beganAt;
  state.topDocument = from.document;
  state.navigationToldAt = 0;
  if (told || first) return false;
  state.navigationSeen = state.byDevtools;
  return true;
}
