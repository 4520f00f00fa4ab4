import browser from 'webextension-polyfill';

/** What the panel is told by the place it runs in. The only file that reads `devtools`. */
export interface Host {
  /** The tab that it looks at; -1 for none. */
  tab: number;
  insideDevtools: boolean;
  theme(): 'light' | 'dark';
  onThemeChange(listener: () => void): void;
}

interface Panels {
  themeName?: string;
  onThemeChanged?: { addListener(listener: () => void): void };
  setThemeChangeHandler?(listener: () => void): void;
}

export function findHost(): Host {
  const devtools = (browser as { devtools?: typeof browser.devtools }).devtools;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  if (devtools?.inspectedWindow?.tabId !== undefined) {
    const panels = devtools.panels as unknown as Panels;
    return {
      tab: devtools.inspectedWindow.tabId,
      insideDevtools: true,
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
    theme: () => (dark.matches ? 'dark' : 'light'),
    onThemeChange: (listener) => dark.addEventListener('change', listener),
  };
}
