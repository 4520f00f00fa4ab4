import type { Browser } from 'webextension-polyfill';
import type {
  BackgroundToPanel,
  Keeping,
  PanelToBackground,
  TabStatus,
} from '../../shared/protocol/panelLink.ts';
import type { Wire } from '../../shared/protocol/wire.ts';
import type { Redirects } from '../replay/redirects.ts';
import { isRecording, type TabState } from '../tabs/tabState.ts';

type PanelWire = Wire<BackgroundToPanel, PanelToBackground>;

/** The open panels, and what they are told. A panel reads the store itself: it only hears that there is more. */
export interface Panels {
  add(wire: PanelWire, state: TabState): void;
  streamsChanged(session: string, streams: string[], exchanges: string[]): void;
  sessionsChanged(): void;
  /** What is the same for all tabs has changed. */
  allChanged(): void;
  tabChanged(state: TabState): void;
  /** Why nothing can be written, as a sentence; '' when all is well. */
  storageChanged(problem: string): void;
}

export function createPanels(
  browser: Browser,
  wire: { always: boolean; wanted(): boolean },
  keeping: () => Keeping,
  redirects: Pick<Redirects, 'of'>,
): Panels {
  const panels = new Map<PanelWire, TabState>();
  let storageProblem = '';

  async function status(state: TabState): Promise<TabStatus> {
    const everywhere = await browser.permissions.contains({ origins: ['<all_urls>'] });
    // The address of a tab is told only where the extension may look: not on the browser's own pages, nor where
    // the user has withheld the site.
    const { url, incognito } = await browser.tabs
      .get(state.tab)
      .catch(() => ({ url: undefined, incognito: state.private }));
    const visible = url !== undefined && /^(https?|file|data|blob):/.test(url);
    return {
      tab: state.tab,
      url: url ?? '',
      session: state.session || state.lastSession,
      recording: isRecording(state),
      preserve: state.preserve,
      private: incognito,
      permitted: everywhere || visible,
      restricted: everywhere && !visible,
      wire: {
        always: wire.always,
        wanted: wire.wanted(),
        on: wire.always || state.wireSince > 0,
        problem: state.wireProblem,
      },
      keeping: keeping(),
      redirected: redirects.of(state.tab).streams,
      redirectProblem: redirects.of(state.tab).problem,
      storageProblem,
    };
  }

  async function tell(wire: PanelWire, state: TabState): Promise<void> {
    wire.post({ type: 'TabChanged', status: await status(state) });
  }

  function tellAll(): void {
    for (const [wire, state] of panels) void tell(wire, state);
  }

  return {
    add(wire, state) {
      panels.set(wire, state);
      wire.closed(() => panels.delete(wire));
      void tell(wire, state);
    },
    streamsChanged(session, streams, exchanges) {
      for (const [wire, state] of panels) {
        if (state.session !== session && state.lastSession !== session) continue;
        wire.post({ type: 'StreamsChanged', session, streams, exchanges });
      }
    },
    allChanged: tellAll,
    sessionsChanged() {
      for (const wire of panels.keys()) wire.post({ type: 'SessionsChanged' });
    },
    tabChanged(state) {
      for (const [wire, watched] of panels) {
        if (watched.tab !== state.tab) continue;
        panels.set(wire, state);
        void tell(wire, state);
      }
    },
    storageChanged(problem) {
      if (storageProblem === problem) return;
      storageProblem = problem;
      tellAll();
    },
  };
}
