import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type CDPSession,
  chromium,
  type Frame,
  type Page,
} from 'playwright';
import { findBrowser } from '../../scripts/browsers.mjs';
import { waitFor } from './waitFor.ts';

/** A Chromium with the built extension in it, and what tests do with it. */
export interface ChromiumWithExtension {
  context: BrowserContext;
  page: Page;
  profile: string;
  extensionId: string;
  /** Opens a page of the extension in a tab of its own. */
  extensionPage(path?: string): Promise<Page>;
  /** The panel inside the real DevTools of the first tab. Needs `devtools: true`. */
  panel(): Promise<Frame>;
  /** Lets go of the panel: who drives it hears of every event of the page's network too, and slows it down. */
  leavePanel(): Promise<void>;
  /** Whether the extension's worker runs. */
  workerRuns(): Promise<boolean>;
  stopWorker(): Promise<void>;
  /** Stops it until it stays stopped. */
  sleepWorker(): Promise<void>;
  close(): Promise<void>;
}

export interface ChromiumOptions {
  /** Open DevTools for the first tab. */
  devtools?: boolean;
  extension?: string | false;
  /** A profile to go on with; it is not removed at the end. */
  profile?: string;
  windowSize?: string;
  /** With a window on the screen. */
  headed?: boolean;
  /** Take any certificate. */
  anyCertificate?: boolean;
  /** Pages that were left are kept, to come back to. Playwright switches that off. */
  backForwardCache?: boolean;
  args?: string[];
}

export async function launchChromium(options: ChromiumOptions = {}): Promise<ChromiumWithExtension> {
  const extension = options.extension === false ? undefined : resolve(options.extension ?? 'dist/chrome');
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'sse-scope-')));
  const executablePath = findBrowser('chromium');
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath ? { executablePath } : {}),
    // The extension needs the new headless mode, which is given below.
    headless: false,
    viewport: null,
    ignoreDefaultArgs: [
      '--disable-extensions',
      ...(options.backForwardCache ? ['--disable-back-forward-cache'] : []),
    ],
    args: [
      ...(options.headed ? [] : ['--headless=new']),
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--remote-debugging-port=0',
      `--window-size=${options.windowSize ?? '1400,900'}`,
      ...(extension ? [`--load-extension=${extension}`, `--disable-extensions-except=${extension}`] : []),
      ...(options.devtools ? ['--auto-open-devtools-for-tabs'] : []),
      ...(options.anyCertificate ? ['--ignore-certificate-errors'] : []),
      ...(options.args ?? []),
    ],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const extensionId = extension ? idOfUnpacked(extension) : '';
  const connections: Browser[] = [];

  async function leavePanel(): Promise<void> {
    for (const browser of connections.splice(0)) await browser.close().catch(() => {});
  }

  async function connection(): Promise<Browser> {
    const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    connections.push(browser);
    return browser;
  }

  /** What the browser says of the extension's worker: 'running', 'stopped', … */
  let workerStatus = '';
  let workerStops = 0;
  let watching: Promise<CDPSession> | undefined;
  function watchWorker(): Promise<CDPSession> {
    watching ??= (async () => {
      const session = await context.newCDPSession(page);
      session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        for (const version of versions) {
          if (!version.scriptURL.includes(extensionId)) continue;
          workerStatus = version.runningStatus;
          if (workerStatus === 'stopped') workerStops++;
        }
      });
      await session.send('ServiceWorker.enable');
      await waitFor('the status of the worker', () => workerStatus !== '');
      return session;
    })();
    return watching;
  }

  async function stopWorker(): Promise<void> {
    const session = await watchWorker();
    // Told to stop a worker that is still on its way up or down, Chromium has been seen to crash.
    await waitFor('the worker to be up or down', () => /^(running|stopped)$/.test(workerStatus));
    if (workerStatus === 'stopped') return;
    const before = workerStops;
    await session.send('ServiceWorker.stopAllWorkers');
    await waitFor('the worker to stop', () => workerStops > before, 5000).catch(() => {});
  }

  return {
    context,
    page,
    profile,
    extensionId,
    async extensionPage(path = 'src/devtools/shell/panel.html') {
      const tab = await context.newPage();
      await tab.goto(`chrome-extension://${extensionId}/${path}`);
      return tab;
    },
    leavePanel,
    async panel() {
      return await waitFor('the panel in DevTools', async () => {
        await leavePanel();
        // A connection made before DevTools is up never sees its window: a new one each time, until it does.
        const browser = await connection();
        const devtools = browser
          .contexts()
          .flatMap((c) => c.pages())
          .find((p) => p.url().startsWith('devtools://'));
        if (!devtools) return undefined;
        return await waitFor('the panel of the extension', () => showPanel(devtools), 5000).catch(
          () => undefined,
        );
      });
    },
    async workerRuns() {
      await watchWorker();
      return workerStatus !== 'stopped';
    },
    stopWorker,
    async sleepWorker() {
      // Listeners that the worker had at its start and does not need would start it again.
      const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
      await waitFor('the worker to have started', () =>
        worker.evaluate(() => !chrome.webRequest.onBeforeRequest.hasListeners()),
      );
      await waitFor('the worker to stay stopped', async () => {
        await stopWorker();
        // Stopped in its very first moments, the browser starts it once more.
        const settled = Date.now() + 400;
        return await waitFor('no new start', () => workerStatus !== 'stopped' || Date.now() > settled).then(
          () => workerStatus === 'stopped',
        );
      });
    },
    async close() {
      await leavePanel();
      await context.close();
      if (!options.profile) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The browser's number of the tab of a page, as a page of the extension is told it. */
export function tabOf(reader: Page, page: Page): Promise<number | undefined> {
  return reader.evaluate(
    async (url) => (await chrome.tabs.query({})).find((one) => one.url === url)?.id,
    page.url(),
  );
}

async function showPanel(devtools: Page): Promise<Frame | undefined> {
  const shown = devtools.frames().find((frame) => frame.url().includes('/panel.html'));
  if (shown) return shown;
  await devtools
    .evaluate(() => {
      const { UI, InspectorFrontendAPI } = globalThis as unknown as {
        UI?: { panels?: object };
        InspectorFrontendAPI?: { showPanel(name: string): void };
      };
      const name = Object.keys(UI?.panels ?? {}).find((key) => key.startsWith('chrome-extension://'));
      if (name) InspectorFrontendAPI?.showPanel(name);
    })
    .catch(() => {});
  return undefined;
}

/** Chromium names an unpacked extension by a hash of its folder. */
function idOfUnpacked(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return [...hash].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
}
