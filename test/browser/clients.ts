import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { type Launch, startRecording, storeWhere, useBrowser } from '../support/driver.ts';
import { numberedEvents, startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

const NAMES = [
  'native',
  'fetch-event-source',
  'eventsource',
  'event-source-polyfill',
  'sse.js',
  'openai',
  'anthropic',
  'mcp',
  'graphql-sse',
  'axios',
  'axios, whole',
  'ky',
  'ky, read',
];

/** Where a client's stream is found, and what the server sent on it. */
const STREAMS: Record<string, { part: string; events: number; text?: string }> = {
  openai: { part: '/v1/chat/completions', events: 5 },
  anthropic: { part: '/v1/messages', events: 8 },
  mcp: { part: '/mcp', events: 1 },
  'graphql-sse': { part: '/graphql', events: 4 },
  'axios, whole': { part: 'client=axios-whole', events: 6, text: numberedEvents(6) },
  'ky, read': { part: 'client=ky-read', events: 6, text: numberedEvents(6) },
};

const isUnawaited = (method: string, url: string) => method === 'GET' && url === '/mcp';

/** Real clients from npm: each recorded completely, and each behaving as it does without the extension. */
export function clientTests(launch: Launch): void {
  let server: TestServer;
  const plain = useBrowser(launch, { extension: false });
  const recorded = useBrowser(launch);
  const results: Record<string, { seen: unknown; requests: unknown }>[] = [];

  beforeAll(async () => {
    const code = await bundle('test/pages/clients.ts');
    server = await startTestServer({
      '/clients.js': { type: 'text/javascript', body: code },
      '/clients': {
        type: 'text/html',
        body: '<!doctype html><title>Clients</title><script src="/clients.js"></script>',
      },
    });
    for (const { driver } of [plain, recorded]) {
      await driver.page.goto(`${server.url}/clients`);
      if (driver === recorded.driver) await startRecording(driver);
      const result: (typeof results)[0] = {};
      for (const name of NAMES) {
        const before = server.requests.length;
        const seen = await driver.page.evaluate(async (client) => {
          const { clients } = globalThis as unknown as { clients: Record<string, () => Promise<unknown>> };
          return await clients[client]!().catch((error) => `failed: ${error.stack}`);
        }, name);
        const requests = server.requests
          .slice(before)
          // The browser's own, whenever it likes.
          .filter(({ url }) => url !== '/favicon.ico')
          // The MCP client asks for a second stream without waiting for it: it comes when it comes.
          .filter(({ method, url }) => !isUnawaited(method, url))
          .map(({ method, url, accept, lastEventId, aborted }) => ({
            method,
            url,
            accept,
            lastEventId,
            aborted,
          }));
        result[name] = { seen, requests };
      }
      results.push(result);
    }
  });
  afterAll(() => server.close());

  test.each(NAMES)('%s sees and asks the same with the extension recording', (name) => {
    const [without, withIt] = results;
    expect(without![name]!.seen).not.toContain('failed');
    expect(without![name]!.seen).not.toEqual([]);
    expect(withIt![name]).toEqual(without![name]);
  });

  test('what mcp asks for without waiting, it asks for once, with the extension and without', async () => {
    const asked = () => server.requests.filter(({ method, url }) => isUnawaited(method, url)).length;
    await waitFor('both to ask', () => asked() >= 2);
    expect(asked()).toBe(2);
  });

  test.each(NAMES)('%s is recorded completely', async (name) => {
    const { part, events, text } = STREAMS[name] ?? {
      part: `client=${name}&`,
      events: 6,
      text: numberedEvents(6),
    };
    const wanted = part.replace(/&$/, '');
    const isOne = (url: string) => url.endsWith(wanted) || url.includes(part);
    const store = await storeWhere(recorded.driver, 'the whole stream', ({ exchanges }) =>
      exchanges.some((one) => isOne(one.url) && one.endedAt !== undefined && one.events >= events),
    );
    // The second request of MCP, which is refused, is an exchange too.
    const [exchange] = store.exchanges.filter(
      (one) => isOne(one.url) && one.number === 1 && one.status !== 405,
    );
    expect(exchange!.events).toBe(events);
    if (text) expect(exchange!.text).toBe(text);
  });
}
