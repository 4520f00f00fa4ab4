import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Frame, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/browsers.mjs';
import { type ChromiumWithExtension, launchChromium } from '../support/chromium.ts';
import { numberedEvents, startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

/* Files from us to Chrome, and from Chrome and Playwright to us: by the programs themselves. */

let server: TestServer;
let browser: ChromiumWithExtension;
let panel: Frame;

beforeAll(async () => {
  server = await startTestServer();
  browser = await launchChromium({ devtools: true });
  await browser.page.goto(`${server.url}/page`);
  panel = await browser.panel();
  await browser.page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const es = new EventSource('/open?n=5');
        let count = 0;
        es.addEventListener('tick', () => {
          if (++count === 5) resolve();
        });
      }),
  );
  await panel.waitForSelector('.table-foot:has-text("5 entries")');
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** The window of DevTools itself. */
async function devtools(): Promise<{ page: Page; close(): Promise<void> }> {
  const [port] = (await readFile(join(browser.profile, 'DevToolsActivePort'), 'utf8')).split('\n');
  const connection = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = connection
    .contexts()
    .flatMap((context) => context.pages())
    .find((one) => one.url().startsWith('devtools://'))!;
  return { page, close: () => connection.close() };
}

/** Reads a file into the store by the library, and gives the first column of data. */
async function imported(name: string, content: string): Promise<{ data: string[]; head: string }> {
  await panel.click('[data-action=library]');
  await panel.setInputFiles('.import input', {
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(content),
  });
  await panel.waitForSelector('dialog', { state: 'detached' });
  await waitFor('its rows', () =>
    panel.evaluate(() => document.querySelectorAll('.table-body [data-column=data]').length === 5),
  );
  const result = await panel.evaluate(() => ({
    data: [...document.querySelectorAll('.table-body [data-column=data]')].map(
      (cell) => cell.textContent ?? '',
    ),
    head: document.querySelector('.stream-head')?.textContent ?? '',
  }));
  await panel.selectOption('.sessions', '');
  return result;
}

test('Chrome’s own importer shows the events of our export', async () => {
  await panel.evaluate(() => {
    const saved: Blob[] = [];
    Object.assign(globalThis, { saved });
    URL.createObjectURL = (blob) => {
      saved.push(blob as Blob);
      return 'blob:saved';
    };
    HTMLAnchorElement.prototype.click = () => {};
  });
  await panel.click('.menu-button[title=Export]');
  await panel.click('[role=menuitem]:has-text("Session as HAR")');
  const har = await waitFor('the file', () =>
    panel.evaluate(async () => (globalThis as unknown as { saved: Blob[] }).saved[0]?.text()),
  );
  const { page, close } = await devtools();
  try {
    // The Network panel of DevTools, as its "Import HAR file" button uses it. As text: its modules are its own.
    const seen = (await page.evaluate(`(async () => {
      const { NetworkPanel } = await import('./panels/network/network.js');
      const { NetworkLog } = await import('./models/logs/logs.js');
      const log = NetworkLog.NetworkLog.instance();
      const before = new Set(log.requests());
      const { networkLogView } = NetworkPanel.NetworkPanel.instance();
      await networkLogView.onLoadFromFile(new File([${JSON.stringify(har)}], 'ours.har'));
      return log
        .requests()
        .filter((one) => !before.has(one))
        .map((one) => ({ url: one.url(), messages: one.eventSourceMessages() }));
    })()`)) as { url: string; messages: object[] }[];
    expect(seen).toMatchObject([{ url: `${server.url}/open?n=5` }]);
    expect(seen[0]!.messages).toMatchObject(
      [1, 2, 3, 4, 5].map((n) => ({ eventName: 'tick', eventId: String(n), data: String(n) })),
    );
  } finally {
    await close();
  }
});

test('a HAR of Chrome’s own Network panel is read', async () => {
  const har = await waitFor('the stream in Chrome’s log', () =>
    panel.evaluate(async () => {
      const log = (await new Promise((resolve) => chrome.devtools.network.getHAR(resolve as never))) as {
        entries: { _eventSourceMessages?: unknown[] }[];
      };
      return log.entries.some((entry) => entry._eventSourceMessages?.length === 5) && JSON.stringify({ log });
    }),
  );
  const { data, head } = await imported('chrome.har', har);
  expect(data).toEqual(['1', '2', '3', '4', '5']);
  expect(head).toContain('times of events');
});

test('a HAR of Playwright is read', async () => {
  const path = join(tmpdir(), `sse-scope-${process.pid}.har`);
  const executablePath = findBrowser('chromium');
  const other = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const context = await other.newContext({ recordHar: { path } });
    const page = await context.newPage();
    await page.goto(`${server.url}/page`);
    const text = await page.evaluate(() => fetch('/events?n=5').then((response) => response.text()));
    expect(text).toBe(numberedEvents(5));
    await context.close();
  } finally {
    await other.close();
  }
  const { data, head } = await imported('playwright.har', await readFile(path, 'utf8'));
  expect(data).toEqual(['1', '2', '3', '4', '5']);
  expect(head).toContain('times estimated');
});
