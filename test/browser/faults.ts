import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Faults } from '../../src/node/faults/faults.ts';
import { createMockServer, type MockServer } from '../../src/node/mock/createMockServer.ts';
import { type Launch, useBrowser } from '../support/driver.ts';
import { recordedSession } from '../support/recordedHar.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';

/** What a page's `EventSource` has seen, in its order. */
type Seen = ({ open: true } | { data: string; id: string } | { error: 'reconnecting' | 'closed' })[];

const event = (n: number) => `id: ${n}\ndata: ${n}\n\n`;
const got = (...numbers: number[]) => numbers.map((n) => ({ data: String(n), id: String(n) }));

/** Each fault that an `EventSource` can notice, as it notices it. */
export function faultTests(launch: Launch): void {
  const browser = useBrowser(launch, { extension: false });
  let page: TestServer;
  let mock: MockServer;

  beforeAll(async () => {
    page = await startTestServer();
    await browser.driver.page.goto(`${page.url}/page`);
  });
  afterEach(() => mock.close());
  afterAll(() => page.close());

  /** Listens until it has seen so many events, or is closed for good, or has been asked to reconnect so often. */
  async function seen(faults: Faults, enough: { events?: number; errors?: number }): Promise<Seen> {
    const chunks = [[0, 'retry: 1\n\n'], ...[1, 2, 3, 4].map((n) => [n, event(n)] as const)] as [
      number,
      string,
    ][];
    mock = await createMockServer({
      sessions: [
        await recordedSession({ url: 'https://recorded.example/e', connections: [{ chunks, end: 'close' }] }),
      ],
      scenario: { seed: 5, rules: [{ faults }] },
      reconnect: 'resume',
    });
    return browser.driver.page.evaluate(
      (url, events, errors) =>
        new Promise<Seen>((resolve) => {
          const seen: Seen = [];
          const es = new EventSource(url);
          const finish = () => {
            es.close();
            resolve(seen);
          };
          es.onopen = () => seen.push({ open: true });
          es.onmessage = ({ data, lastEventId }) => {
            seen.push({ data, id: lastEventId });
            if (seen.filter((one) => 'data' in one).length === events) finish();
          };
          es.onerror = () => {
            const closed = es.readyState === EventSource.CLOSED;
            seen.push({ error: closed ? 'closed' : 'reconnecting' });
            if (closed || seen.filter((one) => 'error' in one).length === errors) finish();
          };
        }),
      mock.urlOf('https://recorded.example/e'),
      enough.events ?? Infinity,
      enough.errors ?? Infinity,
    );
  }

  const open = { open: true };
  const again = { error: 'reconnecting' };
  test.each<[string, Faults, { events?: number; errors?: number }, unknown[]]>([
    [
      'a drop: it comes again and goes on',
      { drop: { events: 2 } },
      { events: 4 },
      [open, ...got(1, 2), again, open, ...got(3, 4)],
    ],
    [
      'a clean end is the same to it',
      { drop: { events: 3, clean: true } },
      { errors: 1 },
      [open, ...got(1, 2, 3), again],
    ],
    [
      'a drop in the middle of a block: that event comes whole the next time',
      { drop: { bytes: 30 } },
      { errors: 1 },
      [open, ...got(1), again],
    ],
    [
      'ignored IDs: it gets the beginning again',
      { drop: { events: 2, clean: true }, ignoreLastEventId: true },
      { errors: 2 },
      [open, ...got(1, 2), again, open, ...got(1, 2), again],
    ],
    ['a status', { status: 500 }, {}, [{ error: 'closed' }]],
    ['no content for ever', { status: 204 }, {}, [{ error: 'closed' }]],
    ['a wrong type', { contentType: 'application/json' }, {}, [{ error: 'closed' }]],
    ['duplicates', { duplicate: { every: 2 } }, { events: 6 }, [open, ...got(1, 2, 2, 3, 4, 4)]],
    ['another order', { reorder: { every: 2 } }, { events: 3 }, [open, ...got(1, 3, 2)]],
    [
      'broken UTF-8',
      { corrupt: { every: 9 }, forgetIds: true },
      { events: 4 },
      [open, ...[1, 2, 3, 4].map((n) => ({ data: String(n), id: '' }))],
    ],
    ['bytes cut anywhere', { split: { size: 1, gapMs: 0 } }, { events: 4 }, [open, ...got(1, 2, 3, 4)]],
    [
      'compression',
      { compress: { encoding: 'gzip', flush: true } },
      { events: 4 },
      [open, ...got(1, 2, 3, 4)],
    ],
    ['a proxy that buffers', { buffer: { ms: 30 } }, { events: 4 }, [open, ...got(1, 2, 3, 4)]],
    ['a slow line', { rate: { bytesPerSecond: 2000 } }, { events: 4 }, [open, ...got(1, 2, 3, 4)]],
    ['delays', { delay: { ms: 20 }, jitter: { ms: 20 } }, { events: 4 }, [open, ...got(1, 2, 3, 4)]],
    ['a stall', { stall: { events: 2, forMs: 50 } }, { events: 4 }, [open, ...got(1, 2, 3, 4)]],
  ])('%s', async (_, faults, enough, expected) => {
    expect(await seen(faults, enough)).toEqual(expected);
  });

  test('broken UTF-8 becomes a replacement character', async () => {
    const events = (await seen({ corrupt: { every: 1 } }, { events: 4 })).filter((one) => 'data' in one);
    // The broken byte may be in the ID or in the data.
    expect(events.some((one) => 'data' in one && (one.data + one.id).includes('\ufffd'))).toBe(true);
  });

  test('a last block that is cut off is dropped', async () => {
    const blocks = (await seen({ truncateLast: true, drop: { ms: 300, clean: true } }, { errors: 1 })).filter(
      (one) => 'data' in one,
    );
    expect(blocks).toEqual(got(1, 2, 3));
  });

  test('another reconnection time: it comes again at once', async () => {
    const all = await seen({ retry: 2, drop: { events: 1, clean: true } }, { events: 4 });
    expect(all.filter((one) => 'data' in one)).toEqual(got(1, 2, 3, 4));
  });

  test('connections that are refused', async () => {
    const all = await seen({ refuse: { times: 1 } }, { events: 4, errors: 1 });
    // Chromium tells its page of it; Firefox asks again by itself first.
    expect(all[0]).toEqual(browser.driver.name === 'chromium' ? again : open);
    expect(mock.statistics.refused).toBe(1);
  });
}
