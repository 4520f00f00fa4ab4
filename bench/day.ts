import type { Page } from 'playwright';
import type { DayRecorder } from '../test/pages/recordDay.ts';
import { bundle } from '../test/support/bundle.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { waitFor } from '../test/support/waitFor.ts';
import { report, rounded, threadTime } from './measure.ts';

/*
 * A day of a server that is down, in real Chromium: a client that tries again every 3 s makes 28,800 exchanges and 57,600
 * marks. The code of the background records it, in a page of the extension that stands in for the background: so its
 * memory can be measured. The real panel shows it, while it goes on and afterwards, and writes it into a file.
 *
 * Times and longest tasks are those of this machine as busy as it is; processor times say what the panel itself takes.
 *
 * EXCHANGES=… for less than a day, PER_WRITE=… for so many attempts in one transaction.
 */
const EXCHANGES = Number(process.env.EXCHANGES ?? 28_800);
const PER_WRITE = Number(process.env.PER_WRITE ?? 100);
/** Changes that are watched on each tab. */
const CHANGES = 10;
const figures: Record<string, number> = {};
const rows: Record<string, string | number>[] = [];

function note(what: string, value: number, unit: string, wanted: string): void {
  figures[what] = rounded(value, 3);
  rows.push({ what, reached: `${rounded(value, 1)} ${unit}`, wanted });
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const usage = await session.send('Runtime.getHeapUsage');
  await session.detach();
  const buffers = (usage as { backingStorageSize?: number }).backingStorageSize ?? 0;
  return (usage.usedSize + buffers) / 1e6;
}

interface Watched {
  longest: number;
  /** Longest task since it was asked for last, ms. */
  takeLongest(): number;
}

/** The panel follows what another page announces: its port leads there instead of to the background. */
function linkToRecorder(): void {
  const channel = new BroadcastChannel('day');
  const listeners = new Set<(message: unknown) => void>();
  channel.onmessage = ({ data }) => {
    for (const listener of listeners) listener(data);
  };
  const status = {
    tab: 1,
    url: 'http://down.test/',
    session: 'day',
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
  };
  const port = {
    name: 'panel',
    postMessage(message: { type: string }) {
      if (message.type !== 'WatchTab') return;
      setTimeout(() => {
        for (const listener of listeners) listener({ type: 'TabChanged', status });
      });
    },
    disconnect() {},
    onMessage: {
      addListener: (listener: (message: unknown) => void) => listeners.add(listener),
      removeListener: (listener: (message: unknown) => void) => listeners.delete(listener),
    },
    onDisconnect: { addListener() {} },
  };
  Object.assign(chrome.runtime, { connect: () => port });
  const watched: Watched = {
    longest: 0,
    takeLongest() {
      const { longest } = watched;
      watched.longest = 0;
      return longest;
    },
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.longest = Math.max(watched.longest, duration);
  }).observe({ type: 'longtask' });
  Object.assign(globalThis, { watched });
}

const takeLongest = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched.takeLongest());

/** Does something in the panel, and waits until nothing in it changes any more: ms up to the last change. */
function settled(page: Page, act: string | undefined, quiet = 500): Promise<number> {
  return page.evaluate(
    ({ act, quiet }) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        let last = start;
        const observer = new MutationObserver((records) => {
          // A live session has texts that go with the clock.
          const ofTheClock = (node: Node) =>
            (node instanceof Element ? node : node.parentElement)?.closest(
              '.rate, .condition, .gaps, .lane-label, #lane-text, .plot, canvas',
            );
          if (records.some(({ target }) => !ofTheClock(target))) last = performance.now();
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        if (act) document.querySelector<HTMLElement>(act)!.click();
        const timer = setInterval(() => {
          if (performance.now() - last < quiet) return;
          clearInterval(timer);
          observer.disconnect();
          resolve(last - start);
        }, 20);
      }),
    { act, quiet },
  );
}

const browser = await launchChromium();
try {
  const recorder = await browser.extensionPage();
  await recorder.evaluate(await bundle('test/pages/recordDay.ts'));
  await recorder.evaluate(async () => {
    const { recordDay } = globalThis as unknown as { recordDay(): Promise<DayRecorder> };
    Object.assign(globalThis, { day: await recordDay() });
  });
  const attempts = (count: number, perWrite: number) =>
    recorder.evaluate(
      ([count, perWrite]) => (globalThis as unknown as { day: DayRecorder }).day.attempts(count!, perWrite!),
      [count, perWrite],
    );
  const begun = performance.now();
  let made = 0;
  note('background/heap at the beginning MB', await heapOf(recorder), 'MB', '');
  for (const [name, part] of [
    ['a quarter', 0.25],
    ['half', 0.5],
    ['the whole', 1],
  ] as const) {
    made = await attempts(Math.floor(EXCHANGES * part) - made, PER_WRITE);
    note(`background/heap after ${name} of the day MB`, await heapOf(recorder), 'MB', 'as before');
  }
  note('background/recorded in s', (performance.now() - begun) / 1000, 's', '');

  const panel = await browser.context.newPage();
  await panel.addInitScript(linkToRecorder);
  const url = recorder.url().replace(/\?.*/, '');
  const session = await panel.context().newCDPSession(panel);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await panel.goto(`${url}?tab=1`);
  const opened = performance.now();
  await panel.waitForSelector('.stream-row');
  note('open/stream on show after s', (performance.now() - opened) / 1000, 's', '≤ 1 s');
  await waitFor('all exchanges', () =>
    panel.evaluate(() => document.querySelector('[data-badge=reading]') === null),
  );
  note('open/all exchanges after s', (performance.now() - opened) / 1000, 's', '≤ 1 s');
  await settled(panel, undefined);
  note('open/processor time of the main thread ms', await threadTime(session), 'ms', '');
  note('open/longest task ms', await takeLongest(panel), 'ms', '≤ 100 ms');
  note('panel/heap MB', await heapOf(panel), 'MB', '');
  await takeLongest(panel);

  for (const tab of ['events', 'timeline', 'health', 'http', 'statistics']) {
    const before = await threadTime(session);
    note(`${tab}/shown after ms`, await settled(panel, `[data-tab=${tab}]`), 'ms', '≤ 1000 ms');
    note(`${tab}/longest task when shown ms`, await takeLongest(panel), 'ms', '≤ 100 ms');
    const shown = await threadTime(session);
    note(`${tab}/processor time until shown ms`, shown - before, 'ms', '');
    const took: number[] = [];
    for (let i = 0; i < CHANGES; i++) {
      made = await attempts(1, 1);
      const announced = performance.now();
      await waitFor('the new connection', () =>
        panel.evaluate(
          (text) =>
            [...document.querySelectorAll('.stream-head .badge')].some((one) =>
              one.textContent?.startsWith(text),
            ),
          made.toLocaleString('en'),
        ),
      );
      took.push(performance.now() - announced);
    }
    took.sort((a, b) => a - b);
    note(`${tab}/a change shown after, worst of ${CHANGES} ms`, took.at(-1)!, 'ms', '≤ 1000 ms');
    await settled(panel, undefined);
    const each = ((await threadTime(session)) - shown) / CHANGES;
    note(`${tab}/processor time of a change ms`, each, 'ms', '');
    note(`${tab}/longest task of the changes ms`, await takeLongest(panel), 'ms', '≤ 100 ms');
  }

  await settled(panel, '[data-tab=events]');
  await takeLongest(panel);
  const filtered = performance.now();
  await panel.fill('.filter', 'lazy');
  await waitFor('the matches', async () =>
    /^2,000 of [\d,]+ entries$/.test((await panel.textContent('.table-foot')) ?? ''),
  );
  note('filter/settled after ms', performance.now() - filtered, 'ms', '≤ 1000 ms');
  note('filter/longest task ms', await takeLongest(panel), 'ms', '≤ 100 ms');
  await panel.fill('.filter', '');

  await recorder.evaluate(() => (globalThis as unknown as { day: DayRecorder }).day.end());
  await panel.evaluate(() => {
    Object.assign(globalThis, { saved: 0 });
    URL.createObjectURL = (blob) => {
      Object.assign(globalThis, { saved: (blob as Blob).size });
      return 'blob:saved';
    };
    HTMLAnchorElement.prototype.click = () => {};
  });
  await takeLongest(panel);
  const exported = performance.now();
  await panel.click('.menu-button[title=Export]');
  await panel.click('[role=menuitem]:has-text("Session as HAR")');
  const size = await waitFor(
    'the file',
    () => panel.evaluate(() => (globalThis as unknown as { saved: number }).saved || undefined),
    300_000,
  );
  note('export/HAR written after s', (performance.now() - exported) / 1000, 's', '');
  note('export/size MB', size / 1e6, 'MB', '');
  note('export/longest task ms', await takeLongest(panel), 'ms', '≤ 100 ms');
  note('panel/heap at the end MB', await heapOf(panel), 'MB', '');
  note('exchanges', made, '', '28,800');
} finally {
  await browser.close();
}
report(rows, figures);
