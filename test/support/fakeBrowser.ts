import type { Browser } from 'webextension-polyfill';
import { startBackground } from '../../src/background/background.ts';
import type { RecordStore } from '../../src/background/keep/recordStore.ts';
import type { TabStatus } from '../../src/shared/protocol/panelLink.ts';
import type { Database } from '../../src/shared/store/open.ts';
import { emptyRecords, memoryStore, type Records } from '../simulate/memoryStore.ts';
import { FakeClock } from './fakeClock.ts';
import { fakeWebRequest } from './webRequest.ts';

// biome-ignore lint/suspicious/noExplicitAny: listeners of every kind of event.
type Listener = (...details: any[]) => unknown;

/** The extension's own address in the browser of these tests. */
export const OWN = 'chrome-extension://own/';

/** What outlives the background: the browser, with its storage, its tabs and its rules. */
export interface BrowserState {
  clock: FakeClock;
  records: Records;
  session: Record<string, unknown>;
  local: Record<string, unknown>;
  tabs: Map<number, { url: string; title: string; incognito: boolean }>;
  rules: Map<number, object>;
  /** What a change of the rules waits for. */
  rulesChange: Promise<void>;
  /** Name of the `DOMException` with which writing fails; '' when it works. */
  failure: string;
}

export function newBrowserState(): BrowserState {
  return {
    clock: new FakeClock(),
    records: emptyRecords(),
    session: {},
    local: {},
    tabs: new Map([[1, { url: 'http://a.test/', title: '', incognito: false }]]),
    rules: new Map(),
    rulesChange: Promise.resolve(),
    failure: '',
  };
}

/** The other end of a port to the background. */
export interface FakePort {
  received: { type: string; status?: TabStatus }[];
  refused: boolean;
  send(message: object): void;
  close(): void;
}

export interface Life {
  connect(name: string, sender: object): FakePort;
  fire(event: string, ...details: unknown[]): void;
}

/** Starts the real background in a browser whose state a test holds: again with the same state, it is a restart. */
export function startLife(state: BrowserState): Life {
  const handlers = new Map<string, Set<Listener>>();
  const on = (event: string) => {
    const all = new Set<Listener>();
    handlers.set(event, all);
    return {
      addListener: (f: Listener) => void all.add(f),
      removeListener: (f: Listener) => void all.delete(f),
    };
  };
  const fire = (event: string, ...details: unknown[]): void => {
    for (const handler of handlers.get(event) ?? []) handler(...details);
  };
  const area = (values: Record<string, unknown>) => ({
    get: async (keys: string | string[]) =>
      Object.fromEntries(
        [keys].flat().flatMap((key) => (key in values ? [[key, structuredClone(values[key])]] : [])),
      ),
    set: async (change: object) => void Object.assign(values, structuredClone(change)),
  });
  const browser = {
    runtime: { onConnect: on('connect'), getURL: (path: string) => OWN + path },
    storage: { session: area(state.session), local: area(state.local) },
    tabs: {
      onRemoved: on('removed'),
      get: async (id: number) => state.tabs.get(id),
      create: async () => {},
      reload: async () => {},
      sendMessage: async () => {},
    },
    action: {
      onClicked: on('clicked'),
      setBadgeBackgroundColor: async () => {},
      setBadgeText: async () => {},
      setTitle: async () => {},
    },
    webRequest: fakeWebRequest().webRequest,
    webNavigation: { onCommitted: on('committed'), getFrame: async () => null },
    scripting: { executeScript: async () => [] },
    permissions: { contains: async () => true },
  } as unknown as Browser;

  startBackground(browser, {
    clock: state.clock,
    connection: { store: async () => storeOf(state), db: async () => databaseOf(state) },
    chrome: {
      debugger: {
        attach: async () => {},
        detach: async () => {},
        sendCommand: async () => ({}),
        onEvent: { addListener() {} },
        onDetach: { addListener() {} },
      },
      declarativeNetRequest: rulesOf(state) as never,
    },
  });

  return {
    fire,
    connect(name, sender) {
      const messages = new Set<Listener>();
      const closed = new Set<Listener>();
      const port: FakePort = {
        received: [],
        refused: false,
        send(message) {
          for (const listener of messages) listener(structuredClone(message));
        },
        close() {
          for (const listener of closed) listener();
        },
      };
      fire('connect', {
        name,
        sender,
        postMessage: (message: FakePort['received'][number]) =>
          void port.received.push(structuredClone(message)),
        disconnect() {
          port.refused = true;
        },
        onMessage: {
          addListener: (f: Listener) => void messages.add(f),
          removeListener: (f: Listener) => void messages.delete(f),
        },
        onDisconnect: { addListener: (f: Listener) => void closed.add(f) },
      });
      return port;
    },
  };
}

function storeOf(state: BrowserState): RecordStore {
  return memoryStore(state.records, {
    async run(operation, work) {
      if (operation === 'write' && state.failure) throw new DOMException('', state.failure);
      return work();
    },
  });
}

/** As much of the database as the budget and the button look at. */
function databaseOf(state: BrowserState): Database {
  return {
    getAll: async () => [...state.records.sessions.values()],
    getAllFromIndex: async () => [],
    getAllKeys: async () => [],
    clear: async () => {},
    put: async () => {},
  } as unknown as Database;
}

function rulesOf(state: BrowserState) {
  const { rules } = state;
  return {
    getSessionRules: async () => [...rules.values()],
    async updateSessionRules(change: { removeRuleIds?: number[]; addRules?: { id: number }[] }) {
      await state.rulesChange;
      for (const id of change.removeRuleIds ?? []) rules.delete(id);
      for (const rule of change.addRules ?? []) rules.set(rule.id, rule);
    },
  };
}
