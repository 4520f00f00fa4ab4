import { readFileSync } from 'node:fs';
import { bundle } from '../test/support/bundle.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { waitFor } from '../test/support/waitFor.ts';
import { report, rounded } from './measure.ts';

/*
 * A session of many events (EVENTS=…, 200 bytes each) written as a HAR and read back, in the panel of real Chromium; and
 * the same HAR through JSON.parse and JSON.stringify there, as the peer that holds the whole in memory.
 */
const EVENTS = Number(process.env.EVENTS ?? 250_000);
const browser = await launchChromium();
const figures: Record<string, number> = { events: EVENTS };
const rows: Record<string, string | number>[] = [];
try {
  const seeder = await browser.extensionPage();
  await seeder.evaluate(await bundle('test/pages/seedSession.ts'));
  await seeder.evaluate(
    (events) =>
      (globalThis as unknown as { seedSession(seed: object): Promise<void> }).seedSession({
        session: 'many',
        events,
        size: 200,
      }),
    EVENTS,
  );
  await seeder.close();
  const panel = await browser.extensionPage();
  await panel.waitForSelector('.sessions option[value=many]', { state: 'attached' });
  await panel.selectOption('.sessions', 'many');
  await panel.waitForSelector('.table-body [data-column=data]');
  await panel.evaluate(() => {
    URL.createObjectURL = (blob) => {
      Object.assign(globalThis, { savedBlob: blob });
      return 'blob:saved';
    };
    HTMLAnchorElement.prototype.click = () => {};
  });
  const session = await browser.context.newCDPSession(panel);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const usage = await session.send('Runtime.getHeapUsage');
    return usage.usedSize + ((usage as { backingStorageSize?: number }).backingStorageSize ?? 0);
  };
  const root = await browser.context.browser()!.newBrowserCDPSession();
  /** Of all renderers: panel and query worker are threads of one of them. MB. */
  const resident = async () => {
    const { processInfo } = await root.send('SystemInfo.getProcessInfo');
    return processInfo
      .filter(({ type }) => type === 'renderer')
      .reduce((sum, { id }) => sum + residentOf(id), 0);
  };
  /** The most that work needs on top of what there is before it, MB. */
  const peakOf = async (work: () => Promise<void>) => {
    await session.send('HeapProfiler.collectGarbage');
    const start = await resident();
    let most = start;
    const timer = setInterval(async () => {
      most = Math.max(most, await resident().catch(() => 0));
    }, 50);
    try {
      await work();
    } finally {
      clearInterval(timer);
    }
    return rounded(most - start, 0);
  };
  const before = await heap();
  const begun = performance.now();
  let size = 0;
  figures['export, peak memory more MB'] = await peakOf(async () => {
    await panel.click('.menu-button[title=Export]');
    await panel.click('[role=menuitem]:has-text("Session as HAR")');
    size = await waitFor(
      'the file',
      () => panel.evaluate(() => (globalThis as unknown as { savedBlob?: Blob }).savedBlob?.size),
      300_000,
    );
  });
  const exported = performance.now() - begun;
  figures['HAR MB'] = rounded(size / 1e6, 1);
  figures['export s'] = rounded(exported / 1000, 2);
  figures['export, heap more in the panel MB'] = rounded(((await heap()) - before) / 1e6, 1);

  const peer = await panel.evaluate(async () => {
    const text = await (globalThis as unknown as { savedBlob: Blob }).savedBlob.text();
    let start = performance.now();
    const value = JSON.parse(text);
    const parse = performance.now() - start;
    start = performance.now();
    const length = JSON.stringify(value).length;
    return { parse, stringify: performance.now() - start, length };
  });
  figures['JSON.stringify s'] = rounded(peer.stringify / 1000, 2);
  figures['JSON.parse s'] = rounded(peer.parse / 1000, 2);

  await panel.click('[data-action=library]');
  const reading = performance.now();
  const importing = async () => {
    await panel.evaluate(() => {
      const { savedBlob } = globalThis as unknown as { savedBlob: Blob };
      const data = new DataTransfer();
      data.items.add(new File([savedBlob], 'many.har'));
      const input = document.querySelector<HTMLInputElement>('.import input')!;
      input.files = data.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await panel.waitForSelector('dialog', { state: 'detached', timeout: 300_000 });
  };
  figures['import, peak memory more MB'] = await peakOf(importing);
  figures['import s'] = rounded((performance.now() - reading) / 1000, 2);
  figures['export / JSON.stringify'] = rounded(exported / peer.stringify);
  figures['import / JSON.parse'] = rounded((figures['import s']! * 1000) / peer.parse);
  for (const [what, value] of Object.entries(figures)) rows.push({ what, value });
} finally {
  await browser.close();
}
report(rows, figures);

function residentOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
