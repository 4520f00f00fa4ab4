import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { type Launch, useBrowser } from '../support/driver.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';

/** The store in a browser's own IndexedDB. */
export function storeTests(launch: Launch): void {
  let server: TestServer;
  const browser = useBrowser(launch, { extension: false });
  beforeAll(async () => {
    const body = await bundle('test/pages/storeProbe.ts');
    server = await startTestServer({
      '/store.js': { type: 'text/javascript', body },
      '/store': {
        type: 'text/html',
        body: '<!doctype html><title>Store</title><script src="/store.js"></script>',
      },
    });
    await browser.driver.page.goto(`${server.url}/store`);
  });
  afterAll(() => server.close());

  test('the segment of an entry, a byte or a moment is found by its index; a deleted session leaves nothing', async () => {
    const found = await browser.driver.page.evaluate(() =>
      (globalThis as unknown as { probeStore(): Promise<Record<string, unknown>> }).probeStore(),
    );
    expect(found.segments).toBeGreaterThan(3);
    for (const way of ['byEntry', 'byFirstEntry', 'byOffset', 'byTime']) {
      expect(found[way], way).toEqual(found.expected);
    }
    expect(found).toMatchObject({
      before: 'none',
      other: 'none',
      tail: (found.segments as number) - 1,
      left: 0,
    });
  });

  test('a store of the first version is brought up to date, and keeps what is in it', async () => {
    const found = await browser.driver.page.evaluate(() =>
      (globalThis as unknown as { probeUpgrade(): Promise<Record<string, string[]>> }).probeUpgrade(),
    );
    expect(found.sessions).toEqual(['kept']);
    expect(found.stores).toEqual(expect.arrayContaining(['requests', 'ahead']));
    expect(found.stores).toHaveLength(8);
  });
}
