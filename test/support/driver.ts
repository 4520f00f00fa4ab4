import { afterAll, beforeAll } from 'vitest';
import { type ChromiumOptions, launchChromium, tabOf } from './chromium.ts';
import { type FirefoxDocument, type FirefoxOptions, launchFirefox } from './firefox.ts';
import { dumpStore, type StoreDump } from './store.ts';
import { waitFor } from './waitFor.ts';

/** A document that a test talks to: functions go in, JSON comes out. */
export interface Doc {
  evaluate<A extends unknown[], R>(fn: (...args: A) => R | Promise<R>, ...args: A): Promise<R>;
  click(selector: string): Promise<void>;
  /** Trusted key presses, where the focus is: characters, or names as `KeyboardEvent.key` has them. */
  press(...keys: string[]): Promise<void>;
  screenshot(): Promise<Buffer>;
}

/** WebDriver's codes of keys that are no characters. */
const KEY_CODES: Record<string, string> = {
  Tab: '\uE004',
  Enter: '\uE007',
  Escape: '\uE00C',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
};

/** One browser with or without the extension, the same for tests in both. */
export interface Driver {
  name: 'chromium' | 'firefox';
  page: Doc & { goto(url: string): Promise<void>; url(): string };
  /** The panel in the real DevTools of the page. */
  openPanel(): Promise<Doc>;
  closeDevtools(): Promise<void>;
  /** The panel as a page of its own, looking at the tab of the page. */
  panelPage(): Promise<Doc>;
  dump(): Promise<StoreDump>;
  backgroundRuns(): Promise<boolean>;
  stopBackground(): Promise<void>;
  /** Stops it so that only a message starts it again. */
  sleepBackground(): Promise<void>;
  /** Takes the extension away under the open page: by a reload in Chromium, by disabling it in Firefox. */
  removeExtension(): Promise<void>;
  close(): Promise<void>;
}

export type Options = ChromiumOptions & FirefoxOptions;
export type Launch = (options?: Options) => Promise<Driver>;

export const chromiumDriver: Launch = async (options = {}) => {
  const browser = await launchChromium(options);
  let reader: Awaited<ReturnType<typeof browser.extensionPage>> | undefined;
  const extensionReader = async () => {
    reader ??= await browser.extensionPage();
    return reader;
  };
  const wrap =
    (target: { evaluate(fn: never, arg: never): Promise<unknown> }): Doc['evaluate'] =>
    // Playwright passes one argument, and knows functions by their text.
    (fn, ...args) =>
      target
        .evaluate(
          `(async () => JSON.stringify((await (${fn})(...${JSON.stringify(args)})) ?? null))()` as never,
          undefined as never,
        )
        .then((json) => JSON.parse(json as string)) as never;
  const { page } = browser;
  const press =
    ({ keyboard }: typeof page) =>
    async (...keys: string[]) => {
      for (const key of keys) await keyboard.press(key === ' ' ? 'Space' : key);
    };
  return {
    name: 'chromium',
    page: {
      evaluate: wrap(page as never),
      press: press(page),
      click: (selector) => page.click(selector),
      screenshot: () => page.screenshot(),
      url: () => page.url(),
      goto: async (url) => void (await page.goto(url)),
    },
    async openPanel() {
      const frame = await browser.panel();
      return {
        evaluate: wrap(frame as never),
        click: (selector) => frame.click(selector),
        press: press(frame.page()),
        screenshot: () => frame.page().screenshot(),
      };
    },
    closeDevtools: () =>
      Promise.reject(new Error('Chromium opens and closes DevTools with the browser only.')),
    async panelPage() {
      const helper = await extensionReader();
      const tab = await tabOf(helper, page);
      const panel = await browser.extensionPage(`src/devtools/shell/panel.html?tab=${tab}`);
      await page.bringToFront();
      return {
        evaluate: wrap(panel as never),
        click: (selector) => panel.click(selector),
        press: press(panel),
        screenshot: () => panel.screenshot(),
      };
    },
    dump: async () => (await extensionReader()).evaluate(dumpStore),
    backgroundRuns: () => browser.workerRuns(),
    stopBackground: () => browser.stopWorker(),
    sleepBackground: () => browser.sleepWorker(),
    async removeExtension() {
      const page = await browser.extensionPage();
      // The page that asks goes with it.
      await page.evaluate(() => chrome.runtime.reload()).catch(() => {});
    },
    close: () => browser.close(),
  };
};

export const firefoxDriver: Launch = async (options = {}) => {
  const browser = await launchFirefox({
    ...(options.prefs ? { prefs: options.prefs } : {}),
    ...(options.extension === undefined ? {} : { extension: options.extension }),
    ...(options.anyCertificate ? { anyCertificate: true } : {}),
  });
  let reader: Awaited<ReturnType<typeof browser.extensionPage>> | undefined;
  const extensionReader = async () => {
    reader ??= await browser.extensionPage();
    return reader;
  };
  const { page } = browser;
  const withKeys = (document: FirefoxDocument): Doc => ({
    ...document,
    press: (...keys) => document.type(keys.map((key) => KEY_CODES[key] ?? key)),
  });
  return {
    name: 'firefox',
    page: {
      evaluate: (fn, ...args) =>
        page
          .evaluate(`(async () => JSON.stringify((await (${fn})(...${JSON.stringify(args)})) ?? null))()`)
          .then((json) => JSON.parse(json as string)),
      click: (selector) => page.click(selector),
      press: async (...keys) => {
        for (const key of keys) await page.keyboard.press(key as never);
      },
      screenshot: async () => Buffer.from(await page.screenshot()),
      url: () => page.url(),
      goto: async (url) => void (await page.goto(url)),
    },
    openPanel: async () => withKeys(await browser.panel(page.url())),
    closeDevtools: () => browser.closeToolbox(page.url()),
    async panelPage() {
      const helper = await extensionReader();
      const tab = await helper.evaluate(
        async (url) =>
          (await (globalThis as unknown as { browser: typeof chrome }).browser.tabs.query({})).find(
            (one) => one.url === url,
          )?.id,
        page.url(),
      );
      return withKeys(await browser.extensionPage(`src/devtools/shell/panel.html?tab=${tab}`));
    },
    dump: async () => (await extensionReader()).evaluate(dumpStore),
    backgroundRuns: async () => (await browser.backgroundState()) === 'running',
    stopBackground: () => browser.stopBackground(),
    sleepBackground: () => browser.sleepBackground(),
    removeExtension: () => browser.disableExtension(),
    close: () => browser.close(),
  };
};

/** Starts a browser for the tests of a `describe`, and ends it after them. */
export function useBrowser(launch: Launch, options?: Options): { readonly driver: Driver } {
  const holder: { driver?: Driver } = {};
  beforeAll(async () => {
    holder.driver = await launch(options);
  });
  afterAll(async () => {
    await holder.driver?.close();
  });
  return holder as { driver: Driver };
}

/** Records the tab by the button of a panel page: the way that both browsers have without DevTools. */
export async function startRecording(driver: Driver): Promise<Doc> {
  const panel = await driver.panelPage();
  await waitFor('the record button', () =>
    panel.evaluate(() => {
      const button = document.querySelector<HTMLButtonElement>('.toolbar .icon-button');
      if (!button || button.disabled) return false;
      if (button.getAttribute('aria-pressed') === 'false') button.click();
      return button.getAttribute('aria-pressed') === 'true';
    }),
  );
  return panel;
}

/** Waits until what is stored satisfies a condition, and returns it. */
export function storeWhere(
  driver: Driver,
  what: string,
  condition: (store: StoreDump) => boolean,
  limit?: number,
): Promise<StoreDump> {
  return waitFor(
    what,
    async () => {
      const store = await driver.dump();
      return condition(store) && store;
    },
    limit,
  );
}

/** Switches the wire tap on, where there is a switch, and waits until it is. */
export async function switchWireOn(driver: Driver, panel: Doc): Promise<void> {
  if (driver.name === 'firefox') return;
  await waitFor('the wire tap', () =>
    panel.evaluate(() => {
      const button = document.querySelector<HTMLButtonElement>('[data-action=wire]');
      if (button?.getAttribute('aria-pressed') === 'false') button.click();
      return button?.classList.contains('on');
    }),
  );
}
