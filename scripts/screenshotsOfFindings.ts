import type { Page } from 'playwright';
import { startTroubleServer } from '../test/support/troubles.ts';

/** What `scripts/screenshots.ts` gives to take pictures with. */
export interface Studio {
  /** The page that is recorded. */
  page: Page;
  /** Its panel, which is recording with the wire on. */
  panel: Page;
  sizes: Record<'wide' | 'narrow' | 'low', { width: number; height: number }>;
  /** Takes a light picture and a dark one. */
  themes(name: string): Promise<void>;
  choose(part: string): Promise<void>;
}

/** Pictures of streams with trouble: the session's findings, the first screen of a sick stream, its health, where links lead. */
export async function shootFindings({ page, panel, sizes, themes, choose }: Studio): Promise<void> {
  const server = await startTroubleServer();
  try {
    await page.goto(`${server.url}/page`);
    await page.evaluate((elsewhere) => {
      const open = (url: string, types: string[] = [], withCredentials = false): void => {
        const es = new EventSource(url, { withCredentials });
        es.onmessage = () => {};
        for (const type of types) es.addEventListener(type, () => {});
      };
      for (const url of ['/held', '/app', '/again', '/flushed', '/dead']) open(url);
      open('/done', ['done']);
      open(`${elsewhere}/cors`, [], true);
    }, server.elsewhere);
    await panel.waitForSelector('.stream-row[title*="/cors"]');
    for (const code of ['compressedHeld', 'wrongType', 'cors', 'endlessRerequest', 'deadButOpen']) {
      await panel.click('[data-tab=findings]');
      await panel.waitForSelector(`[data-finding=${code}]`, { timeout: 60_000 });
    }
    for (const [size, viewport] of Object.entries(sizes)) {
      await panel.setViewportSize(viewport);
      await panel.click('[data-tab=findings]');
      await themes(`findings-${size}`);
      await choose('/app');
      await panel.click('[data-tab=events]');
      await panel.waitForSelector('.verdict');
      await themes(`sick-events-${size}`);
      await panel.click('[data-tab=health]');
      await panel.waitForSelector('[data-finding=wrongType]');
      await themes(`sick-health-${size}`);
      await panel.click('[data-finding=wrongType] [data-place=header]');
      await panel.waitForSelector('dt.led');
      await themes(`sick-http-${size}`);
      await choose('/done');
      await panel.click('[data-tab=timeline]');
      await themes(`sick-timeline-${size}`);
      await panel.click('[data-tab=health]');
      await panel.waitForSelector('[data-finding=endlessRerequest]');
      await themes(`sick-again-${size}`);
    }
    await panel.setViewportSize(sizes.wide);
    await panel.click('[data-tab=findings]');
    await panel.click('[data-finding=wrongType] [data-action=dismiss]');
    await panel.click('.dismissed > summary');
    await panel.click('.checks > summary');
    await panel.evaluate(() => document.querySelector('.page')?.scrollTo(0, 1e6));
    await themes('findings-end');
    await panel.click('[data-dismissed=wrongType] button');
    await panel.evaluate(() => document.querySelector('.page')?.scrollTo(0, 700));
    await themes('findings-middle');
  } finally {
    await server.close();
  }
}
