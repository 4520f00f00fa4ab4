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
  url: string;
  title: string;
  /** The tab's main document, as far as its bridge has connected. */
  topDocument: string;
  /** A navigation was told by DevTools, and the new document has not connected yet. */
  navigationTold: boolean;
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
    url: '',
    title: '',
    topDocument: '',
    navigationTold: false,
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

/** Ids sort by time, and two sessions of one moment differ. */
export function newSessionId(now: number): string {
  return `${Math.floor(now).toString(36)}-${Math.floor(Math.random() * 2 ** 32).toString(36)}`;
}

/**
 * A new main document has connected or DevTools have told of a navigation: the two come in either order, and mean
 * one navigation. Changes the state, and returns whether this is the first that is heard of it.
 */
export function isNewNavigation(state: TabState, from: 'devtools' | { document: string }): boolean {
  if (from === 'devtools') {
    const known = state.navigationSeen;
    state.navigationSeen = false;
    state.navigationTold = !known;
    return !known;
  }
  if (state.topDocument === from.document) return false;
  const first = state.topDocument === '';
  state.topDocument = from.document;
  const told = state.navigationTold;
  state.navigationTold = false;
  if (told || first) return false;
  state.navigationSeen = state.byDevtools;
  return true;
}
