import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDemo } from '../../demo/server/app.ts';
import { findNginx } from '../../scripts/browsers.mjs';
import { type Doc, type Launch, startRecording, switchWireOn, useBrowser } from '../support/driver.ts';
import { startNginx } from '../support/nginx.ts';
import { waitFor } from '../support/waitFor.ts';

/** The same stream behind a real proxy, configured well and badly: what the proxy does is told from what it did. */
export function proxyTests(launch: Launch): void {
  describe.skipIf(!findNginx())('behind nginx', () => {
    const browser = useBrowser(launch);
    let demo: ReturnType<typeof createDemo>;
    let nginx: Awaited<ReturnType<typeof startNginx>>;
    let panel: Doc;
    beforeAll(async () => {
      demo = createDemo({ pageFolder: 'dist/demo', stocksEvery: 5, heartbeatEvery: 600_000 });
      const upstream = await demo.listen({ host: '127.0.0.1', port: 0 });
      const good = 'proxy_buffering off; proxy_read_timeout 1h;';
      const buffered = 'proxy_ignore_headers X-Accel-Buffering; proxy_buffering on;';
      // A small window, so that the lumps come soon enough for a test.
      const gzip =
        'gzip on; gzip_proxied any; gzip_types text/event-stream; gzip_min_length 0; gzip_window 1k; gzip_hash 1k; gzip_comp_level 1;';
      nginx = await startNginx(upstream, {
        '/good': good,
        '/buffered': buffered,
        '/compressed': `${good} ${gzip}`,
        '/both': `${buffered} ${gzip}`,
        '/impatient': 'proxy_buffering off; proxy_read_timeout 2s;',
      });
      await browser.driver.page.goto(`${nginx.url}/good/`);
      panel = await startRecording(browser.driver);
      await switchWireOn(browser.driver, panel);
    });
    afterAll(async () => {
      await nginx.close();
      await demo.close();
    });

    /** Opens a stream, and gives the names of the findings of a severity once enough is there to judge. */
    async function findings(
      path: string,
      enough: (events: number, text: string) => boolean,
      severities = ['error', 'warning'],
    ): Promise<string[]> {
      const { page } = browser.driver;
      await page.evaluate((path) => {
        const es = new EventSource(path);
        for (const type of ['welcome', 'catch-up', 'quote', 'article']) es.addEventListener(type, () => {});
        Object.assign(globalThis, { es });
      }, path);
      const row = await waitFor('the stream', () =>
        panel.evaluate((path) => {
          const rows = [...document.querySelectorAll<HTMLElement>('.stream-row')];
          const row = rows.find((one) => one.title.includes(path));
          return row && `#${row.id}`;
        }, path),
      );
      await panel.evaluate((row) => document.querySelector<HTMLElement>(row)!.click(), row);
      await panel.evaluate(() => document.querySelector<HTMLElement>('[data-tab=health]')!.click());
      try {
        return await waitFor('the health', async () => {
          const { events, text, names } = await panel.evaluate(
            ({ row, severities }) => ({
              events: Number(document.querySelector(`${row} .number`)?.textContent?.replaceAll(',', '') ?? 0),
              text: document.querySelector('.page')?.textContent ?? '',
              names: [...document.querySelectorAll<HTMLElement>('[data-finding]')]
                .filter((one) => severities.includes(one.dataset.severity!))
                .map((one) => one.dataset.finding!),
            }),
            { row, severities },
          );
          return enough(events, text) && [names];
        }).then(([names]) => names!);
      } finally {
        await page.evaluate(() => (globalThis as unknown as { es: EventSource }).es.close());
      }
    }

    test('a good configuration yields no finding', async () => {
      expect(await findings('/good/api/stocks', (events) => events > 500)).toEqual([]);
    });
    test('buffering that holds nothing back, since the reader is fast, yields none either', async () => {
      expect(await findings('/buffered/api/stocks', (events) => events > 500)).toEqual([]);
    });
    test('compression that is flushed is no fault, and a note', async () => {
      expect(await findings('/compressed/api/stocks', (events) => events > 500)).toEqual([]);
      expect(await findings('/compressed/api/stocks', (events) => events > 500, ['note'])).toContain(
        'compressed',
      );
    });
    test('what a compressor behind a buffer holds back is told by its lumps', async () => {
      const names = await findings('/both/api/stocks', (_events, text) => text.includes('holds events back'));
      expect(names).toEqual(['compressedHeld']);
    });
    test('the cut after silence is told by its time', async () => {
      const names = await findings('/impatient/api/news', (_events, text) =>
        text.includes('2 connections broke off'),
      );
      expect(names).toEqual(['cutWhenSilent']);
      const text = await panel.evaluate(() => document.querySelector('[data-finding]')?.textContent ?? '');
      // A busy browser hands the first bytes over late, and the silence looks shorter by that.
      expect(text).toMatch(/Cut after (1\.[89]\d|2(\.0\d)?) s of silence/);
    });
  });
}
