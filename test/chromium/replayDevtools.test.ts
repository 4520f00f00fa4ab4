import type { Frame } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMockServer, type MockServer } from '../../src/node/mock/createMockServer.ts';
import { type ChromiumWithExtension, launchChromium } from '../support/chromium.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';

/* Replay from the panel in the real DevTools, by mouse and keys. */

const STREAM = '/paced?n=20&every=10';
const LISTENS = `<script>
  const es = new EventSource('${STREAM}');
  let count = 0;
  es.addEventListener('tick', (event) => {
    document.title = String(++count);
    if (count === 20) es.close();
  });
</script>`;

let server: TestServer;
let mock: MockServer;
let browser: ChromiumWithExtension;
let panel: Frame;

beforeAll(async () => {
  const type = 'text/html';
  server = await startTestServer({
    '/listens': { type, body: `<!doctype html><title>0</title>${LISTENS}` },
    '/strict': {
      type,
      body: `<!doctype html><title>0</title><meta http-equiv="Content-Security-Policy" content="connect-src 'self'">${LISTENS}`,
    },
  });
  mock = await createMockServer();
  browser = await launchChromium({ devtools: true });
  await browser.page.goto(`${server.url}/listens`);
  panel = await browser.panel();
});
afterAll(async () => {
  await browser.close();
  await mock.close();
  await server.close();
});

async function record(path: string): Promise<void> {
  await browser.page.goto(server.url + path);
  await browser.page.waitForFunction(() => document.title === '20');
  await panel.waitForSelector('.table-foot:has-text("20 entries")');
  await panel.click('[data-tab=replay]');
}

test('a page is played its own stream, and is left as it was', async () => {
  await record('/listens');
  await panel.fill('[data-field=address]', mock.url);
  await panel.fill('[data-field=token]', mock.token);
  await panel.press('[data-field=token]', 'Enter');
  await panel.click('[data-action=replay]');
  await panel.waitForSelector('.replay-compare li:has-text("20 of 20 events")');
  expect(await panel.textContent('.replay-compare')).not.toContain('another one');
  expect(await browser.page.title()).toBe('20');
  expect(mock.statistics.events).toBe(20);
  await panel.click('[data-action=stop-replay]');
  await panel.waitForSelector('[data-action=replay]');
  // From its own server again.
  const before = server.requests.filter(({ url }) => url === STREAM).length;
  await browser.page.reload();
  await browser.page.waitForFunction(() => document.title === '20');
  expect(server.requests.filter(({ url }) => url === STREAM).length).toBeGreaterThan(before);
  expect(mock.statistics.events).toBe(20);
});

test('a page whose policy forbids it is told of, with what helps', async () => {
  await panel.click('[data-tab=events]');
  await panel.selectOption('.sessions', '');
  await record('/strict');
  await panel.click('[data-action=replay]');
  await panel.waitForSelector('.replay-obstacles:has-text("Content-Security-Policy")');
  expect(await browser.page.title()).toBe('0');
  await panel.click('[data-action=stop-replay]');
  await panel.waitForSelector('[data-action=replay]');
});
