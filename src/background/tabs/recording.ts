import type { BackgroundToBridge } from '../../shared/protocol/bridgeLink.ts';
import type { Wire } from '../../shared/protocol/wire.ts';
import { newSessionId } from '../../shared/session/newSessionId.ts';
import type { Session } from '../../shared/session/types.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';
import type { Keep } from '../keep/keep.ts';
import type { WallClock } from '../keep/wallClock.ts';
import { originOf } from './originOf.ts';
import {
  type Asking,
  addFrame,
  addNames,
  addPage,
  askingOf,
  type Committed,
  type Connected,
  pageAbove,
  pageOfCommit,
  pageOfDocument,
  pageOfName,
  pageOfRequest,
  type RecordedPage,
} from './pages.ts';
import { isRecording, newSession, newTabState, type TabState } from './tabState.ts';

type BridgeWire = Wire<BackgroundToBridge, unknown>;

/** A session that is not recorded any more, whose last facts may still be on their way. */
export interface EndedSession {
  session: string;
  url: string;
  title: string;
  startedAt: number;
  endedAt: number;
}

/** What is remembered until the browser closes. */
export interface SavedRecording {
  tabs: TabState[];
  ended: EndedSession[];
  /** By how much the wall clock was set back, ms. Missing in what earlier versions remembered. */
  behind?: number;
  /** When this was remembered, as it is recorded. Missing in what earlier versions remembered. */
  at?: number;
}

/** What recording needs of the world around it. */
export interface RecordingHost {
  /** Remembers it until the browser closes, and whether any tab records (for bridges to look up). */
  save(saved: SavedRecording): void;
  /** Tells every frame of a tab to connect. */
  connectFrames(tab: number): void;
  /** The state of a tab has changed. */
  changed(state: TabState): void;
  /** Puts the wire tap on a tab, where it is wanted. */
  attachWire(tab: number): Promise<{ since: number; problem: string }>;
  /** @param stops - the recording is over: what has come until now is read first */
  detachWire(tab: number, session: string, stops: boolean): Promise<void>;
  /** The page of a tab, and the browser's name of its main document ('' when it has none). */
  pageOf(tab: number): Promise<{ url: string; title: string; documentId: string; private: boolean }>;
  /** The main document above a document of a frame; undefined when the frame is gone, or the browser has no names. */
  mainDocumentOf(tab: number, documentId: string): Promise<{ documentId: string; url: string } | undefined>;
}

/** Ended sessions that are remembered: facts of pages that are gone arrive within moments. */
const MAX_ENDED = 100;

/** Which tabs are recorded, into which session, and since when. */
export class Recording {
  readonly #keep: Keep;
  readonly #host: RecordingHost;
  readonly #wallClock: WallClock;
  readonly #tabs = new Map<number, TabState>();
  readonly #bridges = new Map<number, Set<BridgeWire>>();
  /** Tabs whose recording begins as soon as the browser has said what they show. */
  readonly #beginning = new Map<number, Promise<unknown>>();
  readonly #ended: EndedSession[];

  constructor(keep: Keep, host: RecordingHost, wallClock: WallClock, saved: SavedRecording) {
    this.#keep = keep;
    this.#host = host;
    this.#wallClock = wallClock;
    for (const state of saved.tabs) this.#tabs.set(state.tab, state);
    this.#ended = [...saved.ended];
  }

  state(tab: number): TabState {
    return this.#tabs.get(tab) ?? newTabState(tab);
  }

  states(): TabState[] {
    return [...this.#tabs.values()];
  }

  /** After a restart of the background. */
  resume(): void {
    for (const state of this.#tabs.values()) this.#awaitEnds(state);
  }

  /** The record of a session for its first fact: of one that is recorded, or was until a moment ago. */
  newSession(id: string): Session | undefined {
    const state = this.states().find((one) => one.session === id);
    if (state) return newSession(state);
    const ended = this.#ended.find((one) => one.session === id);
    return ended && { ...newSession(ended), endedAt: ended.endedAt };
  }

  /** A session is deleted: what is still reported for it is dropped. */
  forgetSession(id: string): void {
    const at = this.#ended.findIndex((one) => one.session === id);
    if (at >= 0) this.#ended.splice(at, 1);
  }

  async start(tab: number, by: 'devtools' | 'button'): Promise<void> {
    const state = this.#tabs.get(tab) ?? newTabState(tab);
    this.#tabs.set(tab, state);
    if (by === 'devtools') state.byDevtools = true;
    else state.byButton = true;
    state.stopped = false;
    if (state.session !== '') {
      this.#changed(state);
      return;
    }
    // Nothing is recorded before it is known whether the window is private.
    const askedAt = this.#wallClock.now();
    const asked = this.#host.pageOf(tab);
    this.#beginning.set(tab, asked);
    const { url, title, documentId, private: isPrivate } = await asked;
    if (this.#beginning.get(tab) === asked) this.#beginning.delete(tab);
    // It was started, stopped or closed in the meantime.
    const isAsked = (state.byDevtools || state.byButton) && !state.stopped;
    if (this.#tabs.get(tab) !== state || state.session !== '' || !isAsked) return;
    if (isPrivate) {
      Object.assign(state, { private: true, byButton: false });
      this.#changed(state);
      return;
    }
    const session = this.#begin(state);
    // What began later may have come after the page of which the browser told.
    const page = { ...this.#foundPage(session, documentId, url), committedAt: askedAt };
    Object.assign(state, { private: false, url, title, pages: [page] });
    this.#changed(state);
    await this.#attachWire(state);
    if (state.session !== session) return;
    // Some documents are connected since an earlier recording; the others are told to connect.
    for (const bridge of this.#bridges.get(tab) ?? []) this.#record(bridge, session);
    this.#host.connectFrames(tab);
  }

  /** Resolves when it is known whether a tab is recorded whose recording has been asked for. */
  async begun(tab: number): Promise<void> {
    await this.#beginning.get(tab);
  }

  async stop(tab: number, by: 'devtools' | 'button' | 'panel' | 'closed'): Promise<void> {
    const state = this.#tabs.get(tab);
    if (!state) return;
    if (by === 'devtools') state.byDevtools = false;
    else if (by === 'button') state.byButton = false;
    else if (by === 'closed') this.#tabs.delete(tab);
    if (by !== 'panel' && by !== 'closed' && (state.byDevtools || state.byButton)) {
      this.#changed(state);
      return;
    }
    // The panel's own stop button stops for everybody who asked.
    if (by === 'panel') Object.assign(state, { byButton: false, stopped: true });
    if (!isRecording(state)) {
      this.#changed(state);
      return;
    }
    for (const bridge of this.#bridges.get(tab) ?? []) bridge.post({ type: 'Sleep' });
    const { session } = state;
    this.#end(state);
    Object.assign(state, { session: '', wireSince: 0, wireProblem: '', pages: [] });
    this.#changed(state);
    await this.#host.detachWire(tab, session, true);
    await this.#keep.endSession(session, this.#wallClock.now());
  }

  /**
   * The session into which a request goes; undefined when it is not recorded.
   *
   * @param tab - negative for a worker's request of which the browser does not tell the tab
   */
  sessionOfRequest(tab: number, request: Asking): string | undefined {
    const state = tab < 0 ? this.#recordedFrom(request) : this.#tabs.get(tab);
    if (!isRecording(state)) return undefined;
    return pageOfRequest(state.pages, request)?.session ?? state.session;
  }

  /** The tab that is recorded and whose page of that time has the same origin: workers do not say whose they are. */
  #recordedFrom(request: Asking): TabState | undefined {
    const origin = originOf(request.documentUrl);
    return this.states()
      .filter((state) => isRecording(state) && originOf(this.#urlOf(state, request)) === origin)
      .sort((a, b) => b.startedAt - a.startedAt)[0];
  }

  #urlOf(state: TabState, request: Asking): string {
    return (pageOfRequest(state.pages, request) ?? state).url;
  }

  /** Switches the wire tap of all tabs that are recorded. */
  async setWire(on: boolean): Promise<void> {
    for (const state of this.states()) {
      if (!isRecording(state)) continue;
      if (on) {
        await this.#attachWire(state);
        continue;
      }
      Object.assign(state, { wireSince: 0, wireProblem: '' });
      await this.#host.detachWire(state.tab, state.session, false);
      this.#changed(state);
    }
  }

  /** The browser has taken the wire tap off a tab. */
  wireDetached(tab: number, reason: string): void {
    const state = this.#tabs.get(tab);
    if (!state) return;
    state.wireSince = 0;
    // The user has closed the browser's bar: that is respected until they ask again.
    state.wireProblem = reason === 'canceled_by_user' ? 'It was switched off in the browser’s own bar.' : '';
    this.#changed(state);
  }

  async #attachWire(state: TabState): Promise<void> {
    const { since, problem } = await this.#host.attachWire(state.tab);
    state.wireSince = since;
    state.wireProblem = problem;
    if (since > 0 || problem) this.#changed(state);
  }

  setPreserve(tab: number, preserve: boolean): void {
    const state = this.#tabs.get(tab);
    if (!state) return;
    state.preserve = preserve;
    this.#changed(state);
  }

  /** Puts what was recorded so far away, and goes on with a new session. Returns the old one. */
  async clear(tab: number): Promise<string | undefined> {
    const state = this.#tabs.get(tab);
    if (!isRecording(state)) return undefined;
    const { session } = state;
    this.#end(state);
    this.#begin(state);
    for (const page of state.pages) if (page.session === session) page.session = state.session;
    this.#changed(state);
    for (const bridge of this.#bridges.get(tab) ?? []) this.#record(bridge, state.session);
    await this.#keep.endSession(session, this.#wallClock.now());
    return session;
  }

  /** The browser has put another document into the main frame of a tab. */
  async navigated(tab: number, commit: Committed): Promise<void> {
    const state = this.#tabs.get(tab);
    if (!isRecording(state)) return;
    const known = pageOfCommit(state.pages, commit);
    if (known) {
      const last = state.pages.at(-1)!;
      if (known === last) state.url = commit.url;
      Object.assign(known, { early: false, documentId: commit.documentId || known.documentId });
      // Navigations are reported in their order: what was taken for later was gone before it.
      if (known !== last && !last.early && known.foundAt !== undefined)
        await this.#putLast(state, known, commit.at);
      else this.#changed(state);
      return;
    }
    await this.#goOn(state, { ...this.#newPage('', commit.documentId, commit.url), committedAt: commit.at });
  }

  /** After a restart of the background: the last navigation may have been reported to the life before, which did not hear it. */
  async lookAgain(tab: number): Promise<void> {
    const last = this.#tabs.get(tab)?.pages.at(-1);
    const { url, documentId } = await this.#host.pageOf(tab);
    const state = this.#tabs.get(tab);
    if (!isRecording(state) || documentId === '' || last?.documentId === '') return;
    // A later navigation has been reported meanwhile: this may be the one before.
    if (state.pages.at(-1) !== last) await this.lookAgain(tab);
    else if (!pageAbove(state.pages, documentId)) {
      // The page is there at once; what is written of the one before comes later.
      void this.#goOn(state, this.#foundPage('', documentId, url));
    }
  }

  /** The debugger names documents and workers of a main document so. */
  async documentsNamed(tab: number, documentId: string, names: string[]): Promise<void> {
    if (!isRecording(this.#tabs.get(tab))) return;
    if (!pageAbove(this.#tabs.get(tab)!.pages, documentId)) await this.lookAgain(tab);
    const state = this.#tabs.get(tab);
    const page = isRecording(state) ? pageAbove(state.pages, documentId) : undefined;
    if (!state || !page || !addNames(state.pages, page, names)) return;
    this.#save();
    this.#assignRequests(tab);
  }

  isNamed(tab: number, name: string): boolean {
    return pageOfName(this.state(tab).pages, name) !== undefined;
  }

  /** The browser has put a document into a frame. */
  frameCommitted(tab: number, frame: { documentId: string; parentDocumentId: string }): void {
    const state = this.#tabs.get(tab);
    if (!isRecording(state)) return;
    const page = pageAbove(state.pages, frame.parentDocumentId);
    if (page && addFrame(page, frame.documentId)) this.#save();
  }

  /**
   * A document has connected: tells it whether it is recorded, and into which session.
   *
   * @returns that session; undefined when it is not recorded
   */
  async documentConnected(
    tab: number,
    bridge: BridgeWire,
    document: Connected & { title: string },
  ): Promise<string | undefined> {
    let isClosed = false;
    bridge.closed(() => {
      isClosed = true;
      this.#bridges.get(tab)?.delete(bridge);
    });
    const wasRecording = isRecording(this.#tabs.get(tab));
    const main = document.top
      ? document
      : await this.#host.mainDocumentOf(tab, document.documentId).catch(() => undefined);
    await this.begun(tab);
    // Not before: a recording that begins tells all that are here, and of this one it is not known whose it is.
    if (!isClosed) this.#bridges.set(tab, (this.#bridges.get(tab) ?? new Set()).add(bridge));
    const state = this.#tabs.get(tab);
    // A frame that the browser does not know any more may be one of a page that had gone before recording began.
    const isOfEarlier = !document.top && document.documentId !== '' && !main && !wasRecording;
    if (!isRecording(state) || isOfEarlier) {
      bridge.post({ type: 'Sleep' });
      return undefined;
    }
    let page = main
      ? pageOfDocument(state.pages, { ...document, ...main, top: true })
      : pageOfDocument(state.pages, document);
    if (!page) {
      const { documentId, url } = main ?? document;
      page = { ...this.#newPage('', documentId, url), early: true, committedAt: document.beganAt };
      void this.#goOn(state, page);
    }
    if (document.top) {
      page.connected = true;
      page.documentId ||= document.documentId;
      if (page === state.pages.at(-1)) {
        // It was there before it was seen.
        const before = state.pages.at(-2)?.committedAt ?? Number.NEGATIVE_INFINITY;
        if (document.beganAt > before) page.committedAt = Math.min(page.committedAt, document.beganAt);
        state.url = document.url;
        if (document.title) state.title = document.title;
        // A page that crashed has lost it, through no will of the user's.
        if (state.wireSince === 0 && state.wireProblem === '') void this.#attachWire(state);
      }
      this.#changed(state);
      this.#assignRequests(tab);
    } else if (addFrame(page, document.documentId)) {
      this.#save();
      this.#assignRequests(tab);
    }
    this.#record(bridge, page.session);
    return page.session;
  }

  /** Another page is in the tab: it is a session of its own, unless the user keeps one over navigations. */
  async #goOn(state: TabState, page: RecordedPage): Promise<void> {
    const at = this.#wallClock.now();
    const { session } = state;
    addPage(state.pages, page);
    if (state.pages.at(-1) !== page) {
      this.#addPassed(state, page);
      return;
    }
    if (!state.preserve) {
      this.#end(state);
      this.#begin(state);
    }
    Object.assign(state, { url: page.url, title: '' });
    page.session = state.session;
    this.#changed(state);
    this.#assignRequests(state.tab);
    this.#awaitEnds(state);
    if (state.preserve) await this.#keep.mark({ session, at, kind: 'navigation', detail: page.url });
    else await this.#keep.endSession(session, at);
  }

  /** A page that is recorded already is the one on show, although another one was taken for that. */
  async #putLast(state: TabState, page: RecordedPage, committedAt: number): Promise<void> {
    const at = this.#wallClock.now();
    const { session } = state;
    state.pages = [...state.pages.filter((one) => one !== page), page];
    Object.assign(page, { committedAt });
    if (session !== page.session) {
      this.#end(state);
      Object.assign(state, { session: page.session, startedAt: committedAt });
    }
    Object.assign(state, { url: page.url, title: '' });
    this.#changed(state);
    this.#assignRequests(state.tab);
    this.#awaitEnds(state);
    if (session !== page.session) await this.#keep.endSession(session, at);
  }

  /** A page is reported when another one has taken its place: what is known of its requests goes into its own session. */
  #addPassed(state: TabState, page: RecordedPage): void {
    const { url, committedAt: startedAt } = page;
    page.session = state.preserve ? state.session : newSessionId(startedAt);
    if (!state.preserve)
      this.#remember({ session: page.session, url, title: '', startedAt, endedAt: startedAt });
    this.#changed(state);
    this.#assignRequests(state.tab);
    this.#awaitEnds(state);
  }

  /** More is known of the pages of a tab: each request whose stream is not known goes into the session of its page. */
  #assignRequests(tab: number): void {
    void this.#keep
      .assignRequests(tab, (request) => this.sessionOfRequest(request.tab, request))
      .catch(() => {});
  }

  /** Whether a request is of a page that its tab does not show any more: by the debugger's name of it, or by its session. */
  isGone({ tab, session, debuggerName = '' }: HttpRequest): boolean {
    const pages = this.#tabs.get(tab)?.pages ?? [];
    const last = pages.at(-1);
    const named = pageOfName(pages, debuggerName);
    if (named) return named !== last;
    return session !== last?.session && pages.some((page) => page.session === session);
  }

  /** Requests of the pages that the tab does not show any more are over, whether the browser says so or not. */
  #awaitEnds(state: TabState): void {
    if (!isRecording(state)) return;
    void this.#keep
      .documentsGone((request) => {
        const { tab } = request;
        const page = pageOfRequest(state.pages, askingOf(request));
        return tab === state.tab && page !== undefined && page !== state.pages.at(-1);
      })
      .catch(() => {});
  }

  #newPage(session: string, documentId: string, url: string): RecordedPage {
    const committedAt = this.#wallClock.now();
    return { session, documentId, url, committedAt, early: false, connected: false };
  }

  /** The browser has answered that it shows this page. Without a name its navigation cannot be known again. */
  #foundPage(session: string, documentId: string, url: string): RecordedPage {
    const page = this.#newPage(session, documentId, url);
    return documentId ? { ...page, early: true, foundAt: page.committedAt } : page;
  }

  #record(bridge: BridgeWire, session: string): void {
    bridge.post({ type: 'Record', session, behind: this.#wallClock.behind() });
  }

  #begin(state: TabState): string {
    state.startedAt = this.#wallClock.now();
    state.session = newSessionId(state.startedAt);
    return state.session;
  }

  #end(state: TabState): void {
    const { session, url, title, startedAt } = state;
    state.lastSession = session;
    this.#remember({ session, url, title, startedAt, endedAt: this.#wallClock.now() });
  }

  #remember(ended: EndedSession): void {
    this.#ended.push(ended);
    if (this.#ended.length > MAX_ENDED) this.#ended.shift();
  }

  #save(): void {
    const at = this.#wallClock.now();
    this.#host.save({ tabs: this.states(), ended: this.#ended, behind: this.#wallClock.behind(), at });
  }

  #changed(state: TabState): void {
    this.#save();
    this.#host.changed(state);
  }
}
