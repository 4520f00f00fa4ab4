import type { Browser, Runtime } from 'webextension-polyfill';
import type { BackgroundToBridge, BridgeToBackground } from '../shared/protocol/bridgeLink.ts';
import { type Clock, systemClock } from '../shared/protocol/clock.ts';
import type { DevtoolsToBackground } from '../shared/protocol/devtoolsLink.ts';
import type { BackgroundToPanel, PanelToBackground } from '../shared/protocol/panelLink.ts';
import { type PortLike, portWire, type Wire } from '../shared/protocol/wire.ts';
import { Keep } from './keep/keep.ts';
import type { Origin } from './keep/records.ts';
import { storageProblemText } from './keep/storageProblem.ts';
import { createWallClock } from './keep/wallClock.ts';
import { obeyPanel, type PanelTools } from './links/panelCommands.ts';
import { createPanels } from './links/panels.ts';
import { createRedirects } from './replay/redirects.ts';
import { createChromeWire } from './sources/debugger/chromeWire.ts';
import { attachProblem, type DebuggerApi } from './sources/debugger/debuggerApi.ts';
import type { WireAsking } from './sources/debugger/wireHost.ts';
import { createFirefoxWire } from './sources/filter/firefoxWire.ts';
import { createHttpLayer, type RequestDetails } from './sources/http/httpLayer.ts';
import { createBudget } from './storage/budget.ts';
import { createConnection, type StoreConnection } from './storage/database.ts';
import { createImports } from './storage/imports.ts';
import { endOrphans } from './storage/retention.ts';
import { createSettings } from './storage/settings.ts';
import { createBadge } from './tabs/badge.ts';
import { connectFrames } from './tabs/connectFrames.ts';
import { findMainDocument } from './tabs/mainDocument.ts';
import { createNavigations } from './tabs/navigations.ts';
import type { Asking } from './tabs/pages.ts';
import { Recording, type SavedRecording } from './tabs/recording.ts';
import { isRecording } from './tabs/tabState.ts';
import { createWakeUps } from './tabs/wakeUps.ts';

/** How long DevTools have to come back after the background was stopped, ms. */
const DEVTOOLS_COME_BACK = 10_000;
const BUDGET_FULL =
  'The space for recordings is used up: delete sessions, or raise the limit under “Sessions”.';

/** What the background takes from its surroundings, beside the API that both browsers have. */
export interface Environment {
  clock: Clock;
  connection: StoreConnection;
  /** Chromium's own API; in Firefox a part of it. */
  chrome: { debugger?: DebuggerApi; declarativeNetRequest?: typeof chrome.declarativeNetRequest };
}

function systemEnvironment(): Environment {
  const { chrome = {} } = globalThis as unknown as { chrome?: Environment['chrome'] };
  return { clock: systemClock, connection: createConnection(), chrome };
}

/** Keeps: takes what the bridges carry into the store, and tells the panels that there is more. */
export function startBackground(browser: Browser, environment: Environment = systemEnvironment()): void {
  const { clock, connection, chrome: chromeApi } = environment;
  const wallClock = createWallClock(clock);
  const { db, store } = connection;
  const settings = createSettings(browser.storage.local);
  const bridges = new Map<string, Wire<BackgroundToBridge, BridgeToBackground>>();
  const devtools = new Map<number, Wire<never, DevtoolsToBackground>>();
  const badge = createBadge(browser, db);
  // Firefox alone has it, and Chromium alone has a debugger for extensions.
  const filters = 'filterResponseData' in browser.webRequest;
  const firefoxWire = filters ? createFirefoxWire(browser, wallClock) : undefined;
  const redirects = createRedirects(chromeApi.declarativeNetRequest);
  const panels = createPanels(
    browser,
    { always: filters, wanted: settings.wireWanted },
    settings.keeping,
    redirects,
  );
  let storageProblem = '';
  let budgetFull = false;
  let recording: Recording | undefined;
  let returned = false;
  /** What turns the seconds of Chromium's debugger into ms since the epoch. */
  let protocolOffset: number | undefined;

  function problemsChanged(): void {
    panels.storageChanged(storageProblem || (budgetFull ? BUDGET_FULL : ''));
  }

  const keep = new Keep(
    store,
    (id) => recording?.newSession(id),
    !filters,
    {
      written(document, sequence) {
        bridges.get(document)?.post({ type: 'Forget', sequence });
      },
      changed(session, streams, exchanges) {
        panels.streamsChanged(session.id, streams, exchanges);
        budget.changed();
        const tab = recording?.states().find((state) => state.session === session.id)?.tab;
        if (tab !== undefined) badge.update(tab, session.id, streams);
      },
      isGone: (request) => recording?.isGone(request) === true,
      storageChanged(problem) {
        storageProblem = problem ? storageProblemText(problem) : '';
        problemsChanged();
      },
    },
    clock,
    wallClock,
  );

  const budget = createBudget(
    db,
    () => keep,
    {
      budget: () => settings.keeping().budget,
      whenFull: () => settings.keeping().whenFull,
      recorded: () => (recording?.states() ?? []).filter(isRecording).map(({ session }) => session),
      removed({ sessions, bytes }) {
        void settings.setKeeping({ removed: { sessions, bytes, at: wallClock.now() } });
        panels.allChanged();
        panels.sessionsChanged();
      },
      full(is) {
        budgetFull = is;
        problemsChanged();
        if (!is) return;
        for (const state of recording?.states() ?? []) {
          if (isRecording(state)) void recording?.stop(state.tab, 'panel');
        }
      },
    },
    clock,
  );

  const http = createHttpLayer(
    browser,
    {
      async sessionOf(request) {
        await (await ready).begun(request.tab);
        return isOnWire(request) ? undefined : sessionOfRequest(request);
      },
      isElsewhere: isOnWire,
      sessionNow: sessionOfRequest,
      submit: (session, request, fact) => keep.submitHttp(session, request, fact, !filters),
      returned: () => returned,
      isKnown: (request) => keep.knowsRequest(request),
      isEventSource: (url) => redirects.isEventSource(url),
    },
    wallClock,
    firefoxWire,
  );
  const navigations = createNavigations(browser, wallClock, {
    async page(tab, commit) {
      const navigated = (await ready).navigated(tab, commit);
      chromeWire?.pageShown(tab);
      await navigated;
    },
    async frame(tab, commit) {
      (await ready).frameCommitted(tab, commit);
    },
  });
  const imports = createImports(db, () => panels.sessionsChanged());
  const wakeUps = createWakeUps(filters);
  // Until it is known whether any tab records: what woke the background is heard.
  if (wakeUps.mayRecord()) listen(true);
  const chromeWire = filters
    ? undefined
    : createChromeWire(
        {
          clockKnown: () => ready,
          async sessionOf(tab, asking) {
            return (await ready).sessionOfRequest(tab, nameless(asking));
          },
          sessionNow: (tab, asking) => recording?.sessionOfRequest(tab, nameless(asking)),
          shownDocument: async (tab) => (await shownFrame(tab)).documentId,
          async named(tab, documentId, names) {
            await (await ready).documentsNamed(tab, documentId, names);
          },
          protocolOffset: () => protocolOffset,
          offsetKnown(offset) {
            protocolOffset = offset;
            void browser.storage.session.set({ protocolOffset });
          },
          isNamed: (tab, name) => recording?.isNamed(tab, name) === true,
          submit: (session, request, fact) => keep.submitHttp(session, request, fact),
          attachedBefore: (tab) => keep.attachedWires(tab),
          takenOff: (tab, at) => void keep.wireOff(tab, at).catch(() => {}),
          detached(tab, reason) {
            void ready.then((recorder) => recorder.wireDetached(tab, reason));
          },
        },
        chromeApi.debugger!,
        clock,
        wallClock,
      );
  const ready = restore();

  function sessionOfRequest(request: RequestDetails): string | undefined {
    return recording?.sessionOfRequest(request.tab, request);
  }

  function isOnWire({ tab, at }: RequestDetails): boolean {
    return chromeWire?.covers(tab, at) === true;
  }

  /** The debugger does not say the names that other parts of the browser have for documents. */
  function nameless(asking: WireAsking): Asking {
    return { documentId: '', parentDocumentId: '', ...asking };
  }

  async function shownFrame(tab: number): Promise<{ documentId: string }> {
    const frame = await browser.webNavigation.getFrame({ tabId: tab, frameId: 0 }).catch(() => undefined);
    return { documentId: '', ...(frame as { documentId?: string } | null | undefined) };
  }

  function listen(on: boolean): void {
    if (on) {
      http.listen();
      navigations.listen();
    } else {
      http.unlisten();
      navigations.unlisten();
    }
  }

  async function restore(): Promise<Recording> {
    const stored = (await browser.storage.session.get(['recording', 'protocolOffset'])) as {
      recording?: SavedRecording;
      protocolOffset?: number;
    };
    const { recording: saved } = stored;
    protocolOffset = stored.protocolOffset;
    await settings.load();
    returned = saved !== undefined;
    const { tabs, ended, behind = 0, at }: SavedRecording = saved ?? { tabs: [], ended: [] };
    wallClock.goOn(behind, at);
    recording = new Recording(
      keep,
      {
        save(states) {
          void browser.storage.session.set({ recording: states });
          const any = states.tabs.some((state) => state.session !== '');
          void browser.storage.local.set({ recording: any });
          wakeUps.remember(any);
          listen(any);
        },
        connectFrames(tab) {
          connectFrames(browser, tab);
        },
        changed(state) {
          panels.tabChanged(state);
          badge.update(state.tab, state.session);
        },
        async attachWire(tab) {
          if (!chromeWire || !settings.wireWanted()) return { since: 0, problem: '' };
          try {
            await chromeWire.attach(tab);
            return { since: chromeWire.since(tab), problem: '' };
          } catch (error) {
            return { since: 0, problem: attachProblem(error) };
          }
        },
        async detachWire(tab, session, stops) {
          firefoxWire?.release(session);
          if (stops) await chromeWire?.close(tab);
          else await chromeWire?.detach(tab);
        },
        async pageOf(tab) {
          const [page, { documentId }] = await Promise.all([
            browser.tabs.get(tab).catch(() => undefined),
            shownFrame(tab),
          ]);
          return {
            url: page?.url ?? '',
            title: page?.title ?? '',
            documentId,
            private: page?.incognito ?? false,
          };
        },
        async mainDocumentOf(tab, documentId) {
          return findMainDocument(browser.webNavigation, tab, documentId);
        },
      },
      wallClock,
      { tabs, ended },
    );
    const recorder = recording;
    chromeWire?.resume(tabs.map((state) => [state.tab, state.wireSince]));
    if (saved) void keep.resume().catch(() => {});
    recorder.resume();
    for (const state of tabs) {
      if (isRecording(state)) void recorder.lookAgain(state.tab).catch(() => {});
      if (!state.byDevtools) continue;
      clock.after(DEVTOOLS_COME_BACK, () => {
        if (!devtools.has(state.tab)) void recorder.stop(state.tab, 'devtools');
      });
    }
    if (!tabs.some(isRecording)) listen(false);
    if (!saved) {
      // The first start of this browser session.
      await browser.storage.local.set({ recording: false });
      wakeUps.remember(false);
      // Recording does not depend on it: a store that does not open now may open later.
      await db()
        .then(async (opened) => {
          await endOrphans(opened, new Set());
          const ahead = await opened.getAllKeys('ahead');
          const ids = [...new Set(ahead.map(([exchange]) => exchange))];
          const exchanges = await Promise.all(ids.map((id) => opened.get('exchanges', id)));
          void keep.wiresGone(exchanges.filter((one) => one !== undefined)).catch(() => {});
        })
        .catch(() => {});
    }
    return recorder;
  }

  const own = browser.runtime.getURL('');
  browser.runtime.onConnect.addListener((port) => {
    // A content script shares its process with the page: it may be a bridge, and nothing else.
    const isOwnPage = port.sender?.url?.startsWith(own) === true;
    if (port.name === 'document') onBridge(port);
    else if (port.name === 'devtools' && isOwnPage) onDevtools(port);
    else if (port.name === 'panel' && isOwnPage) onPanel(port);
    else port.disconnect();
  });

  browser.tabs.onRemoved.addListener((tab) => {
    void ready.then((recorder) => recorder.stop(tab, 'closed'));
  });

  browser.action.onClicked.addListener(async (tab) => {
    const id = tab.id;
    if (id === undefined) return;
    const recorder = await ready;
    if (recorder.state(id).session === '') {
      await recorder.start(id, 'button');
      return;
    }
    await recorder.stop(id, 'button');
    // Without DevTools there is no panel yet: the click that stops shows what there is.
    if (recorder.state(id).session === '') {
      await browser.tabs.create({ url: browser.runtime.getURL(`src/devtools/shell/panel.html?tab=${id}`) });
    }
  });

  function onBridge(port: Runtime.Port): void {
    const tab = port.sender?.tab?.id;
    if (tab === undefined) return;
    const wire = portWire<BackgroundToBridge, BridgeToBackground>(port as unknown as PortLike);
    const { documentId = '' } = (port.sender ?? {}) as { documentId?: string };
    let origin: Origin | undefined;
    let connected: Promise<string | undefined> | undefined;
    wire.listen(async (message) => {
      const recorder = await ready;
      if (message.type === 'DocumentConnected') {
        const frameId = port.sender?.frameId ?? 0;
        const top = frameId === 0;
        const { url, title, beganAt } = message;
        origin = { document: message.document, url, top, frameId };
        bridges.set(message.document, wire);
        wire.closed(() => {
          if (bridges.get(message.document) === wire) bridges.delete(message.document);
        });
        connected = recorder.documentConnected(tab, wire, {
          documentId,
          url,
          title,
          top,
          // By the clock as the page has just read it.
          beganAt: wallClock.recorded(beganAt),
        });
      } else if (origin) {
        // A document that goes away before it has heard its session leaves the name out.
        const session = await connected;
        const into = message.session || session;
        if (into) keep.submit(origin, { ...message, session: into });
      }
    });
  }

  function onDevtools(port: Runtime.Port): void {
    const wire = portWire<never, DevtoolsToBackground>(port as unknown as PortLike);
    let tab: number | undefined;
    wire.listen(async (message) => {
      const recorder = await ready;
      if (message.type !== 'DevtoolsOpened') return;
      tab = message.tab;
      devtools.set(tab, wire);
      const state = recorder.state(tab);
      const wanted = settings.keeping().recordOnOpen && !(message.again && state.stopped);
      if (wanted || isRecording(state)) await recorder.start(tab, 'devtools');
      void budget.look();
    });
    wire.closed(async () => {
      const recorder = await ready;
      if (tab === undefined || devtools.get(tab) !== wire) return;
      devtools.delete(tab);
      await recorder.stop(tab, 'devtools');
    });
  }

  const tools: PanelTools = {
    ready,
    keep,
    panels,
    imports,
    redirects,
    settings,
    budget,
    hasDevtools: (tab) => devtools.has(tab),
    reload: (tab) => browser.tabs.reload(tab),
  };

  function onPanel(port: Runtime.Port): void {
    obeyPanel(portWire<BackgroundToPanel, PanelToBackground>(port as unknown as PortLike), tools);
  }
}
