import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../src/node/faults/random.ts';
import { createMockServer, type MockServer } from '../../src/node/mock/createMockServer.ts';
import { bundle } from '../support/bundle.ts';
import { type Launch, useBrowser } from '../support/driver.ts';
import { recordedSession } from '../support/recordedHar.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';

const EVENTS = 40;
const SEEDS = Number(process.env.SEEDS ?? 12);
/**
 * fetch-event-source and sse.js take an ID over as soon as they have read its line, before its block is complete: cut in
 * between, they ask for what comes after an event that they never had. No server can mend that; they are cut after events.
 */
const CLIENTS = [
  ['EventSource', 'anywhere'],
  ['eventsource', 'anywhere'],
  ['fetch-event-source', 'after events'],
  ['sse.js', 'after events'],
] as const;

/** Real clients that are cut off again and again: none loses an event, none gets one twice. */
export function resumeTests(launch: Launch): void {
  const browser = useBrowser(launch, { extension: false });
  let page: TestServer;
  let mock: MockServer;

  beforeAll(async () => {
    const code = await bundle('test/pages/resumingClients.ts');
    page = await startTestServer({
      '/clients.js': { type: 'text/javascript', body: code },
      '/clients': { type: 'text/html', body: '<!doctype html><script src="/clients.js"></script>' },
    });
    // Three connections, of which the second and third begin with what had come before.
    const block = (n: number) => `id: ${n}\ndata: ${n}\n\n`;
    const chunks = (from: number, to: number) =>
      Array.from(
        { length: to - from },
        (_, i) => [i, `${i === 0 ? 'retry: 1\n' : ''}${block(from + i)}`] as const,
      );
    mock = await createMockServer({
      sessions: [
        await recordedSession({
          url: 'https://recorded.example/events',
          connections: [
            { chunks: chunks(1, 16), end: 'error' },
            { chunks: chunks(12, 31), end: 'error' },
            { chunks: chunks(31, EVENTS + 1), end: 'close' },
          ],
        }),
      ],
      reconnect: 'resume',
      speed: Infinity,
    });
    await browser.driver.page.goto(`${page.url}/clients`);
  });
  afterAll(async () => {
    await mock.close();
    await page.close();
  });

  test.each(CLIENTS)('%s, cut %s', async (name, where) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = createRandom(seed);
      // Each connection breaks somewhere else, in the middle of blocks and between them, cleanly and not.
      const rules = Array.from({ length: 400 }, (_, i) => ({
        connections: [i + 1],
        faults: {
          drop: {
            ...(where === 'anywhere'
              ? { bytes: 60 + Math.floor(random() * 300) }
              : { events: 2 + Math.floor(random() * 15) }),
            clean: random() < 0.3,
          },
          split: { size: 1 + Math.floor(random() * 40), gapMs: 0 },
        },
      }));
      mock.rewind();
      mock.setFaults({ seed, rules });
      const before = mock.statistics.connections;
      const ids = await browser.driver.page.evaluate(
        (name, url, last) =>
          (
            globalThis as unknown as {
              resumingClients: Record<string, (url: string, last: string) => Promise<string[]>>;
            }
          ).resumingClients[name]!(url, last),
        name,
        mock.urlOf('https://recorded.example/events'),
        String(EVENTS),
      );
      expect({ seed, ids }).toEqual({ seed, ids: Array.from({ length: EVENTS }, (_, i) => String(i + 1)) });
      expect(mock.statistics.connections - before).toBeGreaterThan(1);
      mock.disconnect();
    }
  });
}
