import type { BackgroundToBridge } from '../shared/protocol/messages.ts';
import type { Wire } from '../shared/protocol/wire.ts';
import { newSessionId } from '../shared/session/newSessionId.ts';
import type { Session } from '../shared/session/types.ts';
import type { Keep } from './keep.ts';
import { isNewNavigation, isRecording, newSession, newTabState, type TabState } from './tabState.ts';

type BridgeWire = Wire<BackgroundToBridge, unknown>;

/** What recording needs of the world around it. */
export interface RecordingHost {
  /** Remembers the states until the browser closes, and whether any tab records (for bridges to look up). */
  save(states: TabState[]): void;
  /** Tells every frame of a tab to connect. */
  connectFrames(tab: number): void;
  /** The state of a tab is another. */
  changed(state: TabState): void;
  /** Puts the wire tap on a tab, where it is wanted. */
  attachWire(tab: number): Promise<{ since: number; problem: string }>;
  detachWire(tab: number, session: string): Promise<void>;
  pageOf(tab: number): Promise<{ url: string; title: string }>;
}

/** Which tabs are recorded, into which session, and since when. */
export class Recording {
  readonly #keep: Keep;
  readonly #host: RecordingHost;
  readonly #tabs = new Map<number, TabState>();
  readonly #bridges = new Map<number, Set<BridgeWire>>();

  constructor(keep: Keep, host: RecordingHost, saved: TabState[]) {
    this.#keep = keep;
    this.#host = host;
    for (const state of saved) this.#tabs.set(state.tab, state);
  }

  state(tab: number): TabState {
    return this.#tabs.get(tab) ?? newTabState(tab);
  }

  states(): TabState[] {
    return [...this.#tabs.values()];
  }

  /** The record of a session that is being recorded, for its first fact. */
  newSession(id: string): Session | undefined {
    const state = this.states().find((one) => one.session === id);
    return state && newSession(state);
  }

  async start(tab: number, by: 'devtools' | 'button'): Promise<void> {
    const state = this.#tabs.get(tab) ?? newTabState(tab);
    this.#tabs.set(tab, state);
    if (by === 'devtools') state.byDevtools = true;
    else state.byButton = true;
    if (isRecording(state)) {
      this.#changed(state);
      return;
    }
    Object.assign(state, { topDocument: '', navigationToldAt: 0, navigationSeen: false });
    const session = this.#begin(state);
    const page = await this.#host.pageOf(tab);
    Object.assign(state, page);
    this.#changed(state);
    await this.#attachWire(state);
    // Some documents are connected since an earlier recording; the others are told to connect.
    for (const bridge of this.#bridges.get(tab) ?? []) bridge.post({ type: 'Record', session, behind: 0 });
    this.#host.connectFrames(tab);
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
    if (by === 'panel') state.byButton = false;
    if (isRecording(state)) {
      for (const bridge of this.#bridges.get(tab) ?? []) bridge.post({ type: 'Sleep' });
      const ended = state.session;
      state.lastSession = ended;
      state.session = '';
      Object.assign(state, { wireSince: 0, wireProblem: '' });
      this.#changed(state);
      await this.#host.detachWire(tab, ended);
      await this.#keep.endSession(ended, Date.now());
    } else this.#changed(state);
  }

  /** The tab that is recorded and whose page has this address's origin: workers do not say whose they are. */
  recordedFrom(url: string): TabState | undefined {
    const origin = originOf(url);
    return this.states()
      .filter((state) => isRecording(state) && originOf(state.url) === origin)
      .sort((a, b) => b.startedAt - a.startedAt)[0];
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
      await this.#host.detachWire(state.tab, state.session);
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
    const ended = state.session;
    this.#begin(state);
    this.#changed(state);
    for (const bridge of this.#bridges.get(tab) ?? [])
      bridge.post({ type: 'Record', session: state.session, behind: 0 });
    await this.#keep.endSession(ended, Date.now());
    return ended;
  }

  /** DevTools tell of a navigation of the main document. */
  async navigated(tab: number, url: string): Promise<void> {
    const state = this.#tabs.get(tab);
    if (!isRecording(state)) return;
    const isNew = isNewNavigation(state, { toldAt: Date.now() });
    state.url = url;
    await this.#onNavigation(state, isNew);
  }

  /** A document has connected: tells it whether it is recorded, and into which session. */
  async documentConnected(
    tab: number,
    bridge: BridgeWire,
    document: { id: string; url: string; title: string; top: boolean; beganAt: number },
  ): Promise<void> {
    const state = this.#tabs.get(tab);
    let bridges = this.#bridges.get(tab);
    if (!bridges) {
      bridges = new Set();
      this.#bridges.set(tab, bridges);
    }
    bridges.add(bridge);
    bridge.closed(() => bridges.delete(bridge));
    if (!isRecording(state)) {
      bridge.post({ type: 'Sleep' });
      return;
    }
    if (document.top) {
      const isNew = isNewNavigation(state, { document: document.id, beganAt: document.beganAt });
      state.url = document.url;
      if (document.title) state.title = document.title;
      await this.#onNavigation(state, isNew);
      await this.#keep.claimRequests(tab, state.session, document.beganAt);
      // A page that crashed has lost it, through no will of the user's.
      if (state.wireSince === 0 && state.wireProblem === '') void this.#attachWire(state);
    }
    bridge.post({ type: 'Record', session: state.session, behind: 0 });
  }

  async #onNavigation(state: TabState, isNew: boolean): Promise<void> {
    if (!isNew) {
      this.#changed(state);
      return;
    }
    if (state.preserve) {
      const at = Date.now();
      this.#changed(state);
      await this.#keep.mark({ session: state.session, at, kind: 'navigation', detail: state.url });
      return;
    }
    const ended = state.session;
    this.#begin(state);
    this.#changed(state);
    await this.#keep.endSession(ended, Date.now());
  }

  #begin(state: TabState): string {
    if (state.session) state.lastSession = state.session;
    state.startedAt = Date.now();
    state.session = newSessionId(state.startedAt);
    return state.session;
  }

  #changed(state: TabState): void {
    this.#host.save(this.states());
    this.#host.changed(state);
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
