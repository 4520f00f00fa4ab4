import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, tabOf } from '../support/chromium.ts';
import { chromiumDriver, startRecording, storeWhere } from '../support/driver.ts';
import { numberedEvents, startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

let server: TestServer;
let profile: string;
beforeAll(async () => {
  server = await startTestServer();
  profile = await mkdtemp(join(tmpdir(), 'sse-scope-'));
});
afterAll(async () => {
  await server.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

test('a session survives a restart of the browser, and is ended', async () => {
  const first = await chromiumDriver({ profile });
  await first.page.goto(`${server.url}/page`);
  await startRecording(first);
  await first.page.evaluate(() => {
    const es = new EventSource('/open?n=4');
    es.addEventListener('tick', () => {});
    return true;
  });
  await storeWhere(first, 'the events', ({ sessions }) => sessions[0]?.events === 4);
  await first.close();
  const second = await chromiumDriver({ profile });
  try {
    const store = await storeWhere(
      second,
      'the session, ended',
      ({ sessions }) => sessions[0]?.endedAt !== undefined,
    );
    expect(store.streams).toMatchObject([{ events: 4 }]);
    expect(store.exchanges[0]!.text).toBe(numberedEvents(4));
  } finally {
    await second.close();
  }
});

test('the badge of the toolbar button counts the live streams', async () => {
  const browser = await launchChromium();
  try {
    await browser.page.goto(`${server.url}/page`);
    const helper = await browser.extensionPage();
    const badge = () =>
      helper.evaluate(async (url) => {
        const [tab] = (await chrome.tabs.query({})).filter((one) => one.url === url);
        return await chrome.action.getBadgeText({ tabId: tab!.id! });
      }, browser.page.url());
    const tab = await tabOf(helper, browser.page);
    const panel = await browser.extensionPage(`src/devtools/shell/panel.html?tab=${tab}`);
    expect(await badge()).toBe('');
    await panel.click('.toolbar .icon-button[aria-pressed=false]');
    await waitFor('an empty count', async () => (await badge()) === '0');
    await browser.page.evaluate(() => {
      const streams = [1, 2].map((i) => new EventSource(`/open?badge=${i}`));
      setTimeout(() => streams[0]!.close(), 1500);
    });
    await waitFor('two streams', async () => (await badge()) === '2');
    await waitFor('one stream', async () => (await badge()) === '1');
    await panel.click('.toolbar .icon-button[aria-pressed=true]');
    await waitFor('no badge', async () => (await badge()) === '');
  } finally {
    await browser.close();
  }
});
