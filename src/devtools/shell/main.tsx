import { render } from 'preact';
import browser from 'webextension-polyfill';
import type { BackgroundToPanel, PanelToBackground } from '../../shared/protocol/panelLink.ts';
import { type PortLike, portWire } from '../../shared/protocol/wire.ts';
import { openStore } from '../../shared/store/open.ts';
import { App } from '../app/App.tsx';
import { StoreProblem } from '../app/notices/StoreProblem.tsx';
import { createPanelStore } from '../app/panelStore.ts';
import { untilOpen } from '../data/untilOpen.ts';
import { createQueryClient, type WorkerLike } from '../query/client.ts';
import { findHost } from './host.ts';

const host = findHost();

function applyTheme(): void {
  document.documentElement.dataset.theme = host.theme();
}
applyTheme();
host.onThemeChange(applyTheme);

// A newer version of the extension wants the store: this panel is of the old one.
const db = await untilOpen(
  () => openStore(() => location.reload()),
  (reason) => render(<StoreProblem reason={sentence(reason)} />, document.body),
);
const worker = new Worker(new URL('../query/main.ts', import.meta.url), { type: 'module' });
const store = createPanelStore({
  db,
  query: createQueryClient(worker as WorkerLike),
  connect() {
    try {
      if (!browser.runtime.id) return undefined;
      const port = browser.runtime.connect({ name: 'panel' }) as unknown as PortLike;
      return portWire<PanelToBackground, BackgroundToPanel>(port);
    } catch {
      return undefined;
    }
  },
  tab: host.tab,
  version: browser.runtime.getManifest().version,
  browserName: host.browser,
  readLog: host.readLog,
});

host.onNavigated(() => store.unseen.navigated());

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

async function askPermission(): Promise<void> {
  await browser.permissions.request({ origins: ['<all_urls>'] });
  store.data.link.send({ type: 'WatchTab', tab: host.tab });
}

render(
  <App
    store={store}
    hasTab={host.tab >= 0}
    browserName={host.browser}
    askPermission={() => void askPermission()}
  />,
  document.body,
);
