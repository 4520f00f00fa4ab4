import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrivalOf } from '../../src/shared/diagnosis/measures/arrival.ts';
import { findBackOff } from '../../src/shared/diagnosis/measures/backOff.ts';
import { columnsOf } from '../../src/shared/diagnosis/measures/columns.ts';
import type { Connection } from '../../src/shared/diagnosis/measures/connection.ts';
import { findGaps } from '../../src/shared/diagnosis/measures/gaps.ts';
import { findHeartbeat, rhythmOf } from '../../src/shared/diagnosis/measures/heartbeat.ts';
import { groupLogically, purposeUrl } from '../../src/shared/diagnosis/measures/logical.ts';
import { findLumps } from '../../src/shared/diagnosis/measures/lumps.ts';
import { ascending, median, percentile, spread } from '../../src/shared/diagnosis/measures/percentiles.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import type { Exchange, Mark, Stream } from '../../src/shared/session/types.ts';
import { holds } from '../support/properties.ts';

const encoder = new TextEncoder();
type Chunk = [time: number, text: string];

function columns(chunks: Chunk[], ended = true) {
  const writer = createSegmentWriter({ exchange: 'x' });
  for (const [time, text] of chunks) writer.append(encoder.encode(text), time);
  if (ended) writer.end();
  return columnsOf(writer.takeChanged());
}

const HTTP: NonNullable<Exchange['http']> = {
  request: 'r',
  requestedAt: 0,
  requestHeaders: [],
  redirects: [],
  protocol: 'HTTP/1.1',
  remoteAddress: '',
  fromCache: false,
  certain: true,
};

/** A connection that asked at `at` and was over at `over`. */
function connection(
  number: number,
  at: number,
  over: number | undefined,
  chunks: Chunk[],
  more: Partial<Exchange> & { error?: string; sent?: string } = {},
): Connection {
  const { error = '', sent, ...rest } = more;
  return {
    transport: 'EventSource',
    columns: columns(chunks, over !== undefined),
    exchange: {
      id: `s/${number}`,
      stream: 's',
      session: '',
      number,
      method: 'GET',
      url: 'http://a.test/events',
      startedAt: at,
      status: 200,
      headers: [['Content-Type', 'text/event-stream']],
      ...(over === undefined ? {} : { endedAt: over, end: error ? 'error' : 'end' }),
      http: {
        ...HTTP,
        requestedAt: at,
        requestHeaders: sent === undefined ? [] : [['Last-Event-ID', sent]],
        ...(over === undefined ? {} : { completedAt: over, error, aborted: false }),
      },
      fidelity: 'bytes',
      bytes: 0,
      entries: 0,
      events: 0,
      firstEntry: 0,
      lastEventIdBefore: '',
      ...rest,
    },
  };
}

const stream = (more: Partial<Stream> = {}): Stream => ({
  id: 's',
  session: '',
  number: 1,
  transport: 'EventSource',
  method: 'GET',
  url: 'http://a.test/events',
  documentUrl: 'http://a.test/',
  frame: 'top',
  frameId: 0,
  openedAt: 0,
  openedBeforeRecording: false,
  stack: '',
  state: 'open',
  listeners: ['message'],
  exchanges: 1,
  entries: 0,
  events: 0,
  bytes: 0,
  ...more,
});

const event = (id: number) => `id: ${id}\ndata: ${id}\n\n`;

describe('statistics', () => {
  test('percentiles by the nearest rank', () => {
    const values = ascending([5, 1, 4, 2, 3]);
    expect([0, 20, 50, 95, 100].map((p) => percentile(values, p))).toEqual([1, 1, 3, 5, 5]);
    expect(percentile([], 50)).toBeNaN();
  });
  test('the spread is not moved by an outlier', () => {
    expect(spread([10, 11, 9, 10, 12, 8, 500])).toBeLessThan(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('a heartbeat', () => {
  const beats = (times: number[]): Chunk[] => times.map((time) => [time, ': beat\n\n']);

  test('of comments every second, with jitter and one missed', () => {
    const found = findHeartbeat(columns(beats([0, 1010, 1990, 3005, 5010, 5995, 7000])))!;
    expect(found.by).toEqual({ kind: 'comment' });
    expect(found.period).toBeCloseTo(1010, -2);
    expect(found.jitter).toBeLessThan(50);
    expect(found.missed).toHaveLength(1);
    expect(found.missed[0]).toBeCloseTo(4000, -2);
    expect(found.lastAt).toBe(7000);
  });
  test('may be an event type among irregular others', () => {
    const chunks: Chunk[] = [];
    for (let i = 0; i < 8; i++) chunks.push([i * 500, 'event: ping\ndata:\n\n']);
    for (const time of [30, 90, 700, 720, 2600, 2610]) chunks.push([time, 'data: x\n\n']);
    chunks.sort((a, b) => a[0] - b[0]);
    expect(findHeartbeat(columns(chunks))).toMatchObject({
      by: { kind: 'event', type: 'ping' },
      period: 500,
    });
  });
  test.each<[string, number[]]>([
    ['too few beats', [0, 1000, 2000]],
    ['no rhythm', [0, 100, 900, 950, 3000, 3100, 7000]],
    ['a burst', [0, 1, 2, 3, 4, 5, 6]],
    ['silence after three beats', [0, 1000, 60_000, 120_000, 121_000]],
  ])('is not seen in %s', (_name, times) => {
    expect(rhythmOf(times)).toBeUndefined();
  });
  test('any period, any jitter up to a tenth, any beats missing one at a time', () => {
    holds(
      'heartbeat',
      [
        fc.integer({ min: 200, max: 120_000 }),
        fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 12, maxLength: 60 }),
        fc.integer({ min: 2, max: 9 }),
      ],
      (period, offsets, missing) => {
        const times = offsets.map((offset, i) => (i + offset) * period).filter((_, i) => i !== missing);
        const found = rhythmOf(times);
        expect(found?.missed).toHaveLength(1);
        expect(Math.abs(found!.period - period)).toBeLessThanOrEqual(period * 0.2);
      },
    );
  });
});

describe('gaps', () => {
  const first = connection(1, 0, 1000, [
    [10, `retry: 500\n\n${event(1)}`],
    [900, event(2)],
  ]);

  test('a normal end, and back in time without a loss', () => {
    const second = connection(2, 1500, undefined, [[1520, event(3)]], { sent: '2' });
    expect(findGaps([first, second], [], 'chromium')).toMatchObject([
      {
        from: 900,
        to: 1520,
        cause: 'end',
        detail: '',
        attempts: [{ exchange: 2, at: 1500, waited: 500, expected: 500, outcome: 'delivered' }],
        idBefore: '2',
        idSent: '2',
        idAfter: '3',
        lost: 0,
        repeated: 0,
      },
    ]);
  });
  test('events that are missing, and events that come again', () => {
    const later = connection(2, 1500, undefined, [[1520, event(6)]]);
    expect(findGaps([first, later], [], 'chromium')[0]).toMatchObject({ lost: 3, repeated: 0 });
    const again = connection(2, 1500, undefined, [[1520, event(1) + event(2) + event(3)]]);
    expect(findGaps([first, again], [], 'chromium')[0]).toMatchObject({ lost: 0, repeated: 2 });
  });
  test('without IDs that count, nothing is proven', () => {
    const a = connection(1, 0, 100, [[10, 'id: a\ndata: 1\n\n']]);
    const b = connection(2, 3100, undefined, [[3120, 'id: b\ndata: 1\n\n']]);
    expect(findGaps([a, b], [], 'chromium')[0]).toMatchObject({
      lost: 'not provable',
      repeated: 'not provable',
    });
    const same = connection(2, 3100, undefined, [[3120, 'id: a\ndata: 1\n\n']]);
    expect(findGaps([a, same], [], 'chromium')[0]).toMatchObject({ lost: 'not provable', repeated: 1 });
  });
  test('failed attempts are part of the gap', () => {
    const refused = connection(2, 1500, 1501, [], { status: 0, error: 'net::ERR_CONNECTION_REFUSED' });
    const unavailable = connection(3, 2001, 2010, [], { status: 503, end: 'error' });
    const back = connection(4, 2510, undefined, [[2530, event(3)]]);
    const [gap] = findGaps([first, refused, unavailable, back], [], 'chromium');
    expect(gap!.attempts.map(({ waited, outcome }) => [waited, outcome])).toEqual([
      [500, 'network'],
      [500, 'status'],
      [500, 'delivered'],
    ]);
    expect(gap!.to).toBe(2530);
  });
  test.each<[string, Partial<Exchange> & { error?: string }, string, string]>([
    ['a broken connection', { error: 'net::ERR_CONNECTION_RESET' }, 'network', 'net::ERR_CONNECTION_RESET'],
    ['a status', { status: 500, end: 'error' }, 'status', '500'],
    ['a type', { headers: [['content-type', 'text/html']], end: 'error' }, 'type', 'text/html'],
    ['what the page alone saw', { http: undefined as never, end: 'disconnect' }, 'lost', ''],
  ])('the cause is told: %s', (_name, more, cause, detail) => {
    const [gap] = findGaps([connection(1, 0, 100, [[10, event(1)]], more)], [], 'chromium');
    expect(gap).toMatchObject({ cause, detail, to: undefined });
  });
  test('a freeze between the last byte and the end is the cause', () => {
    const freeze: Mark = { session: '', at: 950, kind: 'freeze', detail: '' };
    expect(findGaps([first], [freeze], 'chromium')[0]!.cause).toBe('frozen');
  });
  test('a stream that the page closed has no gap', () => {
    expect(findGaps([connection(1, 0, 100, [[10, event(1)]], { end: 'close' })], [], 'chromium')).toEqual([]);
  });
  test('a class that closes and opens anew: what it never sent is no attempt', () => {
    const never = (number: number, at: number) =>
      connection(number, at, at, [], { http: undefined as never, status: undefined as never, end: 'close' });
    const b = connection(1, 1200, undefined, [[1210, event(3)]]);
    const [gap, ...others] = findGaps([first, never(2, 1000), b], [], 'chromium');
    expect(others).toEqual([]);
    expect(gap!.attempts.map(({ waited }) => waited)).toEqual([200]);
    expect(findGaps([first, never(2, 1000)], [], 'chromium')).toEqual([]);
  });
  test('the wait that is expected is the browser’s own', () => {
    const a = connection(1, 0, 100, [[10, event(1)]]);
    const b = connection(2, 5100, undefined, [[5120, event(2)]]);
    expect(findGaps([a, b], [], 'firefox')[0]!.attempts[0]!.expected).toBe(5000);
    const zero = connection(1, 0, 100, [[10, `retry: 0\n\n${event(1)}`]]);
    expect(findGaps([zero, b], [], 'firefox')[0]!.attempts[0]!.expected).toBe(500);
    expect(findGaps([zero, b], [], 'chromium')[0]!.attempts[0]!.expected).toBe(0);
  });
});

test('a fetch that is over is no gap, unless somebody came back', () => {
  const fetched = (one: Connection): Connection => ({ ...one, transport: 'fetch' });
  const event = 'data: 1\n\n';
  const first = fetched(connection(1, 0, 100, [[10, event]]));
  expect(findGaps([first], [], 'chromium')).toEqual([]);
  const second = fetched(connection(2, 500, 600, [[510, event]]));
  expect(findGaps([first, second], [], 'chromium')).toMatchObject([{ from: 10, to: 510 }]);
  expect(findGaps([connection(1, 0, 100, [[10, event]])], [], 'chromium')).toHaveLength(1);
});

describe('back-off', () => {
  test.each<[number[], ReturnType<typeof findBackOff>]>([
    [[1000, 1010, 995, 1002], { kind: 'constant', first: 1000, factor: 1 }],
    [[1000, 2000, 4000, 8000], { kind: 'exponential', first: 1000, factor: 2 }],
    [
      [500, 760, 1120, 1700, 2500],
      { kind: 'exponential', first: 500, factor: expect.closeTo(1.5, 1) as number },
    ],
    [[1000, 2000, 4000, 5000, 5000, 5000], { kind: 'exponential', first: 1000, factor: 2 }],
    [[1000, 200, 4000, 30], undefined],
    [[1000, 2000], undefined],
  ])('of %j', (waits, expected) => {
    expect(findBackOff(waits)).toEqual(expected);
  });
});

describe('arrival', () => {
  test('times to the first byte and event, and silences', () => {
    const one = connection(1, 100, 9000, [
      [150, ': hello\n\n'],
      [400, event(1)],
      [500, event(2)],
      [2000, event(3)],
    ]);
    expect(arrivalOf(one.exchange, one.columns, 0)).toMatchObject({
      between: { p50: 100, max: 1500 },
      firstByte: 50,
      firstEvent: 300,
      longestSilence: 7000,
      silenceAtEnd: 7000,
    });
  });
});

/** A connection that was asked for when its first byte came. */
const lumpy = (columns: Connection['columns']): Connection => ({
  ...connection(1, columns.chunkTimes[0] ?? 0, undefined, []),
  columns,
});

describe('lumps', () => {
  const block = `data: ${'x'.repeat(93)}\n\n`;

  test('of a buffer that sends when it is full cut blocks, and have one size', () => {
    const text = block.repeat(1000);
    const chunks: Chunk[] = [];
    for (let i = 0; i < 10; i++) chunks.push([i * 400, text.slice(i * 4096, (i + 1) * 4096)]);
    expect(findLumps(lumpy(columns(chunks, false)))).toMatchObject({
      telling: 8,
      size: 4096,
      pause: 400,
      buffered: true,
    });
  });
  test('are not seen in a server that sends several events at once', () => {
    const chunks: Chunk[] = [];
    for (let i = 0; i < 20; i++) chunks.push([i * 400, block.repeat(5)]);
    expect(findLumps(lumpy(columns(chunks)))).toMatchObject({ telling: 0, buffered: false });
  });
  test('nor in single events', () => {
    const chunks: Chunk[] = [];
    for (let i = 0; i < 50; i++) chunks.push([i * 100, block]);
    expect(findLumps(lumpy(columns(chunks))).buffered).toBe(false);
  });
});

describe('logical streams', () => {
  const ended = (id: string, openedAt: number, more: Partial<Stream> = {}) =>
    stream({
      id,
      openedAt,
      state: 'ended',
      stack: 'Error\n    at C.open (http://a.test/a.js:10:5)',
      ...more,
    });
  const over = (ends: Record<string, number>) => (id: string) => ends[id];

  test('one after the other for one purpose are one', () => {
    const streams = [
      ended('a', 0, { url: 'http://a.test/e?t=1&room=1' }),
      ended('b', 100, { url: 'http://a.test/e?room=1&t=2', stack: 'x@http://a.test/a.js:10:5' }),
      ended('c', 100, { url: 'http://a.test/e?room=2&t=2' }),
    ];
    // The two stacks name one place of the code.
    expect(
      groupLogically(streams, over({ a: 90, b: 190, c: 190 })).map(({ streams }) =>
        streams.map(({ id }) => id),
      ),
    ).toEqual([['a', 'b'], ['c']]);
  });
  test('side by side they are two, and so are requests that ask for something each', () => {
    const side = [ended('a', 0), ended('b', 50)];
    expect(groupLogically(side, over({ a: 200, b: 190 }))).toHaveLength(2);
    const post = [ended('a', 0, { method: 'POST' }), ended('b', 500, { method: 'POST' })];
    expect(groupLogically(post, over({ a: 200, b: 690 }))).toHaveLength(2);
  });
  test('of several that are over, the one that ended first is continued; work grows with the streams alone', () => {
    const streams = [ended('a', 0), ended('b', 1), ended('c', 500), ended('d', 500), ended('e', 500)];
    const groups = groupLogically(streams, over({ a: 300, b: 200, c: 600 }));
    expect(groups.map((group) => group.streams.map(({ id }) => id))).toEqual([['a', 'd'], ['b', 'c'], ['e']]);
    // Counted by how often an end is looked at: 20,000 streams side by side, and as many that go on with them.
    let looks = 0;
    const counted = (id: string, openedAt: number): Stream => {
      const stream = ended(id, openedAt);
      return Object.defineProperty(stream, 'state', {
        get() {
          looks++;
          return 'ended';
        },
      });
    };
    const many = 20_000;
    const all = Array.from({ length: 2 * many }, (_, i) => counted(String(i), i));
    const ends = Object.fromEntries(all.map(({ id }, i) => [id, i + many]));
    const found = groupLogically(all, over(ends));
    expect(found.length).toBeLessThanOrEqual(many);
    expect(found.every((group) => group.streams.length === 2 || group.streams.length === 3)).toBe(true);
    expect(looks).toBeLessThan(5 * all.length);
  });
  test('positions and cache busters are no purpose', () => {
    expect(purposeUrl('http://a.test/e?lastEventId=5&x=1&_=123#top')).toBe('http://a.test/e?x=1');
    expect(purposeUrl('nonsense')).toBe('nonsense');
  });
});
