/**
 * The few functions of the extension API that the bridge needs, under either browser's name. Not by the polyfill:
 * this script runs in every frame of every page, and its start-up time is the page's.
 */
import type { ConnectFunctionName } from '../../shared/protocol/bridgeLink.ts';
import type { PortLike } from '../../shared/protocol/wire.ts';

interface Api {
  runtime: {
    id?: string;
    connect(info: { name: string }): PortLike;
    onMessage: { addListener(f: (message: unknown) => void): void };
  };
  storage: { local: { get(key: string): Promise<Record<string, unknown>> } };
}

/** Looked up when it is needed: the browser makes it at its first use, and most documents have none. */
function api(): Api {
  const { browser, chrome } = globalThis as unknown as { browser?: Api; chrome: Api };
  return browser ?? chrome;
}

/** False once the extension was reloaded, updated, or removed under this document. */
export function isAlive(): boolean {
  try {
    return Boolean(api().runtime?.id);
  } catch {
    return false;
  }
}

/** Opens a port to the background, and so starts it where it was stopped. Throws when the extension is gone. */
export function connect(): PortLike {
  return api().runtime.connect({ name: 'document' });
}

/** Whether any tab is being recorded: looked up without starting the background. */
export async function anyTabRecords(): Promise<boolean> {
  return Boolean((await api().storage.local.get('recording')).recording);
}

/** Lets the background call: see {@link ConnectFunctionName}. */
export function onConnectCall(listener: () => void): void {
  const name: ConnectFunctionName = 'sseScopeConnect';
  (globalThis as Record<string, unknown>)[name] = listener;
  // Into frames of an opaque origin the background cannot inject its call: it sends a message.
  if (globalThis.origin === 'null') api().runtime.onMessage.addListener(() => listener());
}
