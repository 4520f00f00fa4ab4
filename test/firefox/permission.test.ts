import { expect, test } from 'vitest';
import { firefoxDriver } from '../support/driver.ts';
import { startTestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

test('where the user has withheld the sites, the panel says so, and offers to ask', async () => {
  const server = await startTestServer();
  const driver = await firefoxDriver({ prefs: { 'extensions.originControls.grantByDefault': false } });
  try {
    await driver.page.goto(`${server.url}/page`);
    const panel = await driver.openPanel();
    await waitFor(
      'the screen',
      async () =>
        (await panel.evaluate(() => document.querySelector('.screen h1')?.textContent)) ===
        'SSE Scope may not see this site',
    );
    expect(await panel.evaluate(() => document.querySelector('.screen button')?.textContent)).toBe(
      'Allow on all sites',
    );
  } finally {
    await driver.close();
    await server.close();
  }
});
