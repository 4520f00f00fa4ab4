import { toolbarTests } from '../browser/toolbar.ts';
import { FIREFOX_EXTENSION_ID, launchFirefox } from '../support/firefox.ts';

/* Globals of the browser's own window, where the button is. */
declare const WebExtensionPolicy: any;
declare const ChromeUtils: any;
declare const gBrowser: any;

toolbarTests(async () => {
  const browser = await launchFirefox();
  return {
    page: browser.page,
    extensionPage: () => browser.extensionPage(),
    async pressButton() {
      await browser.chrome((url) => {
        gBrowser.selectedTab = gBrowser.tabs.find((tab: any) => tab.linkedBrowser.currentURI.spec === url);
      }, browser.page.url());
      await browser.chrome((id) => {
        const { ExtensionParent } = ChromeUtils.importESModule(
          'resource://gre/modules/ExtensionParent.sys.mjs',
        );
        const { extension } = WebExtensionPolicy.getByID(id);
        ExtensionParent.apiManager.global.browserActionFor(extension).triggerAction(window);
      }, FIREFOX_EXTENSION_ID);
    },
    tabs: () =>
      browser.chrome(() => gBrowser.tabs.map((tab: any) => tab.linkedBrowser.currentURI.spec as string)),
    close: () => browser.close(),
  };
});
