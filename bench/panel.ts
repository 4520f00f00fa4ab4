import type { CDPSession, Frame, Page } from 'playwright';
import { bundle } from '../test/support/bundle.ts';
import { type ChromiumWithExtension, launchChromium, tabOf } from '../test/support/chromium.ts';
import { firefoxDriver } from '../test/support/driver.ts';
import { startTestServer } from '../test/support/testServer.ts';
import { waitFor } from '../test/support/waitFor.ts';
import { report, rounded, threadTime } from './measure.ts';

/*
 * The panel in real Chromium.
 *
 *   burst     50,000 EventSource events, with the panel in a tab of its own and in the real DevTools: from the last one in
 *             the page to the last row in the table; longest task of the panel
 *   steady    100 events a second for 60 s (SECONDS=…), the panel in a tab of its own: processor time of its main thread, and
 *             of the whole process of the extension (panel, query worker and background), of one core
 *   million   a stored session of 1,000,000 events (230 MB): first rows, text filter, regular expression, longest task
 *             while scrolling, JS heap
 *
 *   firefox   the same session in Firefox
 *
 * `npm run bench -- panel million` runs one part.
 */
const only = process.argv[2];
const SECONDS = Number(process.env.SECONDS ?? 60);
const EVENTS = Number(process.env.EVENTS ?? 1_000_000);
/** What the panel is left alone for after a burst, ms. */
const SETTLE_WITHIN = 4000;
const figures: Record<string, number> = {};
const rows: Record<string, string | number>[] = [];

function note(what: string, value: number, unit: string, wanted: string): void {
  figures[what] = rounded(value, 3);
  rows.push({ what, reached: `${rounded(value, 1)} ${unit}`, wanted });
}

/** Notes the longest task of a page from now on. */
async function watchTasks(page: Page | Frame): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const seen = { longest: 0 };
    Object.assign(globalThis, { seenTasks: seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
    }).observe({ type: 'longtask' });
  });
  return () =>
    page.evaluate(() => (globalThis as unknown as { seenTasks: { longest: number } }).seenTasks.longest);
}

async function firstTabOf(browser: ChromiumWithExtension): Promise<number> {
  const helper = await browser.extensionPage();
  const tab = await tabOf(helper, browser.page);
  await helper.close();
  return tab!;
}

/** @param devtools - in the real DevTools, whose own network log takes every event too; else in a tab of its own */
async function burst(devtools: boolean): Promise<void> {
  if (devtools) await burstWithoutUs();
  const server = await startTestServer();
  const browser = await launchChromium({ devtools });
  const name = devtools ? 'burst, in DevTools' : 'burst, in a tab';
  try {
    await browser.page.goto(`${server.url}/page`);
    let panel: Page | Frame = devtools ? await browser.panel() : await recordingPanel(browser);
    await watchTasks(panel);
    await panel.evaluate(() => {
      const settled = { at: 0 };
      Object.assign(globalThis, { settled });
      new MutationObserver(() => {
        const last = [...document.querySelectorAll('.table-body [data-column=n]')].at(-1);
        if (last?.textContent === '50,000') settled.at ||= Date.now();
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    // Nobody looks on but DevTools themselves.
    if (devtools) await browser.leavePanel();
    const took = await burstIn(browser.page);
    const last = Date.now();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_WITHIN));
    if (devtools) panel = await browser.panel();
    const { at, longest } = await waitFor('the last row', () =>
      panel.evaluate(() => {
        const { settled, seenTasks } = globalThis as unknown as {
          settled: { at: number };
          seenTasks: { longest: number };
        };
        return settled.at > 0 && { at: settled.at, longest: seenTasks.longest };
      }),
    );
    note(`${name}: the page took s`, took / 1000, 's', '');
    note(`${name}: settled after s`, Math.max(0, at - last) / 1000, 's', '≤ 2 s');
    note(`${name}: longest task ms`, longest, 'ms', '≤ 100 ms');
  } finally {
    await browser.close();
    await server.close();
  }
}

/** What the page takes with DevTools open, and no extension: its network log gets a message for every event. */
async function burstWithoutUs(): Promise<void> {
  const server = await startTestServer();
  const browser = await launchChromium({ devtools: true, extension: false });
  try {
    await browser.page.goto(`${server.url}/page`);
    note('burst, DevTools without us: the page took s', (await burstIn(browser.page)) / 1000, 's', '');
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Opens the burst, and waits for its last event; ms. */
function burstIn(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let count = 0;
        const begun = performance.now();
        const es = new EventSource('/burst?n=50000&size=60&open');
        es.addEventListener('tick', () => {
          if (++count === 50_000) resolve(performance.now() - begun);
        });
      }),
  );
}

/** The panel as a page, recording the first tab. */
async function recordingPanel(browser: ChromiumWithExtension): Promise<Page> {
  const panel = await browser.extensionPage(`src/devtools/shell/panel.html?tab=${await firstTabOf(browser)}`);
  await panel.click('.toolbar .icon-button[aria-pressed=false]');
  await panel.waitForSelector('.toolbar .icon-button[aria-pressed=true]');
  return panel;
}

async function steady(): Promise<void> {
  const server = await startTestServer();
  const browser = await launchChromium();
  try {
    await browser.page.goto(`${server.url}/page`);
    const panel = await recordingPanel(browser);
    await browser.page.evaluate(() => {
      const es = new EventSource('/paced?n=1000000&every=9');
      es.addEventListener('tick', () => {});
    });
    await panel.waitForSelector('.table-body [data-column=n]');
    const session = await browser.context.newCDPSession(panel);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const root = await browser.context.browser()?.newBrowserCDPSession();
    const processes = async () => (root ? processTime(root, panel, session) : Number.NaN);
    const before = { thread: await threadTime(session), process: await processes(), at: performance.now() };
    const events = () =>
      panel.evaluate(() =>
        Number(document.querySelector('.stream-row .events')?.textContent?.replaceAll(',', '')),
      );
    const first = await events();
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    const seconds = (performance.now() - before.at) / 1000;
    note('steady/events a second', ((await events()) - first) / seconds, '', '100');
    note('steady/main thread %', ((await threadTime(session)) - before.thread) / seconds / 10, '%', '≤ 10 %');
    const whole = ((await processes()) - before.process) / seconds / 10;
    if (!Number.isNaN(whole)) note('steady/extension process %', whole, '%', '');
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Processor time of the busiest renderer that is not the page's: the extension's. ms. */
let extensionProcess: number | undefined;
async function processTime(root: CDPSession, panel: Page, session: CDPSession): Promise<number> {
  const { processInfo } = await root.send('SystemInfo.getProcessInfo');
  if (extensionProcess === undefined) {
    // The process whose time goes up while the panel is kept busy.
    await panel.evaluate(() => {
      for (const end = performance.now() + 600; performance.now() < end; );
    });
    const { processInfo: after } = await root.send('SystemInfo.getProcessInfo');
    const grown = after
      .filter(({ type }) => type === 'renderer')
      .map(({ id, cpuTime }) => ({
        id,
        by: cpuTime - (processInfo.find((one) => one.id === id)?.cpuTime ?? 0),
      }))
      .sort((a, b) => b.by - a.by);
    extensionProcess = grown[0]?.id;
    return processTime(root, panel, session);
  }
  return (processInfo.find(({ id }) => id === extensionProcess)?.cpuTime ?? Number.NaN) * 1000;
}

/** Types a filter, and measures until the first and the last match. Runs in the panel. */
function filterOnce(text: string): Promise<{ first: number; done: number }> {
  return new Promise((resolve) => {
    const input = document.querySelector<HTMLInputElement>('.filter')!;
    const foot = document.querySelector('.table-foot')!;
    const start = performance.now();
    let first = 0;
    const observer = new MutationObserver(() => {
      const said = foot.textContent ?? '';
      if (!/ of /.test(said)) return;
      if (!first && !said.startsWith('0 of')) first = performance.now() - start;
      if (!said.endsWith('…')) {
        observer.disconnect();
        resolve({ first, done: performance.now() - start });
      }
    });
    observer.observe(foot, { subtree: true, childList: true, characterData: true });
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function filters(
  name: string,
  once: (text: string) => Promise<{ first: number; done: number }>,
  ask: (probe: () => boolean) => Promise<boolean>,
): Promise<void> {
  for (const [what, text, wanted] of [
    ['text', '"n":77', '≤ 1 s'],
    ['common word', 'lazy', '≤ 1 s'],
    ['regex', '/"n":\\d*77,/', '≤ 3 s'],
    ['json at the end', 'json:$.n>999000', ''],
  ] as const) {
    const { first, done } = await once(text);
    // Where the first match is the last entry, there is nothing to show before.
    if (what !== 'json at the end') note(`${name}/${what}, first ms`, first, 'ms', '≤ 150 ms');
    note(`${name}/${what}, all s`, done / 1000, 's', wanted);
    await ask(() => {
      const input = document.querySelector<HTMLInputElement>('.filter')!;
      input.value = '';
      input.dispatchEvent(new Event('input', { bubbles: true }));
      return true;
    });
    await waitFor('all rows', () =>
      ask(() => /^[\d,]+ entries$/.test(document.querySelector('.table-foot')?.textContent ?? '')),
    );
  }
}

/** The same session in Firefox, without what only Chromium measures. */
async function millionInFirefox(): Promise<void> {
  const driver = await firefoxDriver();
  try {
    const panel = await driver.panelPage();
    const code = await bundle('test/pages/seedSession.ts');
    const seed = {
      toString: () =>
        `(events) => { ${code}; return globalThis.seedSession({ session: 'million', events, size: 200 }); }`,
    };
    await panel.evaluate(seed as unknown as (events: number) => void, EVENTS);
    // It looks at its sessions when another one is chosen.
    await panel.evaluate(() => {
      document.querySelector('.sessions')!.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await waitFor('the session in the list', () =>
      panel.evaluate(() => document.querySelector('.sessions option[value=million]') !== null),
    );
    const opened = await panel.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const start = performance.now();
          const observer = new MutationObserver(() => {
            if (!document.querySelector('.table-body [data-column=data]')) return;
            observer.disconnect();
            resolve(performance.now() - start);
          });
          observer.observe(document.body, { subtree: true, childList: true });
          const select = document.querySelector<HTMLSelectElement>('.sessions')!;
          select.value = 'million';
          select.dispatchEvent(new Event('change', { bubbles: true }));
        }),
    );
    note('Firefox, million/first rows s', opened / 1000, 's', '≤ 1 s');
    await filters(
      'Firefox, million',
      (text) => panel.evaluate(filterOnce, text),
      (probe) => panel.evaluate(probe),
    );
  } finally {
    await driver.close();
  }
}

async function million(): Promise<void> {
  const browser = await launchChromium();
  try {
    const seeder = await browser.extensionPage();
    await seeder.evaluate(await bundle('test/pages/seedSession.ts'));
    await seeder.evaluate(
      (events) =>
        (globalThis as unknown as { seedSession(seed: object): Promise<void> }).seedSession({
          session: 'million',
          events,
          size: 200,
        }),
      EVENTS,
    );
    await seeder.close();

    const panel = await browser.extensionPage();
    await panel.waitForSelector('.sessions option[value=million]', { state: 'attached' });
    const opened = performance.now();
    await panel.selectOption('.sessions', 'million');
    await panel.waitForSelector('.table-body [data-column=data]');
    note('million/first rows s', (performance.now() - opened) / 1000, 's', '≤ 1 s');
    await waitFor(
      'the columns',
      () =>
        panel.evaluate(() =>
          [...document.querySelectorAll('.table-foot')].some((one) =>
            one.textContent?.startsWith('1,000,000'),
          ),
        ),
      60_000,
    );
    // Columns are read in the background: sorting needs all of them.
    const heads = performance.now();
    await panel.click('.sort:has-text("Type")');
    await panel.waitForSelector('[aria-sort=ascending]');
    await waitFor('the sorting', () =>
      panel.evaluate(() => {
        document.querySelector('.table-body')!.scrollTop = 0;
        const types = [...document.querySelectorAll('.table-body [data-column=type]')].map(
          (one) => one.textContent,
        );
        return types.length > 5 && types.every((type) => type === 'news');
      }),
    );
    note('million/sorted by type s', (performance.now() - heads) / 1000, 's', '');
    await panel.click('.sort:has-text("Type")');
    await panel.click('.sort:has-text("Type")');

    await filters(
      'million',
      (text) => panel.evaluate(filterOnce, text),
      (probe) => panel.evaluate(probe),
    );

    await panel.click('[data-tab=timeline]');
    await panel.waitForSelector('.lane-canvas canvas');
    const drawing = await watchTasks(panel);
    for (let i = 0; i < 30; i++) {
      await panel.press('.lane-canvas', i % 3 === 2 ? 'ArrowLeft' : i % 2 === 0 ? '+' : '-');
    }
    note('million/longest task on the timeline ms', await drawing(), 'ms', '≤ 50 ms');
    await panel.click('[data-tab=events]');

    const scrolling = await watchTasks(panel);
    await panel.evaluate(async () => {
      const body = document.querySelector('.table-body')!;
      for (let i = 0; i <= 300; i++) {
        // Far jumps and small steps.
        body.scrollTop = i % 3 === 0 ? ((i * 7919) % 1000) * (body.scrollHeight / 1000) : body.scrollTop + 60;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    });
    note('million/longest task while scrolling ms', await scrolling(), 'ms', '≤ 50 ms');

    const session = await browser.context.newCDPSession(panel);
    await session.send('HeapProfiler.collectGarbage');
    const usage = await session.send('Runtime.getHeapUsage');
    // Typed arrays stand beside the heap.
    const buffers = (usage as { backingStorageSize?: number }).backingStorageSize ?? 0;
    note('million/heap and buffers of the panel MB', (usage.usedSize + buffers) / 1e6, 'MB', '≤ 250 MB');
  } finally {
    await browser.close();
  }
}

if (!only || only === 'burst') {
  await burst(false);
  await burst(true);
}
if (!only || only === 'steady') await steady();
if (!only || only === 'million') await million();
if (!only || only === 'firefox') await millionInFirefox();
report(rows, figures);
