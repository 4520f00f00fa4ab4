import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { createDemo } from '../demo/server/app.ts';
import { createMockServer } from '../src/node/mock/createMockServer.ts';
import { launchChromium, tabOf } from '../test/support/chromium.ts';
import { waitFor } from '../test/support/waitFor.ts';
import { shootFindings } from './screenshotsOfFindings.ts';

/*
 * Pictures of the panel on the demo dashboard: every tab, light and dark, narrow and wide, empty and full.
 *
 *   npm run screenshots            into screenshots/
 *   npm run screenshots -- DIR     into DIR
 */
const folder = resolve(process.argv[2] ?? 'screenshots');
await mkdir(folder, { recursive: true });

const SIZES = {
  wide: { width: 1280, height: 760 },
  narrow: { width: 420, height: 760 },
  low: { width: 1400, height: 330 },
};
const TABS = ['events', 'timeline', 'health', 'http', 'statistics'];
const HARD = [
  `id: ${'x'.repeat(300)}\nevent: ${'a-very-long-event-type-'.repeat(6)}\ndata: {"text":"عربي mixed with English עברית 🎉🏳️‍🌈 漢字","nested":"{\\"inside\\":[1,2,3]}","base64":"eyJwYWNrZWQiOnRydWV9"}\n\n`,
  `event: huge\ndata: ${JSON.stringify({ items: Array.from({ length: 3000 }, (_, i) => ({ i, name: `item ${i}`, tags: ['a', 'b'] })) })}\n\n`,
  'data: <img src=x onerror=alert(1)>\ndata: second line\ndata:\ndata: fourth line\n\n',
];

const demo = createDemo({ pageFolder: 'dist/demo', stocksEvery: 60, tokenEvery: 15, heartbeatEvery: 1000 });
const url = await demo.listen({ host: '127.0.0.1', port: 0 });
const mock = await createMockServer();
const browser = await launchChromium({ windowSize: '1400,900' });
try {
  const { page } = browser;
  await page.goto(`${url}/`);
  const helper = await browser.extensionPage();
  const tab = await tabOf(helper, page);
  await helper.close();
  const panel = await browser.extensionPage(`src/devtools/shell/panel.html?tab=${tab}`);
  const shoot = async (name: string): Promise<void> => {
    await panel.screenshot({ path: join(folder, `${name}.png`) });
  };
  const themes = async (name: string): Promise<void> => {
    for (const theme of ['light', 'dark'] as const) {
      await panel.emulateMedia({ colorScheme: theme });
      await panel.waitForTimeout(150);
      await shoot(`${name}-${theme}`);
    }
  };

  await panel.setViewportSize(SIZES.wide);
  await panel.waitForSelector('.screen h1');
  await themes('empty');

  await panel.click('.toolbar .icon-button[aria-pressed=false]');
  await panel.waitForSelector('.toolbar .icon-button[aria-pressed=true]');
  await panel.click('[data-action=wire]');
  await panel.waitForSelector('[data-action=wire].on');
  await page.reload();
  await act(page, 'malformed', 'events');
  await page.evaluate(() => document.querySelector<HTMLElement>('#chat button[type=submit]')?.click());
  await page.evaluate((text) => {
    const blob = URL.createObjectURL(new Blob([text], { type: 'text/event-stream' }));
    void fetch(`${blob}#${'long/path/segment/'.repeat(12)}`).then((response) => response.text());
  }, HARD.join(''));
  await panel.waitForTimeout(4000);
  await act(page, 'drop', 'news');
  await act(page, 'stall', 'stocks', 2500);
  await panel.waitForTimeout(6500);

  for (const [size, viewport] of Object.entries(SIZES)) {
    await panel.setViewportSize(viewport);
    await choose(panel, '/api/stocks');
    for (const one of TABS) {
      await panel.click(`[data-tab=${one}]`);
      await panel.waitForTimeout(700);
      if (one === 'events') {
        await panel.click('.table-body .table-row:not(.empty) >> nth=5');
        await panel.waitForSelector('.detail-facts');
      }
      await themes(`${one}-${size}`);
    }
    await choose(panel, 'blob:');
    await panel.click('[data-tab=events]');
    for (const row of [0, 1, 2]) {
      await panel.click(`.table-body .table-row:not(.empty) >> nth=${row}`);
      await panel.waitForTimeout(300);
      await shoot(`hard-${row}-${size}`);
    }
    await panel.click('[data-detail=diff]');
  }

  await panel.setViewportSize(SIZES.wide);
  await choose(panel, '/api/stocks');
  await panel.click('[data-tab=events]');
  await panel.click('.table-body .table-row:not(.empty) >> nth=8');
  await panel.click('[data-detail=diff]');
  await panel.waitForTimeout(300);
  await themes('diff');
  await panel.fill('.filter', 'ACME type:quote');
  await panel.waitForTimeout(500);
  await themes('filter');
  await panel.keyboard.press('Escape');
  await panel.keyboard.press('Escape');
  await panel.click('.table > .menu-button');
  await shoot('columns-light');
  await panel.keyboard.press('Escape');
  await panel.click('.menu-button[title=Export]');
  await themes('export');
  await panel.keyboard.press('Escape');
  await panel.click('[data-action=library]');
  await panel.waitForSelector('dialog[open]');
  await themes('library');
  await panel.setViewportSize(SIZES.narrow);
  await shoot('library-narrow');
  await panel.setViewportSize(SIZES.wide);
  await panel.keyboard.press('Escape');
  await panel.focus('.table-body');
  await panel.keyboard.press('?');
  await panel.waitForSelector('dialog[open]');
  await themes('help');
  await panel.keyboard.press('Escape');

  await panel.click('[data-tab=replay]');
  await themes('replay-start');
  await panel.fill('[data-field=address]', mock.url);
  await panel.fill('[data-field=token]', mock.token);
  await panel.keyboard.press('Enter');
  await panel.waitForSelector('[data-action=replay]');
  for (const size of ['wide', 'narrow'] as const) {
    await panel.setViewportSize(SIZES[size]);
    await themes(`replay-${size}`);
  }
  await panel.click('[data-action=replay]');
  await panel.waitForSelector('[data-action=pause]');
  await panel.waitForTimeout(4000);
  for (const size of ['narrow', 'wide'] as const) {
    await panel.setViewportSize(SIZES[size]);
    await themes(`replaying-${size}`);
  }
  await panel.click('[data-action=stop-replay]');
  await panel.setViewportSize(SIZES.wide);
  await panel.click('[data-tab=events]');
  await shootFindings({ page, panel, sizes: SIZES, themes, choose: (part) => choose(panel, part) });
  console.log(`The pictures are in ${folder}.`);
} finally {
  await browser.close();
  await mock.close();
  await demo.close();
}

async function choose(panel: Page, part: string): Promise<void> {
  await waitFor(`the stream ${part}`, () =>
    panel.evaluate((text) => {
      const row = [...document.querySelectorAll<HTMLElement>('.stream-row')].find((one) =>
        one.title.includes(text),
      );
      row?.click();
      return row !== undefined;
    }, part),
  );
}

function act(page: Page, action: string, channel: string, ms = 0): Promise<boolean> {
  return page.evaluate(
    (body) =>
      fetch('/api/control', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      }).then((response) => response.ok),
    JSON.stringify({ action, channel, ms }),
  );
}
