import type { Browser, Runtime } from 'webextension-polyfill';
import type {
  BackgroundToBridge,
  BackgroundToPanel,
  BridgeToBackground,
  DevtoolsToBackground,
  Keeping,
  PanelToBackground,
} from '../shared/protocol/messages.ts';
import { type PortLike, portWire, type Wire } from '../shared/protocol/wire.ts';
import { type Database, openStore } from '../shared/store/open.ts';
import { BUDGET } from '../shared/store/schema.ts';
import { deleteSession } from '../shared/store/write.ts';
import { createBadge } from './badge.ts';
import { connectFrames } from './connectFrames.ts';
import { createHttpLayer } from './http.ts';
import { createImports } from './imports.ts';
import { Keep } from './keep.ts';
import { createPanels } from './panels.ts';
import { Recording } from './recording.ts';
import type { Origin } from './records.ts';
import { createRedirects } from './redirects.ts';
import { endOrphans, keepBudget } from './retention.ts';
import { isRecording, type TabState } from './tabState.ts';
import { createWakeUps } from './wakeUps.ts';
import { attachProblem, createChromeWire } from './wire/chrome.ts';
import { createFirefoxWire } from './wire/firefox.ts';

/** How long DevTools have to come back after the background was stopped, ms. */
const DEVTOOLS_COME_BACK = 10_000;

/** Less than that is no budget, bytes. */
const LEAST_BUDGET = 16 << 20;

/** Keeps: takes what the bridges carry into the store, and tells the panels that there is more. */
export function startBackground(browser: Browser): void {
  let opened: Promise<Database> | undefined;
  function db(): Promise<Database> {
    opened ??= openStore(() => {
      opened = undefined;
    });
    return opened;
  }

  const bridges = new Map<string, Wire<BackgroundToBridge, BridgeToBackground>>();
  const devtools = new Map<number, Wire<never, DevtoolsToBackground>>();
  const badge = createBadge(browser, db);
  // Firefox alone has it, and Chromium alone has a debugger for extensions.
  const filters = 'filterResponseData' in browser.webRequest;
  const firefoxWire = filters ? createFirefoxWire(browser) : undefined;
  let wireWanted = false;
  let keeping: Keeping = { recordOnOpen: true, budget: BUDGET, removed: undefined };
  const redirects = createRedirects(
    (globalThis as unknown as { chrome?: typeof chrome }).chrome?.declarativeNetRequest,
  );
  const panels = createPanels(
    browser,
    { always: filters, wanted: () => wireWanted },
    () => keeping,
    redirects,
  );

  const keep = new Keep(db, (id) => recording?.newSession(id), !filters, {
    written(document, sequence) {
      bridges.get(document)?.post({ type: 'Forget', sequence });
    },
    changed(session, streams, exchanges) {
      panels.streamsChanged(session.id, streams, exchanges);
      const tab = recording?.states().find((state) => state.session === session.id)?.tab;
      if (tab === undefined) return;
      badge.update(
        tab,
        session.id,
        streams.map(({ id }) => id),
      );
    },
    failed(reason) {
      panels.storageFailed(reason);
      for (const state of recording?.states() ?? []) void recording?.stop(state.tab, 'panel');
    },
  });

  let recording: Recording | undefined;
  let returned = false;

  const http = createHttpLayer(
    browser,
    {
      async sessionOf({ tabId, timeStamp, documentUrl }) {
        const recorder = await ready;
        const state = tabId < 0 ? recorder.recordedFrom(documentUrl) : recorder.state(tabId);
        return state?.session && !chromeWire?.covers(tabId, timeStamp) ? state.session : undefined;
      },
      submit: (session, request, fact) => keep.submitHttp(session, request, fact, !filters),
      returned: () => returned,
      isEventSource: (url) => redirects.isEventSource(url),
    },
    firefoxWire,
  );
  const imports = createImports(db, () => panels.sessionsChanged());
  const wakeUps = createWakeUps(filters);
  // Until it is known whether any tab records: what woke the background is heard.
  if (wakeUps.mayRecord()) http.listen();
  const chromeWire = filters
    ? undefined
    : createChromeWire({
        async sessionOf(tab) {
          return (await ready).state(tab).session || undefined;
        },
        submit: (session, request, fact) => keep.submitHttp(session, request, fact),
        known: (request) => keep.wireBytes(request),
        detached(tab, reason) {
          void ready.then((recorder) => recorder.wireDetached(tab, reason));
        },
      });
  const ready = restore();

  async function restore(): Promise<Recording> {
    const { tabs } = (await browser.storage.session.get('tabs')) as { tabs?: TabState[] };
    const { wireTap } = await browser.storage.local.get('wireTap');
    wireWanted = wireTap === true;
    const stored = (await browser.storage.local.get('keeping')) as { keeping?: Partial<Keeping> };
    keeping = { ...keeping, ...stored.keeping };
    returned = tabs !== undefined;
    const saved: TabState[] = tabs ?? [];
    chromeWire?.resume(
      saved.filter((state) => state.wireSince > 0).map((state) => [state.tab, state.wireSince]),
    );
    recording = new Recording(
      keep,
      {
        save(states) {
          void browser.storage.session.set({ tabs: states });
          const any = states.some((state) => state.session !== '');
          void browser.storage.local.set({ recording: any });
          wakeUps.remember(any);
          if (any) http.listen();
          else http.unlisten();
        },
        connectFrames(tab) {
          connectFrames(browser, tab);
        },
        changed(state) {
          panels.tabChanged(state);
          badge.update(state.tab, state.session);
        },
        async attachWire(tab) {
          if (!chromeWire || !wireWanted) return { since: 0, problem: '' };
          try {
            await chromeWire.attach(tab);
            return { since: chromeWire.since(tab), problem: '' };
          } catch (error) {
            return { since: 0, problem: attachProblem(error) };
          }
        },
        async detachWire(tab, session) {
          firefoxWire?.release(session);
          await chromeWire?.detach(tab);
        },
        async pageOf(tab) {
          const { url = '', title = '' } = await browser.tabs.get(tab).catch(() => ({}) as never);
          return { url, title };
        },
      },
      saved,
    );
    const recorder = recording;
    for (const state of saved) {
      if (!state.byDevtools) continue;
      setTimeout(() => {
        if (!devtools.has(state.tab)) void recorder.stop(state.tab, 'devtools');
      }, DEVTOOLS_COME_BACK);
    }
    if (!saved.some((state) => state.session !== '')) http.unlisten();
    if (!tabs) {
      // The first start of this browser session.
      await browser.storage.local.set({ recording: false });
      wakeUps.remember(false);
      await endOrphans(await db(), new Set()).catch(() => {});
    }
    return recorder;
  }

  browser.runtime.onConnect.addListener((port) => {
    if (port.name === 'document') onBridge(port);
    else if (port.name === 'devtools') onDevtools(port);
    else if (port.name === 'panel') onPanel(port);
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
      await browser.tabs.create({ url: browser.runtime.getURL(`src/devtools/panel.html?tab=${id}`) });
    }
  });

  function onBridge(port: Runtime.Port): void {
    const tab = port.sender?.tab?.id;
    if (tab === undefined) return;
    const wire = portWire<BackgroundToBridge, BridgeToBackground>(port as unknown as PortLike);
    let origin: Origin | undefined;
    wire.listen(async (message) => {
      const recorder = await ready;
      if (message.type === 'DocumentConnected') {
        const frameId = port.sender?.frameId ?? 0;
        origin = { document: message.document, url: message.url, top: message.top, frameId };
        bridges.set(message.document, wire);
        wire.closed(() => {
          if (bridges.get(message.document) === wire) bridges.delete(message.document);
        });
        const { document: id, url, title, top, beganAt } = message;
        await recorder.documentConnected(tab, wire, { id, url, title, top, beganAt });
      } else if (origin) keep.submit(origin, message);
    });
  }

  function onDevtools(port: Runtime.Port): void {
    const wire = portWire<never, DevtoolsToBackground>(port as unknown as PortLike);
    let tab: number | undefined;
    wire.listen(async (message) => {
      const recorder = await ready;
      if (message.type === 'DevtoolsOpened') {
        tab = message.tab;
        devtools.set(tab, wire);
        if (keeping.recordOnOpen || isRecording(recorder.state(tab))) await recorder.start(tab, 'devtools');
        void makeRoom();
      } else if (message.type === 'Navigated' && tab !== undefined)
        await recorder.navigated(tab, message.url);
    });
    wire.closed(async () => {
      const recorder = await ready;
      if (tab === undefined || devtools.get(tab) !== wire) return;
      devtools.delete(tab);
      await recorder.stop(tab, 'devtools');
    });
  }

  function onPanel(port: Runtime.Port): void {
    const wire = portWire<BackgroundToPanel, PanelToBackground>(port as unknown as PortLike);
    let tab: number | undefined;
    let redirecting = false;
    wire.closed(() => {
      void imports.gone(wire);
      // Nobody watches over it any more.
      if (redirecting && tab !== undefined) void redirects.set(tab, []);
    });
    wire.listen(async (message) => {
      const recorder = await ready;
      if (message.type === 'WatchTab') {
        tab = message.tab;
        panels.add(wire, recorder.state(tab));
        return;
      }
      if (tab === undefined) return;
      switch (message.type) {
        case 'StartRecording':
          await recorder.start(tab, devtools.has(tab) ? 'devtools' : 'button');
          break;
        case 'StopRecording':
          await recorder.stop(tab, 'panel');
          break;
        case 'SetBudget':
          await keepingChanged({ ...keeping, budget: Math.max(LEAST_BUDGET, message.bytes) });
          await makeRoom();
          break;
        case 'RedirectStreams':
          await redirects.set(tab, message.streams);
          redirecting = message.streams.length > 0;
          panels.tabChanged(recorder.state(tab));
          if (message.reload && redirects.of(tab).problem === '') {
            await recorder.start(tab, devtools.has(tab) ? 'devtools' : 'button');
            await browser.tabs.reload(tab);
          }
          break;
        case 'SetRecordOnOpen':
          await keepingChanged({ ...keeping, recordOnOpen: message.on });
          break;
        case 'SetPreserve':
          recorder.setPreserve(tab, message.preserve);
          break;
        case 'SetWireTap':
          wireWanted = message.on;
          await browser.storage.local.set({ wireTap: message.on });
          await recorder.setWire(message.on);
          break;
        case 'WriteImport':
          await imports.write(wire, message);
          break;
        case 'CancelImport':
          await imports.cancel(message.session);
          break;
        case 'DescribeSession': {
          const { type: _, session, ...said } = message;
          await keep.describe(session, bounded(said));
          panels.sessionsChanged();
          break;
        }
        case 'DeleteSession':
          if (recorder.states().some((state) => state.session === message.session)) break;
          await keep.forgetSession(message.session);
          await deleteSession(await db(), message.session);
          panels.sessionsChanged();
          break;
        case 'ClearSession': {
          const cleared = await recorder.clear(tab);
          if (cleared) {
            await keep.forgetSession(cleared);
            await deleteSession(await db(), cleared);
            panels.tabChanged(recorder.state(tab));
          }
          break;
        }
      }
    });
  }

  async function makeRoom(): Promise<void> {
    await ready;
    const gone = await keepBudget(await db(), keeping.budget).catch(() => []);
    if (gone.length === 0) return;
    const bytes = gone.reduce((sum, session) => sum + session.bytes, 0);
    await keepingChanged({ ...keeping, removed: { sessions: gone.length, bytes, at: Date.now() } });
    panels.sessionsChanged();
  }

  async function keepingChanged(next: Keeping): Promise<void> {
    keeping = next;
    await browser.storage.local.set({ keeping });
    panels.allChanged();
  }
}

/** Names and notes of a length that a person writes. */
function bounded({ name, note, pinned }: { name?: string; note?: string; pinned?: boolean }): {
  name?: string;
  note?: string;
  pinned?: boolean;
} {
  return {
    ...(name === undefined ? {} : { name: name.slice(0, 200) }),
    ...(note === undefined ? {} : { note: note.slice(0, 4000) }),
    ...(pinned === undefined ? {} : { pinned }),
  };
}
