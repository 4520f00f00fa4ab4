import { afterAll, beforeAll, expect, test } from 'vitest';
import { STREAM_FIXTURES } from '../fixtures/streams.ts';
import { type Launch, useBrowser } from '../support/driver.ts';
import { chunksOf, entryLine, joined, parseChunks } from '../support/streamNotation.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';

interface Dispatched {
  type: string;
  data: string;
  lastEventId: string;
}

/** The browser's own EventSource reads the bytes of every fixture: it must dispatch what our parser reads. */
export function conformanceTests(launch: Launch): void {
  let server: TestServer;
  // Without the extension: what is asked here is what the browser does.
  const browser = useBrowser(launch, { extension: false });
  beforeAll(async () => {
    server = await startTestServer();
    await browser.driver.page.goto(`${server.url}/page`);
  });
  afterAll(() => server.close());

  test('dispatches what the parser reads, for every fixture', async () => {
    const types = STREAM_FIXTURES.map(({ stream }) => {
      const chunks = chunksOf(stream);
      return [...new Set(parseChunks(chunks).map((entry) => entry.type || 'message'))];
    });
    const dispatched = await browser.driver.page.evaluate(async (typesOf: string[][]) => {
      const results: Dispatched[][] = [];
      const read = (index: number, types: string[]) =>
        new Promise<void>((resolve) => {
          const events: Dispatched[] = [];
          results[index] = events;
          const es = new EventSource(`/fixture?index=${index}`);
          const add = (event: Event) => {
            const { type, data, lastEventId } = event as MessageEvent;
            if (data !== undefined) events.push({ type, data, lastEventId });
          };
          for (const type of new Set([...types, 'message', 'tick'])) es.addEventListener(type, add);
          es.addEventListener('error', (event) => {
            if ('data' in event) return;
            es.close();
            resolve();
          });
        });
      // Four at a time: a host has six connections.
      const queue = typesOf.map((types, index) => () => read(index, types));
      const work = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) await next();
      };
      await Promise.all([work(), work(), work(), work()]);
      return results;
    }, types);

    const { name: browserName } = browser.driver;
    const differing: string[] = [];
    STREAM_FIXTURES.forEach((fixture, index) => {
      const bytes = joined(chunksOf(fixture.stream));
      const expected =
        fixture[browserName]?.events ??
        parseChunks([bytes])
          .map((entry) => entryLine(entry, bytes))
          .filter((line) => line.startsWith('event '));
      const actual = dispatched[index]!.map(eventLine);
      if (JSON.stringify(actual) !== JSON.stringify(expected)) {
        differing.push(`${fixture.name}\n  parser:  ${expected.join(', ')}\n  browser: ${actual.join(', ')}`);
      }
    });
    expect(differing.join('\n')).toBe('');
  });
}

/** A dispatched event in the notation of the fixtures. */
function eventLine({ type, data, lastEventId }: Dispatched): string {
  // A blank byte before it: an entry at the very start may begin with a byte order mark, which is no text.
  const bytes = new TextEncoder().encode(` data: ${data.split('\n').join('\ndata: ')}\n\n`);
  const range = { start: 1, end: bytes.length, idStart: -1, idEnd: -1 };
  return entryLine({ kind: 0, detail: 0, type, dataSize: -1, dataStart: -1, lastEventId, ...range }, bytes);
}
