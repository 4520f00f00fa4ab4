import { createMockServer } from '../src/node/mock/createMockServer.ts';
import { launchChromium, tabOf } from '../test/support/chromium.ts';
import { startTestServer } from '../test/support/testServer.ts';
import { waitFor } from '../test/support/waitFor.ts';
import { report, rounded } from './measure.ts';

/*
 * A page's streams recorded in Chromium, and played back to it at speed 1: how far apart in time an event is in the two
 * recordings, after the answer. Measured by the panel's own comparison; no peer replays what a browser recorded.
 */
const EVENTS = 300;
const EVERY = 20;
const figures: Record<string, number> = {};
const rows: Record<string, string | number>[] = [];
const server = await startTestServer();
const mock = await createMockServer();
const browser = await launchChromium();
try {
  const { page } = browser;
  await page.goto(`${server.url}/page`);
  const helper = await browser.extensionPage();
  const tab = await tabOf(helper, page);
  await helper.close();
  const panel = await browser.extensionPage(`src/devtools/shell/panel.html?tab=${tab}`);
  await panel.click('.toolbar .icon-button');
  await panel.waitForSelector('.toolbar .icon-button[aria-pressed=true]');
  // Both at once, as on a page.
  const listen = () =>
    page.evaluate(
      async ([events, every]) => {
        const es = new EventSource(`/paced?n=${events}&every=${every}&es`);
        let count = 0;
        const heard = new Promise<void>((resolve) =>
          es.addEventListener('tick', () => {
            if (++count < events!) return;
            es.close();
            resolve();
          }),
        );
        const response = await fetch(`/paced?n=${events}&every=${every}&fetch`, { method: 'POST' });
        await Promise.all([heard, response.text()]);
      },
      [EVENTS, EVERY],
    );
  await listen();
  await panel.waitForSelector('.streams-list');
  await panel.click('[data-tab=replay]');
  await panel.fill('[data-field=address]', mock.url);
  await panel.fill('[data-field=token]', mock.token);
  await panel.click('.replay-form [type=submit]');
  await panel.click('[data-action=replay]');
  await panel.waitForSelector('[data-action=stop-replay]');
  await page.waitForLoadState();
  await page.waitForTimeout(500);
  await listen();
  const lines = await waitFor('all of it', async () => {
    const texts = await panel.locator('.replay-compare li').allTextContents();
    return (
      texts.length === 2 && texts.every((text) => text.includes(`${EVENTS} of ${EVENTS} events`)) && texts
    );
  });
  for (const line of lines) {
    const name = line.includes('&es') ? 'EventSource' : 'fetch';
    const [, within, median] = /times within ([\d.]+ (?:m?s)) \(median ([\d.]+ m?s)\)/.exec(line) ?? [];
    figures[`${name}: p99 ms`] = msOf(within);
    figures[`${name}: median ms`] = msOf(median);
    figures[`${name}: events that are others`] = /another one/.test(line) ? 1 : 0;
  }
} finally {
  await browser.close();
  await mock.close();
  await server.close();
}
for (const [what, value] of Object.entries(figures)) rows.push({ what, value });
report(rows, figures);

function msOf(text = ''): number {
  const value = Number.parseFloat(text);
  return rounded(/\ds$|\d s$/.test(text) ? value * 1000 : value, 1);
}
