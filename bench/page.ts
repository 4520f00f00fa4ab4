import { launchChromium } from '../test/support/chromium.ts';
import { dumpStore } from '../test/support/store.ts';
import { numberedEvents, sha256, startTestServer } from '../test/support/testServer.ts';
import { waitFor } from '../test/support/waitFor.ts';
import { median, report, rounded } from './measure.ts';

/*
 * What the page pays, in real Chromium, with the extension recording against no extension, in turn in one run.
 *
 *   EventSource   50,000 events: from the opening to the last one in a listener of the page
 *   fetch         100,000 events (5 MB), read by a reader to the end
 *   no stream     a page that opens none: script time of both content scripts, messages, worker starts
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 9);

const server = await startTestServer();
const plain = await launchChromium({ extension: false });
const recorded = await launchChromium();
const figures: Record<string, number> = {};
const rows: Record<string, string | number>[] = [];

/** Time in the page, ms, and what it saw. */
const workloads = {
  'EventSource, 50,000 events': () =>
    new Promise<[ms: number, count: number]>((resolve) => {
      const start = performance.now();
      let count = 0;
      const es = new EventSource('/burst?n=50000&size=60&open');
      es.addEventListener('tick', () => {
        if (++count < 50_000) return;
        es.close();
        resolve([performance.now() - start, count]);
      });
    }),
  'fetch, 100,000 events': async (): Promise<[ms: number, count: number]> => {
    const start = performance.now();
    const reader = (await fetch('/burst?n=100000&size=16')).body!.getReader();
    let count = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return [performance.now() - start, count];
      count += value.length;
    }
  },
};

try {
  for (const { page } of [plain, recorded]) await page.goto(`${server.url}/page`);
  const helper = await recorded.extensionPage();
  const tab = await helper.evaluate(
    async (url) => (await chrome.tabs.query({})).find((one) => one.url === url)?.id,
    recorded.page.url(),
  );
  const panel = await recorded.extensionPage(`src/devtools/panel.html?tab=${tab}`);
  await panel.click('.toolbar .icon-button[aria-pressed=false]');
  await panel.waitForSelector('.toolbar .icon-button[aria-pressed=true]');
  // Shown, a panel has work of its own; what is measured here is recording.
  await panel.close();
  await recorded.page.bringToFront();

  for (const [name, workload] of Object.entries(workloads)) {
    const times: Record<'without' | 'with', number[]> = { without: [], with: [] };
    for (let round = -2; round < ROUNDS; round++) {
      // Who begins changes, so that neither always runs on a machine that the other has just warmed.
      const pair = [
        ['without', plain.page],
        ['with', recorded.page],
      ] as const;
      for (const [which, page] of round % 2 === 0 ? pair : [...pair].reverse()) {
        const [ms] = await page.evaluate(workload);
        if (round >= 0) times[which].push(ms);
        // The background writes in its own time, on the other core.
        await waitFor('the store to be quiet', () => quiet());
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
    });
    figures[`${name.split(',')[0]}/ratio`] = rounded(ratio, 3);
    figures[`${name.split(',')[0]}/median of pairs`] = rounded(median(pairs), 3);
  }

  async function quiet(): Promise<boolean> {
    const live = await helper.evaluate(async () => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open('sse-scope');
        request.onsuccess = () => resolve(request.result);
      });
      const streams = await new Promise<{ state: string }[]>((resolve) => {
        const request = db.transaction('streams').objectStore('streams').getAll();
        request.onsuccess = () => resolve(request.result);
      });
      db.close();
      return streams.filter((one) => one.state !== 'ended').length;
    });
    return live === 0;
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

// ── a page without streams ──

const idle = await launchChromium();
try {
  const { page } = idle;
  // On installation the worker runs once; it is measured when it has gone to sleep.
  await waitFor('the worker', () => idle.workerRuns());
  await idle.stopWorker();
  await waitFor('the worker to be stopped', () => !idle.workerRuns());
  let starts = 0;
  idle.context.on('serviceworker', () => {
    starts++;
  });
  const session = await idle.context.newCDPSession(page);
  const scripts: number[] = [];
  for (let round = 0; round < ROUNDS + 2; round++) {
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: 50 });
    await session.send('Profiler.start');
    await page.goto(`${server.url}/page?round=${round}`);
    await page.evaluate(() => fetch('/status?code=200').then((response) => response.text()));
    const { profile } = await session.send('Profiler.stop');
    let micros = 0;
    const own = new Set(
      profile.nodes
        .filter((node) => node.callFrame.url.startsWith('chrome-extension://'))
        .map((node) => node.id),
    );
    profile.samples?.forEach((id, i) => {
      if (own.has(id)) micros += profile.timeDeltas?.[i] ?? 0;
    });
    if (round >= 2) scripts.push(micros / 1000);
  }
  figures['no stream/script ms'] = rounded(median(scripts), 3);
  figures['no stream/worker starts'] = starts;
  rows.push({
    workload: 'no stream: script time ms',
    'without ms': 0,
    'with ms': median(scripts).toFixed(3),
    'ratio ×': '',
    'median of pairs ×': '',
  });
  rows.push({
    workload: 'no stream: worker starts',
    'without ms': 0,
    'with ms': starts,
    'ratio ×': '',
    'median of pairs ×': '',
  });
} finally {
  await idle.close();
  await server.close();
}
report(rows, figures);
