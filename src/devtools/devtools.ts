import browser from 'webextension-polyfill';
import type { DevtoolsToBackground } from '../shared/protocol/messages.ts';
import { type PortLike, portWire } from '../shared/protocol/wire.ts';

/** A message at least this often keeps the background from being stopped while DevTools are open, ms. */
const STILL_OPEN_EVERY = 20_000;

// Lives as long as DevTools are open on a tab: its port is the recording.
const tab = browser.devtools.inspectedWindow.tabId;
let wire = connect(false);

function connect(again: boolean) {
  const port = browser.runtime.connect({ name: 'devtools' });
  const next = portWire<DevtoolsToBackground, never>(port as unknown as PortLike);
  next.post({ type: 'DevtoolsOpened', tab, again });
  next.closed(() => {
    // Stopped in spite of it: start it again. Gone for good, it has no id any more.
    if (browser.runtime.id) wire = connect(true);
  });
  return next;
}

setInterval(() => wire.post({ type: 'StillOpen' }), STILL_OPEN_EVERY);

// From the root: Chromium takes paths from there anyway, Firefox from this page.
void browser.devtools.panels.create('SSE Scope', '/icons/32.png', '/src/devtools/panel.html');
