import { readFile } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Faults } from '../../src/node/faults/faults.ts';
import { SCENARIO_SCHEMA } from '../../src/node/faults/faultsSchema.ts';
import { readFault, readScenario } from '../../src/node/faults/readFault.ts';
import { createMockServer, type MockServer } from '../../src/node/mock/createMockServer.ts';
import { ask, type Received } from '../support/httpClient.ts';
import { recordedSession } from '../support/recordedHar.ts';

let server: MockServer;
afterEach(() => server?.close());

const event = (n: number) => `id: ${n}\ndata: ${n}\n\n`;
const events = (...numbers: number[]) => numbers.map(event).join('');
const TEN = Array.from({ length: 10 }, (_, i) => i + 1);
const ALL = `retry: 100\n\n${events(...TEN)}`;

async function withFaults(
  faults: Faults,
  headers: Record<string, string> = {},
  speed = Infinity,
): Promise<Received> {
  const chunks = [[0, 'retry: 100\n\n'], ...TEN.map((n) => [n * 20, event(n)] as const)] as [
    number,
    string,
  ][];
  server = await createMockServer({
    sessions: [await recordedSession({ url: 'https://x/e', connections: [{ chunks }] })],
    speed,
    scenario: { seed: 7, rules: [{ faults }] },
  });
  return ask(`${server.url}/e`, { headers });
}

const bytesOf = ({ chunks }: Received) => Buffer.concat(chunks.map(({ bytes }) => bytes));
/** ms between the first piece and the last. */
const lasted = ({ chunks }: Received) => chunks.at(-1)!.at - chunks[0]!.at;

describe('each fault, as a client sees it', () => {
  test.each<[string, Faults, (received: Received) => void, speed?: number]>([
    [
      'drop after events',
      { drop: { events: 3 } },
      ({ text, ending }) => {
        expect(text).toBe(`retry: 100\n\n${events(1, 2, 3)}`);
        expect(ending).toBe('broken');
      },
    ],
    [
      'drop after bytes, in the middle of a line',
      { drop: { bytes: 15 } },
      ({ text, ending }) => {
        expect(text).toBe(ALL.slice(0, 15));
        expect(ending).toBe('broken');
      },
    ],
    [
      'drop after ms, with a clean end',
      { drop: { ms: 90, clean: true } },
      ({ text, ending }) => {
        expect(text).toBe(`retry: 100\n\n${events(1, 2, 3, 4)}`);
        expect(ending).toBe('end');
      },
      1,
    ],
    [
      'stall',
      { stall: { events: 5, forMs: 150 } },
      (received) => {
        expect(received.text).toBe(ALL);
        expect(lasted(received)).toBeGreaterThanOrEqual(145);
      },
    ],
    [
      'delay',
      { delay: { ms: 120 } },
      (received) => {
        expect(received.text).toBe(ALL);
        expect(received.chunks[0]!.at).toBeGreaterThanOrEqual(118);
      },
    ],
    [
      'jitter',
      { jitter: { ms: 100 } },
      (received) => {
        expect(received.text).toBe(ALL);
        expect(received.chunks.length).toBeGreaterThan(2);
      },
      1,
    ],
    [
      'rate',
      { rate: { bytesPerSecond: 1000 } },
      (received) => {
        expect(received.text).toBe(ALL);
        expect(lasted(received)).toBeGreaterThanOrEqual(((ALL.length - 60) / 1000) * 1000);
      },
    ],
    [
      'split at given places',
      { split: { at: [3, 12], gapMs: 20 } },
      ({ text, chunks }) => {
        expect(text).toBe(ALL);
        expect(chunks.slice(0, 2).map(({ bytes }) => bytes.length)).toEqual([3, 9]);
      },
    ],
    [
      'split at random',
      { split: { size: 3, gapMs: 2 } },
      ({ text, chunks }) => {
        expect(text).toBe(ALL);
        expect(chunks.length).toBeGreaterThan(20);
      },
    ],
    [
      'duplicate',
      { duplicate: { every: 4 } },
      ({ text }) => {
        expect(text).toBe(`retry: 100\n\n${events(1, 2, 3, 4, 4, 5, 6, 7, 8, 8, 9, 10)}`);
      },
    ],
    [
      'reorder',
      { reorder: { every: 3 } },
      ({ text }) => {
        expect(text).toBe(`retry: 100\n\n${events(1, 2, 4, 3, 5, 6, 8, 7, 9, 10)}`);
      },
    ],
    [
      'corrupt',
      { corrupt: { every: 5 } },
      (received) => {
        const bytes = bytesOf(received);
        expect(bytes).toHaveLength(ALL.length);
        expect([...bytes].filter((byte) => byte === 0xff)).toHaveLength(2);
      },
    ],
    [
      'truncate the last block',
      { truncateLast: true },
      ({ text, ending }) => {
        expect(ALL.startsWith(text)).toBe(true);
        expect(text.length).toBeLessThan(ALL.length - 4);
        expect(text.length).toBeGreaterThan(ALL.length - event(10).length);
        expect(ending).toBe('end');
      },
    ],
    [
      'status',
      { status: 503 },
      ({ status, text }) => {
        expect([status, text]).toEqual([503, '']);
      },
    ],
    [
      'content type',
      { contentType: 'text/html' },
      ({ headers, text }) => {
        expect(headers['content-type']).toBe('text/html');
        expect(text).toBe(ALL);
      },
    ],
    [
      'no content type',
      { contentType: '' },
      ({ headers }) => expect(headers['content-type']).toBeUndefined(),
    ],
    ['retry', { retry: 5 }, ({ text }) => expect(text).toBe(`retry: 5\n\n\n${events(...TEN)}`)],
    [
      'forget ids',
      { forgetIds: true },
      ({ text }) => {
        expect(text).toBe(`retry: 100\n\n${TEN.map((n) => `data: ${n}\n\n`).join('')}`);
      },
    ],
    [
      'buffer by size',
      { buffer: { bytes: 60 } },
      ({ text, chunks }) => {
        expect(text).toBe(ALL);
        for (const { bytes } of chunks.slice(0, -1)) expect(bytes.length).toBeGreaterThanOrEqual(60);
      },
      1,
    ],
    [
      'buffer by time',
      { buffer: { ms: 100 } },
      ({ text, chunks }) => {
        expect(text).toBe(ALL);
        expect(chunks.length).toBeLessThanOrEqual(4);
        expect(chunks[0]!.at).toBeGreaterThanOrEqual(98);
      },
      1,
    ],
    [
      'compress',
      { compress: { encoding: 'gzip' } },
      (received) => {
        expect(received.headers['content-encoding']).toBe('gzip');
        expect(gunzipSync(bytesOf(received)).toString()).toBe(ALL);
        // As a proxy does: nothing of it comes before the end.
        expect(bytesOf(received).length).toBeLessThan(200);
      },
    ],
    [
      'compress, with a flush after each chunk',
      { compress: { encoding: 'br', flush: true } },
      (received) => {
        expect(brotliDecompressSync(bytesOf(received)).toString()).toBe(ALL);
        expect(received.chunks.length).toBeGreaterThan(3);
      },
      1,
    ],
    [
      'several at once',
      { duplicate: { every: 10 }, forgetIds: true, drop: { events: 11 }, split: { size: 2, gapMs: 0 } },
      ({ text }) => {
        expect(text).toBe(`retry: 100\n\n${[...TEN, 10].map((n) => `data: ${n}\n\n`).join('')}`);
      },
    ],
  ])('%s', async (_, faults, check, speed) => {
    check(await withFaults(faults, { 'accept-encoding': 'gzip, br' }, speed));
  });

  test('refuse: so many times', async () => {
    const first = await withFaults({ refuse: { times: 2 } });
    expect(first).toMatchObject({ status: 0, ending: 'broken' });
    expect(await ask(`${server.url}/e`)).toMatchObject({ status: 0, ending: 'broken' });
    expect(await ask(`${server.url}/e`)).toMatchObject({ status: 200, text: ALL });
  });

  test('ignore Last-Event-ID', async () => {
    const session = await recordedSession({
      url: 'https://x/e',
      connections: [{ chunks: [[0, events(...TEN)]] }],
    });
    const scenario = { rules: [{ faults: { ignoreLastEventId: true } }] };
    server = await createMockServer({
      sessions: [session],
      reconnect: 'resume',
      whenOver: 'again',
      scenario,
      speed: Infinity,
    });
    const { text } = await ask(`${server.url}/e`, { headers: { 'last-event-id': '7' } });
    expect(text).toBe(events(...TEN));
  });

  test('a compressed answer is only for who takes it', async () => {
    const received = await withFaults({ compress: { encoding: 'gzip' } });
    expect(received.headers['content-encoding']).toBeUndefined();
    expect(received.text).toBe(ALL);
  });

  test('for some addresses and connections only; chance repeats itself with its seed', async () => {
    const stream = (path: string) => ({
      url: `https://x/${path}`,
      connections: [{ chunks: [[0, events(...TEN)]] as [number, string][] }],
    });
    const session = await recordedSession(stream('a/1'), stream('b'));
    const scenario = {
      seed: 3,
      rules: [{ path: '/a/*', connections: [2], faults: { duplicate: { chance: 0.5 } } }],
    };
    const run = async () => {
      server = await createMockServer({ sessions: [session], scenario, speed: Infinity, whenOver: 'again' });
      const texts: string[] = [];
      for (const path of ['a/1', 'b', 'a/1', 'b']) texts.push((await ask(`${server.url}/${path}`)).text);
      await server.close();
      return texts;
    };
    const first = await run();
    expect(first.map((text) => text === events(...TEN))).toEqual([true, true, false, true]);
    expect(await run()).toEqual(first);
  });
});

describe('faults in words', () => {
  test.each([
    ['drop:events=10', { drop: { events: 10 } }],
    ['drop:ms=500,clean=true', { drop: { ms: 500, clean: true } }],
    ['split:at=3+7,gapMs=1', { split: { at: [3, 7], gapMs: 1 } }],
    ['status:503', { status: 503 }],
    ['contentType:text/html; charset=utf-8', { contentType: 'text/html; charset=utf-8' }],
    ['contentType', { contentType: '' }],
    ['forgetIds', { forgetIds: true }],
    ['compress:encoding=gzip,flush=true', { compress: { encoding: 'gzip', flush: true } }],
  ])('%s', (text, faults) => expect(readFault(text)).toEqual(faults));

  test.each([
    ['explode', 'has no “explode”'],
    ['drop:after=3', 'drop has no “after”'],
    ['status:99', 'status must be >= 200'],
    ['drop:', 'drop must be object'],
  ])('%s is answered by a sentence', (text, sentence) => expect(() => readFault(text)).toThrow(sentence));

  test('the documented schema is the one that holds', async () => {
    const {
      $schema: _,
      title: __,
      ...documented
    } = JSON.parse(await readFile('docs/scenario.schema.json', 'utf8'));
    expect(documented).toEqual(SCENARIO_SCHEMA);
  });

  test('a scenario is checked', () => {
    expect(readScenario('{"rules":[{"path":"/a","faults":{"retry":5}}]}').rules).toHaveLength(1);
    expect(() => readScenario('{')).toThrow('not JSON');
    expect(() => readScenario('{"rules":[{"faults":{"retry":-1}}]}')).toThrow(
      'rules.0.faults.retry must be >= 0',
    );
  });
});
