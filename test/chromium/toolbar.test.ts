import type { CDPSession } from 'playwright';
import { toolbarTests } from '../browser/toolbar.ts';
import { launchChromium } from '../support/chromium.ts';

/** What Playwright's types do not have of the protocol yet. */
type Send = (method: string, params: object) => Promise<{ targetInfos: { url: string; targetId: string }[] }>;

toolbarTests(async () => {
  const browser = await launchChromium({ args: ['--enable-unsafe-extension-debugging'] });
  const session: CDPSession = await browser.context.browser()!.newBrowserCDPSession();
  const send = session.send.bind(session) as unknown as Send;
  // A worker that is not there yet does not hear the button.
  if (browser.context.serviceWorkers().length === 0) await browser.context.waitForEvent('serviceworker');
  return {
    page: browser.page,
    extensionPage: () => browser.extensionPage(),
    async pressButton() {
      await browser.page.bringToFront();
      // The button is a tab's, not a page's.
      const { targetInfos } = await send('Target.getTargets', { filter: [{ type: 'tab' }] });
      const { targetId } = targetInfos.find(({ url }) => url === browser.page.url())!;
      await send('Extensions.triggerAction', { id: browser.extensionId, targetId });
    },
    tabs: async () => browser.context.pages().map((page) => page.url()),
    close: () => browser.close(),
  };
});
