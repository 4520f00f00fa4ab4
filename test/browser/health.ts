import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Doc, type Launch, useBrowser } from '../support/driver.ts';
import { startTroubleServer, type TroubleServer } from '../support/troubles.ts';
import { waitFor } from '../support/waitFor.ts';

/** What the Health tab says of streams with trouble, and of good ones, as real browsers meet them. */
export function healthTests(launch: Launch): void {
  describe('the Health tab', () => {
    const browser = useBrowser(launch, { devtools: true });
    let server: TroubleServer;
    let panel: Doc;
    beforeAll(async () => {
      server = await startTroubleServer();
      await browser.driver.page.goto(`${server.url}/page`);
      panel = await browser.driver.openPanel();
    });
    afterAll(() => server.close());

    /** Opens a stream in the page, and shows its health. */
    async function show(url: string, types: string[] = [], withCredentials = false): Promise<void> {
      await browser.driver.page.evaluate(
        ({ url, types, withCredentials }) => {
          const es = new EventSource(url, { withCredentials });
          es.onmessage = () => {};
          for (const type of types) es.addEventListener(type, () => {});
          Object.assign(globalThis, { es });
        },
        { url, types, withCredentials },
      );
      const row = await waitFor(`a stream ${url}`, () =>
        panel.evaluate((part) => {
          const rows = [...document.querySelectorAll<HTMLElement>('.stream-row')];
          const row = rows.findLast((one) => one.title.includes(part));
          return row && `#${row.id}`;
        }, new URL(url, server.url).pathname),
      );
      await panel.click(row);
      await panel.click('[data-tab=health]');
    }
    const found = () =>
      panel.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('[data-finding]')].map((one) => ({
          code: one.dataset.finding!,
          severity: one.dataset.severity!,
          text: one.textContent ?? '',
        })),
      );
    /** The finding, once it is there; and what else is said above a note. */
    async function finding(code: string): Promise<{ text: string; others: string[] }> {
      return waitFor(`the finding ${code}`, async () => {
        const all = await found();
        const one = all.find((one) => one.code === code);
        const others = all.filter((other) => other !== one && other.severity !== 'note');
        return one && { text: one.text, others: others.map((other) => other.code) };
      });
    }
    /** Clicks what may be further down its page. */
    async function press(selector: string): Promise<void> {
      await panel.evaluate(
        (one) => document.querySelector(one)?.scrollIntoView({ block: 'center' }),
        selector,
      );
      await panel.click(selector);
    }
    const close = () =>
      browser.driver.page.evaluate(() => (globalThis as unknown as { es: EventSource }).es.close());

    test('says that a compressor holds events back', async () => {
      await show('/held');
      const { text, others } = await finding('compressedHeld');
      expect(text).toMatch(/no event for [5-9]\.\d+ s/);
      expect(others).toEqual([]);
      await close();
    });
    test('counts the silence of a dead connection while nothing arrives', async () => {
      await show('/dead');
      const seconds = async () =>
        Number(/nothing for (\d+(?:\.\d+)?) s/.exec((await finding('deadButOpen')).text)?.[1] ?? 0);
      const before = await seconds();
      await waitFor('the silence to grow', async () => (await seconds()) >= before + 2);
      await close();
    });
    test('names an answer that is the application’s own page, and does not call it well', async () => {
      await show('/app');
      const { text, others } = await finding('wrongType');
      // Chromium shows the first bytes of such an answer on the wire alone.
      expect(text).toMatch(/no event stream but (the application’s own|a) page/);
      expect(others).toEqual([]);
      expect(
        await panel.evaluate(() => document.querySelector('.page .fine')?.textContent ?? ''),
      ).not.toContain('Nothing was found wrong');
    });
    test('names CORS with credentials', async () => {
      await show(`${server.elsewhere}/cors`, [], true);
      const { text, others } = await finding('cors');
      // Chromium shows the headers of a response that it refuses on the wire alone.
      expect(text).toMatch(/does not allow credentials|most likely by CORS/);
      expect(text).toContain(`Access-Control-Allow-Origin: ${server.url}`);
      expect(others).toEqual([]);
      await close();
    });
    test('tells events that come again from a new count', async () => {
      await show('/again');
      expect((await finding('idIgnored')).text).toContain('Last-Event-ID: 6');
      await close();
      await show('/count');
      const { text, others } = await finding('idsRestart');
      expect(text).toContain('106 before, 1 after');
      expect(others).not.toContain('idIgnored');
      await close();
    });
    test('names a finished stream that is asked for again', async () => {
      await show('/done', ['done']);
      const { others } = await finding('endlessRerequest');
      expect(others).not.toContain('cutByAge');
      await close();
    });
    test('does not call compression a fault where each event is flushed', async () => {
      await show('/flushed');
      // Without the bytes nobody can tell that it is flushed.
      await waitFor('its events, and what was looked for', () =>
        panel.evaluate(
          () =>
            document.querySelector('.checks') !== null &&
            Number(document.querySelector('.stream-row[aria-selected=true] .events')?.textContent) >= 5,
        ),
      );
      expect((await found()).filter(({ severity }) => severity !== 'note')).toEqual([]);
      await close();
    });
    test('leads from the findings of the session to the header they are about', async () => {
      await show('/app');
      await finding('wrongType');
      // The first screen of a sick stream says what is wrong.
      await panel.click('[data-tab=events]');
      await waitFor('the verdict', () =>
        panel.evaluate(() => /no event stream/.test(document.querySelector('.verdict')?.textContent ?? '')),
      );
      await panel.click('[data-tab=findings]');
      await finding('wrongType');
      expect(
        await panel.evaluate(() =>
          Number(document.querySelector('[data-count=error]')?.textContent?.match(/\d+/)?.[0]),
        ),
      ).toBeGreaterThan(0);
      expect(
        await panel.evaluate(
          () => document.querySelector('.stream-row[title*="/app"] [data-mark=error]') !== null,
        ),
      ).toBe(true);
      await press('[data-finding=wrongType] [data-place=header]');
      expect(
        await waitFor('the header', () =>
          panel.evaluate(() => document.querySelector('dt.led')?.nextElementSibling?.textContent),
        ),
      ).toContain('text/html');
    });
    test('puts a finding aside, and takes it back', async () => {
      await show('/app');
      await panel.click('[data-tab=findings]');
      await finding('wrongType');
      await press('[data-finding=wrongType] [data-action=dismiss]');
      await waitFor('it to be gone', async () => !(await found()).some(({ code }) => code === 'wrongType'));
      await press('.dismissed > summary');
      await press('[data-dismissed=wrongType] button');
      await finding('wrongType');
    });
    test('says that a policy stopped the request before it was sent', async () => {
      await browser.driver.page.goto(`${server.url}/policy`);
      await show(`${server.elsewhere}/flushed`);
      const { text, others } = await finding('neverSent');
      expect(text).toContain('Content-Security-Policy');
      expect(others).toEqual([]);
    });
  });
}
