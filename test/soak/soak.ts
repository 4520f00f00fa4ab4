import { type ChildProcess, spawn } from 'node:child_process';
import { type Driver, type Launch, startRecording } from '../support/driver.ts';
import { waitFor } from '../support/waitFor.ts';
import { check } from './check.ts';
import { randomFor } from './plan.ts';
import { createStoreReader, type Stored } from './readStore.ts';
import { startSoakServer } from './server.ts';
import { describeViolation, KINDS, type Violation } from './violation.ts';

export type WireMode = 'on' | 'off' | 'switch';

export interface Round {
  launch: Launch;
  seed: number;
  /** How long pages are loaded and streams opened, s. */
  seconds: number;
  /** Firefox has no switch: there it is always on. */
  wire: WireMode;
  /** The background is killed now and then. */
  kills: boolean;
  progress(line: string): void;
}

export interface Counts {
  pages: number;
  connections: number;
  exchanges: number;
  /** Sent by the server, and stored. */
  sentBytes: number;
  bytes: number;
  kills: number;
  violations: Record<Violation['kind'], number>;
}

/** Whether the background is killed in the rounds of this seed: in every other one. */
export function killsOf(seed: number): boolean {
  return seed % 2 === 0;
}

/** Time that the store has to say what the log says, ms: the machine is busy. */
const STORED_WITHIN = 30_000;

/** One browser, one load: pages come and go, streams break, the background is killed, and all of it is recorded. */
export async function soakRound(round: Round): Promise<Counts & { described: string[] }> {
  const { launch, seed, seconds, wire, kills, progress } = round;
  const server = await startSoakServer(seed);
  const busy = keepCoreBusy();
  let driver: Driver | undefined;
  try {
    driver = await launch();
    const { log } = server;
    const { page } = driver;
    await page.goto(`${server.origins[0]}/start`);
    const panel = await startRecording(driver);
    const began = Date.now();
    const isOn = driver.name === 'firefox' || wire === 'on' || wire === 'switch';
    if (driver.name === 'chromium' && isOn) await setWire(true);
    if (isOn) log.wireOn.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });

    async function setWire(on: boolean): Promise<void> {
      const last = log.wireOn.at(-1);
      if (!on && last) last.to = Date.now();
      await waitFor(`the wire to be ${on ? 'on' : 'off'}`, () =>
        panel.evaluate((wanted) => {
          const button = document.querySelector<HTMLButtonElement>('[data-action=wire]');
          if (button?.getAttribute('aria-pressed') !== String(wanted)) button?.click();
          return button?.classList.contains('on') === wanted;
        }, on),
      );
      if (on && last) log.wireOn.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
    }

    await page.goto(server.url);
    const random = randomFor(seed, 'actions');
    const end = began + seconds * 1000;
    let nextKill = kills ? began + random.integer(2000, 9000) : Number.POSITIVE_INFINITY;
    let nextSwitch =
      driver.name === 'chromium' && wire === 'switch'
        ? began + random.integer(2000, 8000)
        : Number.POSITIVE_INFINITY;
    let nextLine = began + 10_000;
    let on = isOn;
    while (Date.now() < end) {
      const next = Math.min(end, nextKill, nextSwitch, nextLine);
      await until(next);
      if (Date.now() >= nextKill) {
        const from = Date.now();
        await driver.stopBackground();
        // When it really fell is known by this much.
        log.kills.push(from, Date.now());
        nextKill = Date.now() + random.integer(1000, 12_000);
      }
      if (Date.now() >= nextSwitch) {
        on = !on;
        await setWire(on);
        nextSwitch = Date.now() + random.integer(1000, 9000);
      }
      if (Date.now() >= nextLine) {
        progress(`${Math.round((Date.now() - began) / 1000)} s: ${counted()}`);
        nextLine = Date.now() + 10_000;
      }
    }

    function counted(): string {
      const size = [...log.connections.values()].reduce(
        (sum, { sent }) => sum + sent.reduce((s, b) => s + b.length, 0),
        0,
      );
      return `${log.pages.size} pages, ${log.connections.size} connections, ${(size / 1e6).toFixed(1)} MB sent, ${log.kills.length / 2} kills`;
    }

    server.rest();
    await waitFor(
      'the last page, and the end of every connection',
      () => server.atRest(),
      STORED_WITHIN,
    ).catch(async (error: Error) => {
      const asked = page.evaluate(() => `${location.href} ${document.readyState}`);
      const shown = await Promise.race([
        asked,
        until(Date.now() + 5000).then(() => 'a page that does not answer'),
      ]);
      throw new Error(
        `${error.message} The tab shows ${shown}; ${counted()}; kills at ${log.kills.map((at) => at - began)}`,
      );
    });
    progress(`at rest: ${counted()}`);
    const since = (time: number): number => Math.round(time - began);
    progress(
      `killed at ${log.kills.map(since).join(', ')}; wire on ${log.wireOn.map(({ from, to }) => `${since(from)}–${since(to)}`).join(', ')}`,
    );
    const readStore = createStoreReader(panel);
    const patience = Date.now() + STORED_WITHIN;
    let stored: Stored;
    let violations: Violation[];
    let readAt: number;
    // The last reports are on their way: what is wrong now may be right in a moment. On a busy machine one reading takes long.
    do {
      readAt = Date.now();
      stored = await readStore();
      violations = check(seed, log, stored, server.origins);
    } while (violations.length > 0 && readAt < patience);
    const connections = [...log.connections.values()];
    return {
      pages: log.pages.size,
      connections: connections.length,
      exchanges: stored.exchanges.length,
      sentBytes: connections.reduce((sum, { sent }) => sum + sent.reduce((s, b) => s + b.length, 0), 0),
      bytes: stored.exchanges.reduce((sum, { bytes }) => sum + bytes.length, 0),
      kills: log.kills.length / 2,
      violations: Object.fromEntries(
        KINDS.map((kind) => [kind, violations.filter((one) => one.kind === kind).length]),
      ) as Counts['violations'],
      described: violations.map((one) => describeViolation(one, began)),
    };
  } finally {
    busy.kill('SIGKILL');
    await driver?.close();
    await server.close();
  }
}

/** Another program that wants a core for itself. */
function keepCoreBusy(): ChildProcess {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}

/** The pace of what is done to the browser. */
function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - Date.now())));
}
