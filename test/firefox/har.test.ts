import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Doc, type Driver, firefoxDriver } from '../support/driver.ts';
import { numberedEvents, startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

/* A file from Firefox to us, made by its own Network panel. */

let server: TestServer;
let driver: Driver;
let panel: Doc;

beforeAll(async () => {
  server = await startTestServer();
  driver = await firefoxDriver();
  await driver.page.goto(`${server.url}/page`);
  panel = await driver.openPanel();
});
afterAll(async () => {
  await driver.close();
  await server.close();
});

test('a HAR of Firefox’s own Network panel is read', async () => {
  const getHar = () =>
    panel.evaluate(async () => {
      const { devtools } = (globalThis as unknown as { browser: { devtools: typeof chrome.devtools } })
        .browser;
      return JSON.stringify({ log: await (devtools.network.getHAR as unknown as () => Promise<object>)() });
    });
  // Its Network panel begins to listen when it is first asked.
  await getHar();
  await driver.page.evaluate(() => fetch('/events?n=5').then((response) => response.text()));
  const har = await waitFor('the stream in Firefox’s log', async () => {
    const text = await getHar();
    const entry = JSON.parse(text).log.entries.find((one: { request: { url: string } }) =>
      one.request.url.includes('/events?n=5'),
    );
    return entry?.response.content.text && text;
  });
  expect(JSON.parse(har).log.creator.name).toBe('Firefox');
  await panel.evaluate(() => document.querySelector<HTMLElement>('[data-action=library]')!.click());
  await waitFor('the library', () => panel.evaluate(() => document.querySelector('.import input') !== null));
  await panel.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'firefox.har'));
    const input = document.querySelector<HTMLInputElement>('.import input')!;
    input.files = data.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, har);
  await waitFor('its rows', () =>
    panel.evaluate(
      () =>
        document.querySelector('dialog') === null &&
        document.querySelectorAll('.table-body [data-column=data]').length === 5 &&
        document.querySelector('.stream-head')?.textContent?.includes('times estimated') === true,
    ),
  );
  const { sessions, exchanges } = await driver.dump();
  const session = sessions.find(({ name }) => name === 'firefox.har')!;
  const exchange = exchanges.find((one) => one.session === session.id)!;
  expect(exchange.bytes).toBe(numberedEvents(5).length);
});
