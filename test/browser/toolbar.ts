import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumpStore, type StoreDump } from '../support/store.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

/** A browser in which the real toolbar button can be pressed. */
export interface WithToolbar {
  page: { goto(url: string): Promise<unknown>; evaluate(work: () => void): Promise<unknown> };
  extensionPage(): Promise<{ evaluate(work: typeof dumpStore): Promise<StoreDump> }>;
  /** Presses the button for the tab of `page`. */
  pressButton(): Promise<void>;
  /** Addresses of all tabs. */
  tabs(): Promise<string[]>;
  close(): Promise<void>;
}

export function toolbarTests(launch: () => Promise<WithToolbar>): void {
  let server: TestServer;
  let browser: WithToolbar;
  beforeAll(async () => {
    server = await startTestServer();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  test('the toolbar button records a tab without DevTools; pressed again, it stops and opens the panel', async () => {
    await browser.page.goto(`${server.url}/page`);
    const reader = await browser.extensionPage();
    await browser.pressButton();
    await waitFor('recording', async () => {
      await browser.page.evaluate(() => {
        const es = new EventSource('/open?n=2');
        es.addEventListener('tick', () => {});
      });
      const { sessions } = await reader.evaluate(dumpStore);
      return (sessions[0]?.events ?? 0) >= 2;
    });
    await browser.pressButton();
    await waitFor('the end of the session', async () => {
      const { sessions } = await reader.evaluate(dumpStore);
      return sessions[0]?.endedAt !== undefined;
    });
    await waitFor(
      'the panel in a tab',
      async () => (await browser.tabs()).filter((url) => /panel\.html\?tab=\d+$/.test(url)).length === 1,
    );
    expect((await reader.evaluate(dumpStore)).sessions).toHaveLength(1);
  });
}
