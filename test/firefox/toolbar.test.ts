import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIREFOX_EXTENSION_ID, type FirefoxWithExtension, launchFirefox } from '../support/firefox.ts';
import { dumpStore } from '../support/store.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

/* Globals of the browser's own window, where the button is. */
declare const WebExtensionPolicy: any;
declare const ChromeUtils: any;
declare const gBrowser: any;

let server: TestServer;
let browser: FirefoxWithExtension;
beforeAll(async () => {
  server = await startTestServer();
  browser = await launchFirefox();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const pressButton = () =>
  browser.chrome((id) => {
    const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
    const { extension } = WebExtensionPolicy.getByID(id);
    ExtensionParent.apiManager.global.browserActionFor(extension).triggerAction(window);
  }, FIREFOX_EXTENSION_ID);

test('the toolbar button records a tab without DevTools; pressed again, it stops and opens the panel', async () => {
  await browser.page.goto(`${server.url}/page`);
  const reader = await browser.extensionPage();
  await browser.chrome((url) => {
    gBrowser.selectedTab = gBrowser.tabs.find((tab: any) => tab.linkedBrowser.currentURI.spec === url);
  }, browser.page.url());
  await pressButton();
  await waitFor('recording', async () => {
    await browser.page.evaluate(() => {
      const es = new EventSource('/open?n=2');
      es.addEventListener('tick', () => {});
    });
    const { sessions } = await reader.evaluate(dumpStore);
    return (sessions[0]?.events ?? 0) >= 2;
  });
  await pressButton();
  await waitFor('the end of the session', async () => {
    const { sessions } = await reader.evaluate(dumpStore);
    return sessions[0]?.endedAt !== undefined;
  });
  await waitFor('the panel in a tab', () =>
    browser.chrome(
      () =>
        gBrowser.tabs.filter((tab: any) => /panel\.html\?tab=\d+$/.test(tab.linkedBrowser.currentURI.spec))
          .length === 1,
    ),
  );
  expect((await reader.evaluate(dumpStore)).sessions).toHaveLength(1);
});
