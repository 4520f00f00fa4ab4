import type { Browser } from 'webextension-polyfill';
import { type Environment, startBackground } from '../../src/background/background.ts';
import type { DebuggerApi } from '../../src/background/sources/debugger/debuggerApi.ts';
import type { Database } from '../../src/shared/store/open.ts';
import { copy, memoryStore } from './memoryStore.ts';
import type { SimulatedPort } from './wirePorts.ts';
import { debuggerLatency, latency, type World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: listeners of every kind of event.
type Handler = (...details: any[]) => unknown;

// The toolbar button counts streams by a range of keys; here it finds none.
(globalThis as { IDBKeyRange?: unknown }).IDBKeyRange ??= { bound: () => undefined };

/** One life of the background, from its start until it is killed. */
export interface Life {
  dead: boolean;
  connect(port: SimulatedPort): void;
  emit(event: string, ...details: unknown[]): void;
}

/** Starts the real background on a simulated browser. */
export function startLife(world: World): Life {
  const { scheduler, random } = world;
  const handlers = new Map<string, Set<Handler>>();
  const life: Life = {
    dead: false,
    connect: (port) => life.emit('connect', port),
    emit(event, ...details) {
      if (life.dead) return;
      world.trace?.(`${event} ${details.map((one) => JSON.stringify(one)).join(' ')}`);
      for (const handler of handlers.get(event) ?? []) handler(...details);
    },
  };
  world.lives++;

  function on(event: string) {
    return {
      addListener(handler: Handler) {
        const all = handlers.get(event) ?? new Set();
        handlers.set(event, all.add(handler));
      },
      removeListener: (handler: Handler) => void handlers.get(event)?.delete(handler),
    };
  }

  /** An answer of the browser. A life that is over never hears it. */
  function answer<T>(channel: string, work: () => T, delay = latency(world)): Promise<T> {
    return new Promise((resolve, reject) => {
      scheduler.post(
        channel,
        () => {
          try {
            const value = work();
            if (!life.dead) resolve(value);
          } catch (error) {
            if (!life.dead) reject(error);
          }
        },
        delay,
      );
    });
  }

  function area(values: Record<string, unknown>) {
    return {
      get: (keys: string | string[]) =>
        answer('storage', () =>
          Object.fromEntries(
            [keys]
              .flat()
              .filter((key) => key in values)
              .map((key) => [key, copy(values[key])]),
          ),
        ),
      set(change: Record<string, unknown>) {
        const copied = copy(change);
        world.trace?.(`remembers ${JSON.stringify(change)}`);
        return answer('storage', () => void Object.assign(values, copied), 0);
      },
    };
  }

  const browser = {
    runtime: { onConnect: on('connect'), getURL: (path: string) => `chrome-extension://x/${path}` },
    storage: { session: area(world.session), local: area(world.local) },
    tabs: {
      onRemoved: on('removed'),
      get: (id: number) =>
        answer('tabs', () => ({ url: world.tabs.get(id)?.document?.url ?? '', title: '', incognito: false })),
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
    webRequest: {
      OnSendHeadersOptions: { EXTRA_HEADERS: 'extraHeaders' },
      onBeforeRequest: on('onBeforeRequest'),
      onSendHeaders: on('onSendHeaders'),
      onHeadersReceived: on('onHeadersReceived'),
      onBeforeRedirect: on('onBeforeRedirect'),
      onResponseStarted: on('onResponseStarted'),
      onCompleted: on('onCompleted'),
      onErrorOccurred: on('onErrorOccurred'),
    },
    webNavigation: {
      onCommitted: on('onCommitted'),
      getFrame: ({ tabId, documentId }: { tabId: number; documentId?: string }) =>
        answer('tabs', () => {
          const main = world.tabs.get(tabId)?.document;
          const document = documentId
            ? world.documents.find((one) => one.documentId === documentId && !one.gone)
            : main;
          if (!document) return null;
          const { frameId, url, page } = document;
          return {
            documentId: document.documentId,
            url,
            ...(frameId === 0 ? { parentFrameId: -1 } : { parentFrameId: 0, parentDocumentId: page }),
          };
        }),
    },
    scripting: { executeScript: async () => [] },
    permissions: { contains: async () => true },
  } as unknown as Browser;

  const environment: Environment = {
    clock: {
      wall: () => scheduler.wall,
      monotonic: () => scheduler.now,
      after: (delay, work) => scheduler.after(delay, () => life.dead || work()),
    },
    connection: {
      store: async () => memoryStore(world.records, { run: storage, trace: world.trace }),
      db: async () =>
        ({
          getAll: async () => [...world.records.sessions.values()],
          getAllFromIndex: async () => [],
          getAllKeys: async () => [],
          clear: async () => {},
          put: async () => {},
        }) as unknown as Database,
    },
    chrome: { debugger: debuggerApi(world, on, answer) },
  };

  /** A transaction of a life that was killed is carried out or not: chance decides. */
  function storage<T>(kind: 'read' | 'write', work: () => T): Promise<T> {
    return answer(
      'database',
      () => {
        if (life.dead && (kind === 'read' || random.chance(0.5))) throw new DOMException('', 'AbortError');
        if (kind === 'write' && world.storageFails) {
          world.failures++;
          throw new DOMException('', world.storageFails);
        }
        return work();
      },
      kind === 'write' ? latency(world) : 0,
    );
  }

  startBackground(browser, environment);
  return life;
}

type Answer = <T>(channel: string, work: () => T, delay?: number) => Promise<T>;

/** The debugger of Chromium. Its answers and its events take different ways. */
function debuggerApi(
  world: World,
  on: (event: string) => { addListener(handler: Handler): void },
  answer: Answer,
): DebuggerApi {
  const { scheduler } = world;

  function carryOut(
    { tabId = 0, sessionId }: { tabId?: number; sessionId?: string },
    method: string,
    params: Record<string, unknown>,
  ): unknown {
    const tab = world.tabs.get(tabId);
    if (!tab?.debugged) throw new Error('Debugger is not attached');
    const worker = world.documents
      .flatMap(({ streams }) => streams)
      .find(({ uid }) => `W${uid}` === sessionId);
    // Its bytes are kept for a while; nobody answers for it any more.
    const isGone = !worker || worker.document.gone;
    if (sessionId && method === 'Network.enable' && isGone)
      throw new Error('Session with given id not found.');
    if (method === 'Network.enable') tab.network = true;
    if (method === 'Page.getFrameTree') return { frameTree: frameTreeOf(tabId) };
    const one = world.connections.find((connection) => connection.wireId === params.requestId);
    if (method === 'Network.streamResourceContent') {
      if (!one || one.over) throw new Error('Request already finished');
      one.streamed = true;
      return { bufferedData: base64(one.received) };
    }
    if (method === 'Network.getResponseBody') {
      if (!one?.over) throw new Error('No data found for resource with given identifier');
      return { body: base64(one.received), base64Encoded: true };
    }
    return {};
  }

  function frameTreeOf(tabId: number): object {
    const main = world.tabs.get(tabId)?.document?.documentId;
    const frames = world.documents.filter(
      ({ page, frameId, gone }) => page === main && frameId !== 0 && !gone,
    );
    return {
      frame: { id: 'F0', loaderId: `L${main}` },
      childFrames: frames.map(({ documentId, frameId }) => ({
        frame: { id: `F${frameId}`, loaderId: `L${documentId}` },
      })),
    };
  }

  return {
    attach: ({ tabId }) =>
      answer('commands', () => {
        const tab = world.tabs.get(tabId);
        if (!tab) throw new Error('No tab');
        if (tab.debugged) throw new Error('Another debugger is already attached');
        tab.debugged = true;
      }),
    detach: ({ tabId }) =>
      answer('commands', () => {
        const tab = world.tabs.get(tabId);
        if (tab) Object.assign(tab, { debugged: false, network: false });
      }),
    sendCommand: (target, method, params = {}) =>
      new Promise((resolve, reject) => {
        world.trace?.(`command ${method} ${JSON.stringify(params)}`);
        scheduler.post(
          'commands',
          () => {
            let settle: () => void;
            try {
              const value = carryOut(target, method, params);
              settle = () => resolve(value);
            } catch (error) {
              settle = () => reject(error);
            }
            void answer('answers', settle, debuggerLatency(world)).catch(() => {});
          },
          debuggerLatency(world),
        );
      }),
    onEvent: on('debuggerEvent') as DebuggerApi['onEvent'],
    onDetach: on('debuggerDetach') as DebuggerApi['onDetach'],
  };
}

export function base64(bytes: string): string {
  return btoa(bytes);
}
