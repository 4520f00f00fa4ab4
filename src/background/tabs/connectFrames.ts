import type { Browser } from 'webextension-polyfill';
import type { BackgroundToFrames, ConnectFunctionName } from '../../shared/protocol/bridgeLink.ts';

/** Tells the bridges in all frames of a tab to connect. */
export function connectFrames(browser: Browser, tab: number): void {
  const name: ConnectFunctionName = 'sseScopeConnect';
  const message: BackgroundToFrames = { type: 'Connect' };
  // A page that no content script runs in is no error: the function is not there, the message has no listener.
  browser.scripting
    .executeScript({
      target: { tabId: tab, allFrames: true },
      injectImmediately: true,
      func: (name: string) => (globalThis as unknown as Record<string, (() => void) | undefined>)[name]?.(),
      args: [name],
    })
    .catch(() => {});
  browser.tabs.sendMessage(tab, message).catch(() => {});
}
