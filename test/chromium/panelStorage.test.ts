import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { type ChromiumWithExtension, launchChromium } from '../support/chromium.ts';
import { waitFor } from '../support/waitFor.ts';

/** The panel's port leads to the test instead of to the background: `tell` sends, `said` is what the panel sends. */
function linkToTest(): void {
  const listeners = new Set<(message: unknown) => void>();
  const said: { type: string }[] = [];
  const port = {
    name: 'panel',
    postMessage: (message: { type: string }) => void said.push(message),
    disconnect() {},
    onMessage: {
      addListener: (listener: (message: unknown) => void) => listeners.add(listener),
      removeListener: (listener: (message: unknown) => void) => listeners.delete(listener),
    },
    onDisconnect: { addListener() {} },
  };
  Object.assign(chrome.runtime, { connect: () => port });
  Object.assign(globalThis, {
    said,
    tell(status: object) {
      const all = {
        tab: 1,
        url: 'http://a.test/',
        session: 'full',
        recording: true,
        preserve: false,
        private: false,
        permitted: true,
        restricted: false,
        wire: { always: false, wanted: false, on: false, problem: '' },
        keeping: { recordOnOpen: true, budget: 2 ** 30, removed: undefined },
        redirected: [],
        redirectProblem: '',
        storageProblem: '',
        ...status,
      };
      for (const listener of listeners) listener({ type: 'TabChanged', status: all });
    },
  });
}

describe('storage that fails, in the panel in Chromium', () => {
  let browser: ChromiumWithExtension;
  let url: string;
  beforeAll(async () => {
    browser = await launchChromium();
    const seeder = await browser.extensionPage();
    url = seeder.url().replace(/\?.*/, '');
    await seeder.evaluate(await bundle('test/pages/seedSession.ts'));
    await seeder.evaluate(async () => {
      const { seedSession } = globalThis as unknown as { seedSession(seed: object): Promise<void> };
      await seedSession({ session: 'full', events: 20, size: 60 });
      // As it stands in the store while it is being recorded, or when storage failed then.
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open('sse-scope');
        request.onsuccess = () => resolve(request.result);
      });
      const sessions = db.transaction('sessions', 'readwrite').objectStore('sessions');
      await new Promise((resolve) => {
        const request = sessions.get('full');
        request.onsuccess = () => {
          const { endedAt: _endedAt, ...session } = request.result;
          sessions.put(session).onsuccess = resolve;
        };
      });
      db.close();
    });
    await seeder.close();
  });
  afterAll(() => browser.close());

  const tell = (panel: Page, status: object) =>
    panel.evaluate((status) => (globalThis as unknown as { tell(s: object): void }).tell(status), status);

  async function linkedPanel(): Promise<Page> {
    const panel = await browser.context.newPage();
    await panel.addInitScript(linkToTest);
    await panel.goto(`${url}?tab=1`);
    await panel.waitForSelector('.toolbar');
    return panel;
  }

  test('a store that does not open is said to, and shown when it opens', async () => {
    const panel = await browser.context.newPage();
    await panel.addInitScript(() => {
      const open = indexedDB.open.bind(indexedDB);
      Object.assign(globalThis, { isFailing: true });
      IDBFactory.prototype.open = (...args: Parameters<IDBFactory['open']>) => {
        if ((globalThis as unknown as { isFailing: boolean }).isFailing) {
          throw new DOMException('The disk has no room', 'UnknownError');
        }
        return open(...args);
      };
    });
    await panel.goto(url);
    expect(await panel.textContent('.screen[role=alert]')).toContain('does not open: The disk has no room.');
    await panel.evaluate(() => Object.assign(globalThis, { isFailing: false }));
    await panel.waitForSelector('.sessions option[value=full]', { state: 'attached' });
    expect(await panel.$('.screen[role=alert]')).toBeNull();
    await panel.close();
  });

  test('recording that stopped says why, that it goes on, and lets the session that filled the disk be deleted', async () => {
    const panel = await linkedPanel();
    await tell(panel, {});
    await panel.waitForSelector('.stream-row');
    expect(await panel.$('[data-notice]')).toBeNull();
    await panel.click('[data-action=library]');
    const isLocked = () =>
      panel.evaluate(
        () => document.querySelector<HTMLButtonElement>('[data-session=full] [data-action=delete]')!.disabled,
      );
    await panel.waitForSelector('[data-session=full]');
    expect(await isLocked()).toBe(true);

    await tell(panel, { recording: false, storageProblem: 'The disk is full.' });
    await waitFor('the reason', async () =>
      (await panel.textContent('.notices'))?.includes('Recording stopped: The disk is full.'),
    );
    expect(await isLocked()).toBe(false);
    await panel.click('[data-session=full] [data-action=delete]');
    await panel.keyboard.press('Escape');
    await waitFor('the command', () =>
      panel.evaluate(() =>
        (globalThis as unknown as { said: { type: string; session?: string }[] }).said.some(
          ({ type, session }) => type === 'DeleteSession' && session === 'full',
        ),
      ),
    );

    await tell(panel, {});
    await waitFor('that it goes on', async () =>
      (await panel.textContent('[data-notice=recovered]'))?.includes('Recording goes on'),
    );
    await panel.click('[data-notice=recovered] button');
    await waitFor('its end', async () => (await panel.$('[data-notice]')) === null);
    await panel.close();
  });

  test('a private window has its own words', async () => {
    const panel = await linkedPanel();
    await tell(panel, { session: '', recording: false, private: true });
    await waitFor('the words', async () =>
      (await panel.textContent('.screen'))?.includes('Private windows are not recorded'),
    );
    await panel.close();
  });
});
