import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findBrowser } from '../../scripts/browsers.mjs';
import { waitFor } from './waitFor.ts';

export const FIREFOX_EXTENSION_ID = 'sse-scope@sse-scope.dev';

type Json = unknown;
type Bidi = (method: string, params?: object) => Promise<any>;

/** A document of the browser that BiDi can reach: a page, an extension page, a panel, the browser's own window. */
export interface FirefoxDocument {
  evaluate<A extends Json[], R>(fn: (...args: A) => R | Promise<R>, ...args: A): Promise<R>;
  /** A trusted click. */
  click(selector: string): Promise<void>;
  /** Trusted key presses: characters, or WebDriver key codes. */
  type(keys: string[]): Promise<void>;
  screenshot(): Promise<Buffer>;
}

/** A Firefox with the built extension in it, and what tests do with it. */
export interface FirefoxWithExtension {
  browser: Browser;
  page: Page;
  /** Opens a page of the extension in a tab of its own. */
  extensionPage(path?: string): Promise<FirefoxDocument>;
  /** The panel inside the real toolbox of the tab that shows `url`. */
  panel(url: string): Promise<FirefoxDocument>;
  closeToolbox(url: string): Promise<void>;
  backgroundState(): Promise<string>;
  stopBackground(): Promise<void>;
  /** Stops it when it is through with its start. */
  sleepBackground(): Promise<void>;
  disableExtension(): Promise<void>;
  /** Runs in the browser's own window. */
  chrome<A extends Json[], R>(fn: (...args: A) => R | Promise<R>, ...args: A): Promise<R>;
  close(): Promise<void>;
}

export interface FirefoxOptions {
  extension?: string | false;
  prefs?: Record<string, unknown>;
  /** With a window on the screen. */
  headed?: boolean;
  /** Take any certificate. */
  anyCertificate?: boolean;
}

/* Globals of the browser's own window, for functions that run there. */
declare const WebExtensionPolicy: any;
declare const ChromeUtils: any;
declare const gBrowser: any;

export async function launchFirefox(options: FirefoxOptions = {}): Promise<FirefoxWithExtension> {
  const extension = options.extension === false ? undefined : resolve(options.extension ?? 'dist/firefox');
  const home = await mkdtemp(join(tmpdir(), 'sse-scope-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: findBrowser('firefox') as string,
    headless: !options.headed,
    acceptInsecureCerts: options.anyCertificate === true,
    ...(options.headed ? { defaultViewport: null } : {}),
    // BiDi reaches the browser's own window only with this.
    args: ['--remote-allow-system-access', '--width=1400', '--height=900'],
    env: { ...process.env, HOME: home },
    extraPrefsFirefox: {
      'network.lna.blocking': false,
      // Room for the rows that tests look at.
      'devtools.toolbox.footer.height': 480,
      ...options.prefs,
    },
  });
  const connection = (browser as unknown as { connection: { send(m: string, p: object): Promise<any> } })
    .connection;
  const bidi: Bidi = async (method, params = {}) => (await connection.send(method, params)).result;
  if (extension) await bidi('webExtension.install', { extensionData: { type: 'path', path: extension } });

  function documentOf(context: string): FirefoxDocument {
    return {
      async evaluate(fn, ...args) {
        const answer = await bidi('script.callFunction', {
          functionDeclaration: `async json => JSON.stringify((await (${fn})(...JSON.parse(json))) ?? null)`,
          arguments: [{ type: 'string', value: JSON.stringify(args) }],
          target: { context },
          awaitPromise: true,
        });
        if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
        return JSON.parse(answer.result.value);
      },
      async click(selector) {
        const { result } = await bidi('script.evaluate', {
          expression: `document.querySelector(${JSON.stringify(selector)})`,
          target: { context },
          awaitPromise: false,
        });
        if (result.type !== 'node') throw new Error(`There is no ${selector}.`);
        const origin = { type: 'element', element: { sharedId: result.sharedId } };
        await bidi('input.performActions', {
          context,
          actions: [
            {
              type: 'pointer',
              id: 'mouse',
              parameters: { pointerType: 'mouse' },
              actions: [
                { type: 'pointerMove', x: 0, y: 0, origin },
                { type: 'pointerDown', button: 0 },
                { type: 'pointerUp', button: 0 },
              ],
            },
          ],
        });
      },
      async type(keys) {
        const actions = keys.flatMap((value) => [
          { type: 'keyDown', value },
          { type: 'keyUp', value },
        ]);
        await bidi('input.performActions', { context, actions: [{ type: 'key', id: 'keyboard', actions }] });
      },
      async screenshot() {
        const { data } = await bidi('browsingContext.captureScreenshot', { context });
        return Buffer.from(data, 'base64');
      },
    };
  }

  async function chromeWindow(): Promise<FirefoxDocument> {
    const { contexts } = await bidi('browsingContext.getTree', { 'moz:scope': 'chrome', maxDepth: 0 });
    const main = contexts.find((c: { url: string }) => c.url === 'chrome://browser/content/browser.xhtml');
    return documentOf(main.context);
  }
  const inChrome: FirefoxWithExtension['chrome'] = async (fn, ...args) =>
    (await chromeWindow()).evaluate(fn, ...args);

  /**
   * Documents of an extension that are no tabs have no BiDi context. Their <browser> gets a key, and the remote
   * agent is taught to find it: from then on every BiDi command works on them.
   */
  async function extensionView(viewType: string): Promise<FirefoxDocument> {
    const context = await waitFor(`a ${viewType} of the extension`, () =>
      inChrome(
        (id, type) => {
          const own = WebExtensionPolicy.getByID(id)?.extension;
          const view = own && [...own.views].find((v) => v.viewType === type);
          const element = view?.xulBrowser;
          if (!element) return null;
          const { NavigableManager } = ChromeUtils.importESModule(
            'chrome://remote/content/shared/NavigableManager.sys.mjs',
          );
          element.permanentKey ??= {};
          const key = NavigableManager.getIdForBrowser(element);
          if (!NavigableManager.sseScopeViews) {
            const views = new Map();
            NavigableManager.sseScopeViews = views;
            const native = NavigableManager.getBrowserById;
            NavigableManager.getBrowserById = function (wanted: string) {
              return native.call(this, wanted) ?? views.get(wanted)?.deref() ?? null;
            };
          }
          NavigableManager.sseScopeViews.set(key, new WeakRef(element));
          return key as string;
        },
        FIREFOX_EXTENSION_ID,
        viewType,
      ),
    );
    return documentOf(context);
  }

  async function stopBackground(): Promise<void> {
    await inChrome(async (id) => {
      await WebExtensionPolicy.getByID(id).extension.terminateBackground();
    }, FIREFOX_EXTENSION_ID);
  }

  const page = (await browser.pages())[0] ?? (await browser.newPage());
  return {
    browser,
    page,
    chrome: inChrome,
    async extensionPage(path = 'src/devtools/shell/panel.html') {
      const host = await inChrome(
        (id) => WebExtensionPolicy.getByID(id).mozExtensionHostname as string,
        FIREFOX_EXTENSION_ID,
      );
      // page.goto() never resolves for these.
      const { context } = await bidi('browsingContext.create', { type: 'tab', background: true });
      await bidi('browsingContext.navigate', {
        context,
        url: `moz-extension://${host}/${path}`,
        wait: 'complete',
      });
      return documentOf(context);
    },
    async panel(url) {
      await inChrome(
        async (id, url) => {
          const { require } = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
          const { gDevTools } = require('devtools/client/framework/devtools');
          const tab =
            [...gBrowser.tabs].find((t: any) => t.linkedBrowser.currentURI.spec === url) ??
            gBrowser.selectedTab;
          gBrowser.selectedTab = tab;
          const toolbox = await gDevTools.showToolboxForTab(tab, { hostType: 'bottom' });
          const prefix = `webext-devtools-panel-${id.replace(/[^a-zA-Z0-9_-]/g, '_')}-`;
          for (let i = 0; i < 400; i++) {
            const tool = toolbox.visibleAdditionalTools.find((name: string) => name.startsWith(prefix));
            if (tool) return void (await toolbox.selectTool(tool));
            await new Promise((resolve) => setTimeout(resolve, 25));
          }
          throw new Error(`no panel of the extension in the toolbox: ${toolbox.visibleAdditionalTools}`);
        },
        FIREFOX_EXTENSION_ID,
        url,
      );
      const view = await extensionView('devtools_panel');
      await waitFor('the panel to be loaded', () =>
        view.evaluate(() => document.readyState === 'complete' && location.protocol === 'moz-extension:'),
      );
      return view;
    },
    async closeToolbox(url) {
      await inChrome(async (url) => {
        const { require } = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
        const { gDevTools } = require('devtools/client/framework/devtools');
        const tab =
          [...gBrowser.tabs].find((t: any) => t.linkedBrowser.currentURI.spec === url) ??
          gBrowser.selectedTab;
        await gDevTools.closeToolboxForTab(tab);
      }, url);
    },
    backgroundState: () =>
      inChrome(
        (id) => String(WebExtensionPolicy.getByID(id)?.extension.backgroundState),
        FIREFOX_EXTENSION_ID,
      ),
    async sleepBackground() {
      // Listeners that the background had at its start and does not need would start it again.
      await waitFor('the background to have started', () =>
        inChrome((id) => {
          const { persistentListeners } = WebExtensionPolicy.getByID(id).extension;
          const events = persistentListeners?.get('webRequest')?.values() ?? [];
          return ![...events].some((listeners: { size: number }) => listeners.size > 0);
        }, FIREFOX_EXTENSION_ID),
      );
      await stopBackground();
    },
    stopBackground,
    async disableExtension() {
      await inChrome(async (id) => {
        const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
        await (await AddonManager.getAddonByID(id)).disable();
      }, FIREFOX_EXTENSION_ID);
    },
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
