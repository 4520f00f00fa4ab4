import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { type Driver, type Launch, startRecording, storeWhere, useBrowser } from '../support/driver.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

interface Probes {
  arraySetters(): Promise<unknown>;
  bodyIdentity(): Promise<Record<string, unknown>>;
  speciesLookups(): Promise<Record<string, unknown>>;
  inheritedLookups(): Promise<Record<string, unknown>>;
  removedFrame(): Promise<Record<string, unknown>>;
  replacedNatives(): Promise<Record<string, unknown>>;
  standIns(): Record<string, unknown>;
  strangeCallers(): Promise<Record<string, unknown>>;
  platformShape(): Record<string, unknown>;
  platformTexts(): Record<string, string>;
  platformBehaviour(): Promise<Record<string, unknown>>;
}

/** The page must not notice: everything it can ask gives the same answer with and without the extension. */
export function invisibleTests(launch: Launch): void {
  let server: TestServer;
  const plain = useBrowser(launch, { extension: false });
  const recorded = useBrowser(launch);

  beforeAll(async () => {
    const code = `${await bundle('test/pages/shape.ts')}\n${await bundle('test/pages/tells.ts')}`;
    server = await startTestServer({
      '/shape.js': { type: 'text/javascript', body: code },
      '/shape': {
        type: 'text/html',
        body: '<!doctype html><title>Shape</title><body><script src="/shape.js"></script>',
      },
    });
    for (const { driver } of [plain, recorded]) await driver.page.goto(`${server.url}/shape`);
  });
  afterAll(() => server.close());

  const ask = (driver: Driver, name: keyof Probes) =>
    driver.page.evaluate(
      async (probe) => (globalThis as unknown as Probes)[probe as 'platformShape'](),
      name as string,
    ) as Promise<Record<string, unknown>>;

  /** The answers that differ, each with what it was without the extension. */
  async function differences(name: keyof Probes): Promise<Record<string, unknown>> {
    const [without, withIt] = [await ask(plain.driver, name), await ask(recorded.driver, name)];
    expect(Object.keys(without).length).toBeGreaterThan(0);
    const keys = new Set([...Object.keys(without), ...Object.keys(withIt)]);
    return Object.fromEntries(
      [...keys]
        .filter((key) => JSON.stringify(without[key]) !== JSON.stringify(withIt[key]))
        .map((key) => [key, { without: without[key], with: withIt[key] }]),
    );
  }

  /** A new page: the probes leave streams open, and a host has six connections. */
  async function freshPage(): Promise<void> {
    for (const { driver } of [plain, recorded]) await driver.page.goto(`${server.url}/shape`);
  }

  /** ARCHITECTURE.md, "What a page can still see": a shadow of an inherited method on EventSource.prototype. */
  const SHADOWS = ['EventSource.prototype.addEventListener'];

  describe.each(['dormant', 'recording'])('%s', (state) => {
    beforeAll(async () => {
      if (state === 'recording') await startRecording(recorded.driver);
    });
    test('the shape of the platform is the same', async () => {
      expect(Object.keys(await differences('platformShape'))).toEqual(SHADOWS);
    });
    test('its behaviour is the same', async () => {
      expect(await differences('platformBehaviour')).toEqual({});
    });
    test.each([
      ['what inherits from Object.prototype is asked as natively', 'inheritedLookups'],
      ['lists run no setter of the page', 'arraySetters'],
      ['natives that the page has replaced are not called', 'replacedNatives'],
      ['promises ask the page for no class', 'speciesLookups'],
      ['the body of a response stays the same object', 'bodyIdentity'],
      ['stand-ins have the prototypes, callers and arguments of functions', 'standIns'],
      ['no function of the page is shown one of ours', 'strangeCallers'],
      ['a frame that was removed keeps its functions', 'removedFrame'],
    ] as const)('%s', async (_what, probe) => {
      await freshPage();
      const { then, ...others } = await differences(probe);
      expect(others).toEqual({});
      // ARCHITECTURE.md: what reads beside the page makes results of its own, which the browser asks for `then`.
      if (state === 'dormant') expect(then).toBeUndefined();
    });
    test('functions print as native ones, without their name', async () => {
      for (const text of Object.values(await ask(recorded.driver, 'platformTexts'))) {
        expect(text).toMatch(/^function \w*\s?\w*\(\) \{\s*\[native code\]\s*\}$/);
      }
    });
  });

  test('a cancelled stream is cancelled at the server, however it was read', async () => {
    const ways: Record<string, (url: string) => Promise<unknown>> = {
      reader: async (url) => {
        const reader = (await fetch(url)).body!.getReader();
        await reader.read();
        await reader.cancel();
      },
      'for await': async (url) => {
        for await (const _chunk of (await fetch(url)).body!) break;
      },
      pipeThrough: async (url) => {
        const reader = (await fetch(url)).body!.pipeThrough(new TextDecoderStream()).getReader();
        await reader.read();
        await reader.cancel();
      },
      'both branches': async (url) => {
        const branches = (await fetch(url)).body!.tee();
        await Promise.all(branches.map((branch) => branch.cancel()));
      },
      abort: async (url) => {
        const abort = new AbortController();
        const response = await fetch(url, { signal: abort.signal });
        const text = response.text().catch(() => {});
        abort.abort();
        await text;
      },
      'abort of a pipe': async (url) => {
        const abort = new AbortController();
        const response = await fetch(url);
        // After the first chunk: before it, a pipe natively pulls nothing, and ours in between pulls one.
        let piped = Promise.resolve<unknown>(undefined);
        await new Promise<void>((resolve) => {
          const sink = new WritableStream({ write: () => resolve() });
          piped = response.body!.pipeTo(sink, { signal: abort.signal }).catch(() => {});
        });
        abort.abort();
        await piped;
      },
      close: (url) =>
        new Promise<void>((resolve) => {
          const es = new EventSource(url);
          es.onopen = () => {
            es.close();
            resolve();
          };
        }),
    };
    // Natively, Firefox lets a cancelled fetch run on once something was read: only an abort surely reaches its server.
    const reaching = plain.driver.name === 'firefox' ? ['abort', 'close'] : Object.keys(ways);
    await freshPage();
    const pathOf = (driver: Driver, name: string) =>
      `/open?cancel=${encodeURIComponent(name)}&${driver === recorded.driver ? 'recorded' : 'plain'}`;
    for (const { driver } of [plain, recorded]) {
      for (const [name, way] of Object.entries(ways)) {
        await driver.page.evaluate(
          `async (url) => { await (${way})(url); return true; }` as never as (
            url: string,
          ) => Promise<boolean>,
          pathOf(driver, name),
        );
      }
      for (const name of reaching) {
        await waitFor(`the server to see the end by ${name}`, () =>
          server.requests.some((one) => one.url === pathOf(driver, name) && one.closed),
        );
      }
    }
  });

  test('backpressure reaches the server, where it does without us: an unread stream is not pulled', async () => {
    const written: Record<string, number[]> = { plain: [], recorded: [] };
    // Natively, Firefox reads on whether anybody takes it or not.
    if (plain.driver.name === 'firefox') return;
    const ways = ['reader', 'pipeThrough', 'pipeTo'];
    await freshPage();
    for (const [name, { driver }] of Object.entries({ plain, recorded })) {
      for (const way of ways) {
        const path = `/endless?pressure=${name}-${way}`;
        await driver.page.evaluate(
          async (url, by) => {
            const response = await fetch(url);
            const kept = globalThis as unknown as { kept: unknown[] };
            kept.kept ??= [];
            if (by === 'reader') {
              const reader = response.body!.getReader();
              await reader.read();
              kept.kept.push(reader);
            } else if (by === 'pipeThrough') {
              const reader = response.body!.pipeThrough(new TransformStream()).getReader();
              await reader.read();
              kept.kept.push(reader);
            } else {
              kept.kept.push(
                response.body!.pipeTo(new WritableStream({ write: () => new Promise(() => {}) })),
              );
            }
            return true;
          },
          path,
          way,
        );
        const seen = await waitFor('the server to be held up', async () => {
          const request = server.requests.find((one) => one.url === path)!;
          const before = request.written;
          await new Promise((resolve) => setTimeout(resolve, 700));
          return before > 0 && request.written === before ? request : undefined;
        });
        written[name]!.push(seen.written);
      }
    }
    // What the network holds varies; a tap that reads ahead would take everything, for ever.
    ways.forEach((way, i) => {
      expect(written.recorded![i], way).toBeLessThan(written.plain![i]! * 2 + 1_000_000);
    });
  });

  test('after the extension is removed, everything is as it was', async () => {
    const { driver } = recorded;
    const { page } = driver;
    await freshPage();
    const heldBefore = await page.evaluate(async () => {
      const w = globalThis as unknown as { held: typeof fetch; es: EventSource; seen: string[] };
      w.held = fetch;
      w.seen = [];
      w.es = new EventSource('/paced?n=100000&every=20');
      w.es.addEventListener('tick', (event) => w.seen.push((event as MessageEvent).data));
      return typeof w.held;
    });
    expect(heldBefore).toBe('function');
    await storeWhere(driver, 'events of the stream', ({ streams }) =>
      streams.some((one) => one.url.includes('/paced?n=100000') && one.events > 0),
    );
    await driver.removeExtension();
    const native = await ask(plain.driver, 'platformTexts');
    await waitFor(
      'the natives to be back',
      async () => JSON.stringify(await ask(driver, 'platformTexts')) === JSON.stringify(native),
    );
    expect(await ask(driver, 'platformShape')).toEqual(await ask(plain.driver, 'platformShape'));
    // The page's stream lives on, and a stand-in that somebody kept falls straight through.
    const alive = await page.evaluate(async () => {
      const w = globalThis as unknown as { held: typeof fetch; es: EventSource; seen: string[] };
      const before = w.seen.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return [
        w.seen.length > before,
        w.es.readyState,
        (await (await w.held('/events?n=1')).text()).length > 0,
      ];
    });
    expect(alive).toEqual([true, 1, true]);
  });
}
