import { chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/browsers.mjs';
import { createMockServer, type MockServer } from '../../src/node/mock/createMockServer.ts';
import { recordedSession } from '../support/recordedHar.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';

/* The example of docs/replay.md: a page under Playwright gets its streams from the mock server. */

let page: TestServer;
let mock: MockServer;

beforeAll(async () => {
  page = await startTestServer();
  const chunks = [1, 2, 3].map((n) => [n * 10, `data: ${n}\n\n`] as const);
  mock = await createMockServer({
    sessions: [
      await recordedSession({
        url: 'http://shop.invalid/api/events',
        connections: [{ chunks, end: 'close' }],
      }),
    ],
    allowOrigins: ['*'],
  });
});
afterAll(async () => {
  await mock.close();
  await page.close();
});

test('routes that redirect to the mock server', async () => {
  const executablePath = findBrowser('chromium');
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const tab = await browser.newPage();
    for (const { url } of mock.sessions.flatMap(({ streams }) => streams))
      await tab.route(url, (route) =>
        route.fulfill({
          status: 307,
          headers: { location: mock.urlOf(url), 'access-control-allow-origin': '*' },
        }),
      );
    await tab.goto(`${page.url}/page`);
    const data = await tab.evaluate(
      () =>
        new Promise<string[]>((resolve, reject) => {
          const es = new EventSource('http://shop.invalid/api/events');
          const data: string[] = [];
          es.onmessage = (event) => {
            data.push(event.data);
            if (data.length === 3) {
              es.close();
              resolve(data);
            }
          };
          es.onerror = () => reject(new Error('failed'));
        }),
    );
    expect(data).toEqual(['1', '2', '3']);
  } finally {
    await browser.close();
  }
});
