import browser from 'webextension-polyfill';
import { type LoggedStream, loggedStreams, type NetworkLog } from '../app/notices/unseen.ts';

/** What the panel is told by the place it runs in. The only file that reads `devtools`. */
export interface Host {
  /** The tab that it looks at; -1 for none. */
  tab: number;
  insideDevtools: boolean;
  browser: 'chromium' | 'firefox';
  theme(): 'light' | 'dark';
  onThemeChange(listener: () => void): void;
  /** The event streams in the browser's own network log: Chromium's DevTools have them. */
  readLog: (() => Promise<LoggedStream[]>) | undefined;
  /** The page of the tab has gone to another address. */
  onNavigated(listener: () => void): void;
}

interface Panels {
  themeName?: string;
  onThemeChanged?: { addListener(listener: () => void): void };
  setThemeChangeHandler?(listener: () => void): void;
}

export function findHost(): Host {
  const devtools = (browser as { devtools?: typeof browser.devtools }).devtools;
  const name = location.protocol === 'moz-extension:' ? 'firefox' : 'chromium';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  if (devtools?.inspectedWindow?.tabId !== undefined) {
    const panels = devtools.panels as unknown as Panels;
    return {
      tab: devtools.inspectedWindow.tabId,
      insideDevtools: true,
      readLog: name === 'chromium' ? readLog : undefined,
      browser: name,
      onNavigated: (listener) => devtools.network.onNavigated.addListener(listener),
      theme: () =>
        panels.themeName === 'dark' || (panels.themeName === undefined && dark.matches) ? 'dark' : 'light',
      onThemeChange(listener) {
        if (panels.onThemeChanged) panels.onThemeChanged.addListener(listener);
        else panels.setThemeChangeHandler?.(listener);
      },
    };
  }
  const tab = Number(new URLSearchParams(location.search).get('tab') ?? -1);
  return {
    tab: Number.isInteger(tab) ? tab : -1,
    insideDevtools: false,
    readLog: undefined,
    onNavigated: () => {},
    browser: name,
    theme: () => (dark.matches ? 'dark' : 'light'),
    onThemeChange: (listener) => dark.addEventListener('change', listener),
  };
}

async function readLog(): Promise<LoggedStream[]> {
  return loggedStreams((await browser.devtools.network.getHAR()) as unknown as NetworkLog);
}
