import browser from 'webextension-polyfill';
import type { DevtoolsToBackground } from '../shared/protocol/messages.ts';
import { keepLinked } from '../shared/protocol/reconnect.ts';
import { type PortLike, portWire } from '../shared/protocol/wire.ts';

/** A message at least this often keeps the background from being stopped while DevTools are open, ms. */
const STILL_OPEN_EVERY = 20_000;

// Lives as long as DevTools are open on a tab: its port is the recording.
const tab = browser.devtools.inspectedWindow.tabId;
/** What is to be said during a pause, when there is nobody to hear it. */
let unsaid: DevtoolsToBackground[] = [];

const wire = keepLinked<DevtoolsToBackground, never>(
  () => {
    // An extension that is gone for good has no id any more.
    if (!browser.runtime.id) return undefined;
    const port = browser.runtime.connect({ name: 'devtools' });
    return portWire<DevtoolsToBackground, never>(port as unknown as PortLike);
  },
  (wire) => {
    wire.post({ type: 'DevtoolsOpened', tab });
    for (const message of unsaid) wire.post(message);
    unsaid = [];
  },
  () => {},
);

setInterval(() => wire()?.post({ type: 'StillOpen' }), STILL_OPEN_EVERY);
browser.devtools.network.onNavigated.addListener((url) => {
  const message = { type: 'Navigated', url } as const;
  const now = wire();
  if (now) now.post(message);
  // The last navigation is the one that counts.
  else unsaid = [message];
});

// From the root: Chromium takes paths from there anyway, Firefox from this page.
void browser.devtools.panels.create('SSE Scope', '/icons/32.png', '/src/devtools/panel.html');
