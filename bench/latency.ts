import { launchChromium } from '../test/support/chromium.ts';
import { startTestServer } from '../test/support/testServer.ts';
import { waitFor } from '../test/support/waitFor.ts';
import { median, report, rounded } from './measure.ts';

/*
 * From the arrival of an event in the page to its row in the panel, in the real DevTools of Chromium: 100 events,
 * one every 60 ms, so that they meet every phase of the flushes.
 */
const server = await startTestServer();
const browser = await launchChromium({ devtools: true });
try {
  await browser.page.goto(`${server.url}/page`);
  const panel = await browser.panel();
  await browser.page.evaluate(() => {
    const arrivals: number[] = [];
    Object.assign(globalThis, { arrivals });
    const es = new EventSource('/paced?n=100&every=60');
    es.addEventListener('tick', (event) => {
      arrivals[Number((event as MessageEvent).data)] = Date.now();
    });
    es.onerror = () => es.close();
  });
  await panel.evaluate(() => {
    const rows: number[] = [];
    Object.assign(globalThis, { rows });
    new MutationObserver(() => {
      const now = Date.now();
      for (const cell of document.querySelectorAll('.table-body .data'))
        rows[Number(cell.textContent)] ??= now;
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const rows = await waitFor('the last row', async () => {
    const seen = await panel.evaluate(() => (globalThis as unknown as { rows: number[] }).rows);
    return seen[100] ? seen : undefined;
  });
  const arrivals = await browser.page.evaluate(
    () => (globalThis as unknown as { arrivals: number[] }).arrivals,
  );
  // The first ones come while the observer is put in place.
  const latencies = rows.flatMap((at, i) => (at && i > 10 ? at - arrivals[i]! : [])).sort((a, b) => a - b);
  const p95 = latencies[Math.floor(latencies.length * 0.95)]!;
  const figures = {
    median: rounded(median(latencies)),
    p95,
    max: latencies.at(-1)!,
    events: latencies.length,
  };
  report(
    [
      {
        'event to row': `${latencies.length} events`,
        'median ms': figures.median,
        'p95 ms': p95,
        'max ms': figures.max,
      },
    ],
    figures,
  );
} finally {
  await browser.close();
  await server.close();
}
