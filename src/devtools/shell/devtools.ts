import browser from 'webextension-polyfill';
import type { DevtoolsToBackground } from '../../shared/protocol/devtoolsLink.ts';
import { keepLinked } from '../../shared/protocol/reconnect.ts';
import { type PortLike, portWire } from '../../shared/protocol/wire.ts';

/** A message at least this often keeps the background from being stopped while DevTools are open, ms. */
const STILL_OPEN_EVERY = 20_000;

// Lives as long as DevTools are open on a tab: its port is the recording.
const tab = browser.devtools.inspectedWindow.tabId;
/** DevTools have been open all the time, though the port was lost. */
let again = false;

const wire = keepLinked<DevtoolsToBackground, never>(
  () => {
    // An extension that is gone for good has no id any more.
    if (!browser.runtime.id) return undefined;
    const port = browser.runtime.connect({ name: 'devtools' });
    return portWire<DevtoolsToBackground, never>(port as unknown as PortLike);
  },
  (wire) => {
    wire.post({ type: 'DevtoolsOpened', tab, again });
    again = true;
  },
  () => {},
);

setInterval(() => wire()?.post({ type: 'StillOpen' }), STILL_OPEN_EVERY);

// From the root: Chromium takes paths from there anyway, Firefox from this page.
void browser.devtools.panels.create('SSE Scope', '/icons/32.png', '/src/devtools/shell/panel.html');
