import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type {} from '../test/pages/readEvents.ts';
import { bundle } from '../test/support/bundle.ts';
import { launchChromium, tabOf } from '../test/support/chromium.ts';
import { firefoxDriver, startRecording } from '../test/support/driver.ts';
import { dumpStore } from '../test/support/store.ts';
import { numberedEvents, sha256, startTestServer } from '../test/support/testServer.ts';
import { waitFor } from '../test/support/waitFor.ts';
import { best, median, report, rounded } from './measure.ts';

/*
 * What the page pays, in real Chromium, with the extension recording against no extension, in turn in one run.
 *
 *   EventSource   50,000 events: from the opening to the last one in a listener of the page
 *                 and once more with the wire tap on
 *   fetch         100,000 events (5 MB) that the server makes, read by a reader to the end
 *                 from a server that has them ready, read by eventsource-parser
 *                 and the same, where nobody looks at them: nothing but the arrival of 5 MB
 *                 each as time on the clock, and as processor time of the page's main thread until all is
 *                 recorded (our work after the last event included)
 *   no stream     a page that opens none: script time of both content scripts, messages, worker starts
 *
 * `npm run bench -- page streams`, `-- page floor`, `-- page firefox` and `-- page idle` run one part.
 */
const ROUNDS = Number(process.env.ROUNDS ?? 9);
const only = process.argv[2];

const server = await startTestServer();
const figures: Record<string, number> = {};
const rows: Record<string, string | number>[] = [];

const events = () =>
  new Promise<[ms: number, count: number]>((resolve) => {
    const start = performance.now();
    let count = 0;
    let length = 0;
    const es = new EventSource('/burst?n=50000&size=60&open');
    es.addEventListener('tick', (event) => {
      // A page reads what it listens to.
      length += (event as MessageEvent<string>).data.length;
      if (++count < 50_000 || length === 0) return;
      es.close();
      resolve([performance.now() - start, count]);
    });
  });

/** Time in the page, ms, and what it saw. */
const workloads = {
  'EventSource, 50,000 events': events,
  'fetch, 100,000 events': () => readBytes('/burst?n=100000&size=16'),
  'fetch from a ready server, 100,000 events': () => readEvents('/burst?n=100000&size=16&ready'),
  'fetch of bytes from a ready server, 100,000 events': () => readBytes('/burst?n=100000&size=16&ready'),
  'EventSource with the wire, 50,000 events': events,
};

async function benchStreams(): Promise<void> {
  const plain = await launchChromium({ extension: false });
  const recorded = await launchChromium();
  try {
    const code = await bundle('test/pages/readEvents.ts');
    for (const { page } of [plain, recorded]) {
      await page.goto(`${server.url}/page`);
      await page.evaluate(code);
    }
    const helper = await recorded.extensionPage();
    const tab = await tabOf(helper, recorded.page);
    /** Presses a button of the panel. Shown, a panel has work of its own; what is measured here is recording. */
    async function press(button: string, pressed: string): Promise<void> {
      const panel = await recorded.extensionPage(`src/devtools/shell/panel.html?tab=${tab}`);
      await panel.click(button);
      await panel.waitForSelector(pressed);
      await panel.close();
      await recorded.page.bringToFront();
    }
    await press('.toolbar .icon-button[aria-pressed=false]', '.toolbar .icon-button[aria-pressed=true]');

    const threadTime = { without: await threadClock(plain.page), with: await threadClock(recorded.page) };
    let bursts = 0;
    for (const [name, workload] of Object.entries(workloads)) {
      if (name.includes('wire')) await press('[data-action=wire]', '[data-action=wire].on');
      const times: Record<'without' | 'with', number[]> = { without: [], with: [] };
      const cpu: Record<'without' | 'with', number[]> = { without: [], with: [] };
      // A short workload is disturbed more: it runs more often.
      const rounds = name.startsWith('fetch') ? ROUNDS * 4 : ROUNDS;
      for (let round = -2; round < rounds; round++) {
        // Who begins changes, so that neither always runs on a machine that the other has just warmed.
        const pair = [
          ['without', plain.page],
          ['with', recorded.page],
        ] as const;
        for (const [which, page] of round % 2 === 0 ? pair : [...pair].reverse()) {
          const before = await threadTime[which]();
          const [ms] = await page.evaluate(workload);
          // The background writes in its own time, on the other core.
          if (which === 'with') bursts++;
          await waitFor('the store to be quiet', () => quiet(bursts));
          const spent = (await threadTime[which]()) - before;
          if (round < 0) continue;
          times[which].push(ms);
          cpu[which].push(spent);
        }
      }
      const ratio = median(times.with) / median(times.without);
      const pairs = times.with.map((ms, i) => ms / times.without[i]!);
      rows.push({
        workload: name,
        'without ms': median(times.without).toFixed(0),
        'with ms': median(times.with).toFixed(0),
        'ratio ×': ratio.toFixed(3),
        'median of pairs ×': median(pairs).toFixed(3),
        'best rounds ×': (best(times.with) / best(times.without)).toFixed(3),
        'main thread without ms': median(cpu.without).toFixed(0),
        'with ms ': median(cpu.with).toFixed(0),
      });
      figures[`${name.split(',')[0]}/main thread`] = rounded(median(cpu.with) / median(cpu.without), 3);
      const list = (values: number[]) => values.map((ms) => ms.toFixed(0)).join(' ');
      console.log(`${name}: without ${list(times.without)} ms; with ${list(times.with)} ms`);
      figures[`${name.split(',')[0]}/best rounds`] = rounded(best(times.with) / best(times.without), 3);
      figures[`${name.split(',')[0]}/ratio`] = rounded(ratio, 3);
      figures[`${name.split(',')[0]}/median of pairs`] = rounded(median(pairs), 3);
    }

    async function quiet(expected: number): Promise<boolean> {
      const ended = await helper.evaluate(async () => {
        const db = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open('sse-scope');
          request.onsuccess = () => resolve(request.result);
        });
        const streams = await new Promise<{ state: string }[]>((resolve) => {
          const request = db.transaction('streams').objectStore('streams').getAll();
          request.onsuccess = () => resolve(request.result);
        });
        db.close();
        return streams.filter((one) => one.state === 'ended').length;
      });
      return ended === expected;
    }

    const store = await helper.evaluate(dumpStore);
    const expected = sha256(numberedEvents(100_000, 16));
    const complete = store.exchanges.filter((one) => one.url.includes('n=100000') && one.sha256 === expected);
    figures['bursts recorded completely'] = complete.length;
    figures.bursts = store.exchanges.filter((one) => one.url.includes('n=100000')).length;
  } finally {
    await plain.close();
    await recorded.close();
  }
}

/** Reads the processor time of a page's main thread so far, ms. */
async function threadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ThreadTime')!.value * 1000;
  };
}

/** A row of times on the clock alone, and its ratio as a figure. */
function noteRatio(figure: string, workload: string, times: Record<'without' | 'with', number[]>): void {
  const ratio = median(times.with) / median(times.without);
  figures[`${figure}/ratio`] = rounded(ratio, 3);
  rows.push({
    workload,
    'without ms': median(times.without).toFixed(0),
    'with ms': median(times.with).toFixed(0),
    'ratio ×': ratio.toFixed(3),
    'median of pairs ×': median(times.with.map((ms, i) => ms / times.without[i]!)).toFixed(3),
    'best rounds ×': (best(times.with) / best(times.without)).toFixed(3),
  });
}

/**
 * What the wire costs before any of our code runs: the browser's Network domain switched on, and nobody who does
 * anything with it. It sends a message for each event of an EventSource, and cannot be told not to.
 */
async function benchFloor(): Promise<void> {
  const plain = await launchChromium({ extension: false });
  const watched = await launchChromium({ extension: false });
  try {
    for (const { page } of [plain, watched]) await page.goto(`${server.url}/page`);
    await (await watched.context.newCDPSession(watched.page)).send('Network.enable');
    const times: Record<'without' | 'with', number[]> = { without: [], with: [] };
    for (let round = -1; round < ROUNDS; round++) {
      for (const [which, { page }] of [
        ['without', plain],
        ['with', watched],
      ] as const) {
        const [ms] = await page.evaluate(events);
        if (round >= 0) times[which].push(ms);
      }
    }
    noteRatio('Network domain alone, EventSource', 'No extension, Network domain on: 50,000 events', times);
  } finally {
    await plain.close();
    await watched.close();
  }
}

/**
 * What the HTTP layer costs before any of our code runs: an extension that asks Chromium for the same facts of each
 * request, and does nothing with them.
 */
async function benchListenerFloor(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'listener-'));
  const manifest = {
    manifest_version: 3,
    name: 'Listener',
    version: '1',
    permissions: ['webRequest', 'declarativeNetRequestWithHostAccess'],
    host_permissions: ['<all_urls>'],
    background: { service_worker: 'main.js' },
  };
  const main = `
    const filter = { urls: ['<all_urls>'], types: ['xmlhttprequest', 'other'] };
    const { webRequest } = chrome;
    for (const [event, ...options] of [
      ['onBeforeRequest'], ['onSendHeaders', 'requestHeaders', 'extraHeaders'],
      ['onBeforeRedirect', 'responseHeaders', 'extraHeaders'], ['onResponseStarted', 'responseHeaders', 'extraHeaders'],
      ['onCompleted'], ['onErrorOccurred'],
    ]) webRequest[event].addListener(() => {}, filter, options);`;
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'main.js'), main);
  const plain = await launchChromium({ extension: false });
  const watched = await launchChromium({ extension: folder });
  try {
    const code = await bundle('test/pages/readEvents.ts');
    for (const { page } of [plain, watched]) {
      await page.goto(`${server.url}/page`);
      await page.evaluate(code);
    }
    const times: Record<'without' | 'with', number[]> = { without: [], with: [] };
    for (let round = -2; round < ROUNDS * 4; round++) {
      const pair = [
        ['without', plain.page],
        ['with', watched.page],
      ] as const;
      for (const [which, page] of round % 2 === 0 ? pair : [...pair].reverse()) {
        const [ms] = await page.evaluate(() => readEvents('/burst?n=100000&size=16&ready'));
        if (round >= 0) times[which].push(ms);
      }
    }
    noteRatio('Listeners alone, fetch', 'Extension that only listens: fetch from a ready server', times);
  } finally {
    await plain.close();
    await watched.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same burst in Firefox, where the wire is always read while a tab is recorded. */
async function benchFirefox(): Promise<void> {
  const plain = await firefoxDriver({ extension: false });
  const recorded = await firefoxDriver();
  try {
    for (const { page } of [plain, recorded]) await page.goto(`${server.url}/page`);
    await startRecording(recorded);
    const times: Record<'without' | 'with', number[]> = { without: [], with: [] };
    for (let round = -1; round < ROUNDS; round++) {
      const pair = [
        ['without', plain],
        ['with', recorded],
      ] as const;
      for (const [which, driver] of round % 2 === 0 ? pair : [...pair].reverse()) {
        const [ms] = await driver.page.evaluate(events);
        if (round >= 0) times[which].push(ms);
        const bursts = round + 2;
        if (which === 'with') {
          await waitFor('the burst in the store', async () => {
            const { exchanges } = await recorded.dump();
            return exchanges.filter((one) => one.events === 50_000).length === bursts;
          });
        }
      }
    }
    noteRatio('Firefox, EventSource', 'Firefox: EventSource, 50,000 events', times);
  } finally {
    await plain.close();
    await recorded.close();
  }
}

async function benchIdle(): Promise<void> {
  const idle = await launchChromium();
  try {
    const { page } = idle;
    // On installation the worker runs once; it is measured when it has gone to sleep.
    await idle.sleepWorker();
    let starts = 0;
    const session = await idle.context.newCDPSession(page);
    interface TraceEvent {
      name: string;
      tdur?: number;
      args?: { data?: { url?: string } };
    }
    const scripts: number[] = [];
    for (let round = 0; round < ROUNDS * 3 + 2; round++) {
      const trace: TraceEvent[] = [];
      const collect = ({ value }: { value: object[] }) => void trace.push(...(value as TraceEvent[]));
      session.on('Tracing.dataCollected', collect);
      await session.send('Tracing.start', {
        transferMode: 'ReportEvents',
        categories: 'devtools.timeline,v8',
      });
      await page.goto(`${server.url}/page?round=${round}`);
      await page.evaluate(() => fetch('/status?code=200').then((response) => response.text()));
      const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
      await session.send('Tracing.end');
      await complete;
      session.off('Tracing.dataCollected', collect);
      const own = trace.filter(
        ({ name, args }) => name === 'EvaluateScript' && args?.data?.url?.startsWith('chrome-extension://'),
      );
      if (own.length < 2) throw new Error(`The trace shows ${own.length} of our two scripts.`);
      // Time of the thread: what else the machine does meanwhile is not the scripts'.
      const micros = own.reduce((sum, { tdur }) => sum + (tdur ?? 0), 0);
      if (round >= 2) scripts.push(micros / 1000);
      // A worker lives on for half a minute: had it been started, it would be seen.
      if (await idle.workerRuns()) starts++;
    }
    figures['no stream/script ms'] = rounded(median(scripts), 3);
    figures['no stream/worker starts'] = starts;
    rows.push({
      workload: 'no stream: script time ms',
      'without ms': 0,
      'with ms': median(scripts).toFixed(3),
      'ratio ×': '',
      'median of pairs ×': '',
      'best rounds ×': '',
    });
    rows.push({
      workload: 'no stream: worker starts',
      'without ms': 0,
      'with ms': starts,
      'ratio ×': '',
      'median of pairs ×': '',
      'best rounds ×': '',
    });
  } finally {
    await idle.close();
  }
}

try {
  if (!only || only === 'streams') await benchStreams();
  if (!only || only === 'floor') {
    await benchFloor();
    await benchListenerFloor();
  }
  if (!only || only === 'firefox') await benchFirefox();
  if (!only || only === 'idle') await benchIdle();
} finally {
  await server.close();
}
report(rows, figures);
