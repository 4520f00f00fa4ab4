import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePageMessage } from '../../src/content/bridge/decode.ts';
import { createPageMemory, type PageMemory } from '../../src/content/bridge/memory.ts';
import { createOutbox } from '../../src/content/bridge/outbox.ts';
import type { Batch } from '../../src/shared/protocol/bridgeLink.ts';
import type { PageFact } from '../../src/shared/protocol/pageLink.ts';
import { memoryWires } from '../../src/shared/protocol/wire.ts';

const bytes: PageFact = {
  type: 'BytesArrived',
  stream: 1,
  bytes: new Uint8Array([1, 2, 3]),
  ends: new Uint32Array([1, 3]),
  times: new Float64Array([5, 6]),
};
const events: PageFact = {
  type: 'EventsArrived',
  stream: 1,
  data: 'ab',
  dataEnds: new Uint32Array([1, 2]),
  ids: '',
  idEnds: new Uint32Array([0, 0]),
  types: ['message'],
  typeOf: new Uint16Array([0, 0]),
  times: new Float64Array([1, 2]),
};
const own = { monotonic: 5000, wall: 1_700_000_000_000 };
const decode = (message: unknown, memory = createPageMemory()) => {
  const decoded = decodePageMessage(message, own, memory);
  return decoded?.type === 'FactsReported' ? decoded : undefined;
};
const decodeFacts = (...facts: unknown[]) => decode({ type: 'FactsReported', session: 's', facts })?.facts;

const refused = (count: number): PageFact => ({
  type: 'DataLost',
  stream: 0,
  at: own.monotonic,
  count,
  reason: 'refused',
});

describe('bytes that the page has left in its memory', () => {
  const left = (places: number[], ends: number[]) => ({
    type: 'BytesLeft',
    stream: 1,
    places: new Uint32Array(places),
    ends: new Uint32Array(ends),
    times: new Float64Array(ends.length),
  });
  function memoryOf(...values: number[]) {
    const bytes = new Uint8Array(values);
    const memory = createPageMemory();
    const taken = memory.take(bytes.buffer);
    bytes.set(values);
    return { memory, bytes, taken };
  }
  const read = (fact: unknown, memory: PageMemory) =>
    decode({ type: 'FactsReported', session: 's', facts: [fact] }, memory)?.facts;

  test('are copied out, in the order that is told', () => {
    const { memory, bytes } = memoryOf(1, 2, 3, 4, 5, 6);
    const facts = read(left([4, 0, 2], [2, 4, 5]), memory);
    expect(facts).toMatchObject([{ type: 'BytesArrived', bytes: new Uint8Array([5, 6, 1, 2, 3]) }]);
    bytes.fill(9);
    expect(facts).toMatchObject([{ bytes: new Uint8Array([5, 6, 1, 2, 3]) }]);
  });

  test('are those that were put there, however chunks of two streams take turns', () => {
    const chunk = fc.record({ stream: fc.nat(1), bytes: fc.uint8Array({ maxLength: 9 }) });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 30 }), (chunks) => {
        const bytes = new Uint8Array(300);
        const memory = createPageMemory();
        memory.take(bytes.buffer);
        const streams = [0, 1].map(() => ({
          places: [] as number[],
          ends: [] as number[],
          all: [] as number[],
        }));
        let used = 0;
        for (const { stream, bytes: given } of chunks) {
          const { places, ends, all } = streams[stream]!;
          bytes.set(given, used);
          places.push(used);
          used += given.length;
          all.push(...given);
          ends.push(all.length);
        }
        for (const { places, ends, all } of streams) {
          expect(read(left(places, ends), memory)).toMatchObject([{ bytes: new Uint8Array(all) }]);
        }
      }),
    );
  });

  test('the page sees that its memory is read, and a copy of it is not', () => {
    const bytes = new Uint8Array(8);
    expect(createPageMemory().take(bytes.buffer)).toBe(true);
    expect(bytes[0]).toBe(1);
  });

  test.each<[string, unknown]>([
    ['no buffer', {}],
    ['a view', new Uint8Array(8)],
    ['nothing', undefined],
    ['no room', new ArrayBuffer(0)],
    ['too much', new ArrayBuffer((16 << 20) + 1)],
  ])('%s is not taken for memory', (_name, given) => {
    expect(createPageMemory().take(given)).toBe(false);
  });

  test.each<[string, unknown]>([
    ['beyond the memory', left([5], [2])],
    ['more than there is', left([0, 0], [5, 10])],
    ['fewer places than ends', left([0], [1, 2])],
    ['ends that go back', left([0, 0], [2, 1])],
    ['places that are no numbers', { ...left([0], [1]), places: [0] }],
    ['fewer times than ends', { ...left([0], [1]), times: new Float64Array(0) }],
  ])('%s: refused, and counted', (_name, fact) => {
    expect(read(fact, memoryOf(1, 2, 3, 4, 5, 6).memory)).toEqual([refused(1)]);
  });

  test('are refused where there is no memory, not any more, or none that can be read', () => {
    const { memory, bytes } = memoryOf(1, 2);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(read(left([0], [1]), memory)).toEqual([refused(1)]);
    expect(read(left([0], [1]), createPageMemory())).toEqual([refused(1)]);
    const dropped = memoryOf(1, 2).memory;
    dropped.take(null);
    expect(read(left([0], [1]), dropped)).toEqual([refused(1)]);
  });
});

describe('what comes from the page is decoded', () => {
  test('well-formed facts pass unchanged', () => {
    expect(decodeFacts(bytes, events)).toEqual([bytes, events]);
    expect(decodePageMessage({ type: 'StreamSeen', more: 1 }, own, createPageMemory())).toEqual({
      type: 'StreamSeen',
    });
  });

  test.each<[string, unknown]>([
    ['no object', 'FactsReported'],
    ['null', null],
    ['another type', { type: 'Record' }],
    ['facts that are no list', { type: 'FactsReported', session: 's', facts: {} }],
    ['a session that is no text', { type: 'FactsReported', session: {}, facts: [] }],
  ])('%s is not a message', (_name, message) => {
    expect(decodePageMessage(message, own, createPageMemory())).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['an unknown type', { type: 'Evil', stream: 1, at: 1 }],
    ['a negative stream', { ...bytes, stream: -1 }],
    ['a stream that is no number', { ...bytes, stream: '1' }],
    ['bytes that are no bytes', { ...bytes, bytes: [1, 2, 3] }],
    ['ends beyond the bytes', { ...bytes, ends: new Uint32Array([1, 4]) }],
    ['ends that go back', { ...bytes, ends: new Uint32Array([3, 1]) }],
    ['ends short of the bytes', { ...bytes, ends: new Uint32Array([1, 2]) }],
    ['fewer times than ends', { ...bytes, times: new Float64Array([1]) }],
    ['a time that is none', { ...bytes, times: new Float64Array([1, Number.NaN]) }],
    ['a type beyond the list', { ...events, typeOf: new Uint16Array([0, 1]) }],
    ['types that are no texts', { ...events, types: [1] }],
    ['fewer IDs than events', { ...events, idEnds: new Uint32Array([0]) }],
    ['a mark that pages do not make', { type: 'PageMarked', stream: 0, at: 1, kind: 'lost', detail: '' }],
    ['a cause that is none', { type: 'ExchangeEnded', stream: 1, at: 1, cause: 'x', final: true, error: '' }],
    ['a transport that is none', { type: 'StreamOpened', stream: 1, at: 1, transport: 'WebSocket' }],
    ['no time', { type: 'ExchangeStarted', stream: 1 }],
  ])('%s is dropped, and counted', (_name, fact) => {
    expect(decodeFacts(fact, bytes)).toEqual([bytes, refused(1)]);
  });

  test('facts beyond the bound are counted', () => {
    const started = { type: 'ExchangeStarted', stream: 1, at: 1 };
    const facts = decodeFacts(...Array.from({ length: 100_003 }, () => started))!;
    expect(facts).toHaveLength(100_001);
    expect(facts.at(-1)).toEqual(refused(3));
  });

  test.each<[string, unknown, unknown]>([
    ['a pair of clocks', { monotonic: 4990, wall: own.wall - 10 }, { monotonic: 4990, wall: own.wall - 10 }],
    [
      'one before a sleep',
      { monotonic: 4990, wall: own.wall - 3e7 },
      { monotonic: 4990, wall: own.wall - 3e7 },
    ],
    ['no pair', undefined, own],
    ['texts', { monotonic: '1', wall: '2' }, own],
    ['half a pair', { monotonic: 1 }, own],
    ['no finite pair', { monotonic: 1, wall: Number.POSITIVE_INFINITY }, own],
    ['no numbers', { monotonic: Number.NaN, wall: own.wall }, own],
    ['a time before the document', { monotonic: -1, wall: own.wall - 5001 }, own],
    ['a time to come', { monotonic: 6000, wall: own.wall + 1000 }, own],
    ['another day', { monotonic: 5000, wall: 1e12 }, own],
  ])('clocks: %s', (_name, clock, decoded) => {
    expect(decode({ type: 'FactsReported', session: 's', facts: [], clock })?.clock).toEqual(decoded);
  });

  test('texts are bounded', () => {
    const long = 'x'.repeat(10_000_000);
    const opened = {
      type: 'StreamOpened',
      stream: 1,
      at: 1,
      transport: 'fetch',
      method: long,
      url: long,
      stack: long,
    };
    const [fact] = decodeFacts(opened)!;
    expect(JSON.stringify(fact).length).toBeLessThan(100_000);
  });

  test('a stack loses the frames of the extension', () => {
    const stack =
      'Error\n    at x (chrome-extension://abc/page.js:1:2)\n    at open (https://a.test/app.js:3:4)';
    const opened = {
      type: 'StreamOpened',
      stream: 1,
      at: 1,
      transport: 'fetch',
      method: 'GET',
      url: '',
      stack,
    };
    expect(decodeFacts(opened)).toMatchObject([{ stack: 'Error\n    at open (https://a.test/app.js:3:4)' }]);
  });
});

describe('the outbox', () => {
  const end: PageFact = { type: 'ExchangeEnded', stream: 1, at: 1, cause: 'end', final: true, error: '' };

  test('sends at once, and again after the background was away, until it is written', () => {
    const outbox = createOutbox();
    const sent: number[] = [];
    const post = (batch: Batch) => void sent.push(batch.sequence);
    outbox.add('s', [bytes]);
    expect(sent).toEqual([]);
    outbox.open(post);
    outbox.add('s', [bytes]);
    expect(sent).toEqual([1, 2]);
    outbox.forget(1);
    outbox.shut();
    outbox.add('s', [bytes]);
    outbox.open(post);
    expect(sent).toEqual([1, 2, 2, 3]);
    outbox.forget(3);
    outbox.open(post);
    expect(sent).toEqual([1, 2, 2, 3]);
  });

  test('drops what waits for a session that is not recorded, and nothing else', () => {
    const outbox = createOutbox(100);
    outbox.add('', [bytes]);
    outbox.add('s', [bytes]);
    outbox.drop('');
    const sent: Batch[] = [];
    outbox.open((batch) => void sent.push(batch));
    expect(sent.map(({ session }) => session)).toEqual(['s']);
    // There is room again for what was dropped.
    outbox.add('s', [bytes]);
    expect(sent.map(({ facts }) => facts)).toEqual([[bytes], [bytes]]);
  });

  test('is bounded: what does not fit is counted, and life cycles still go', () => {
    const outbox = createOutbox(100);
    const sent: Batch[] = [];
    const big = {
      ...bytes,
      bytes: new Uint8Array(90),
      ends: new Uint32Array([90]),
      times: new Float64Array([1]),
    };
    outbox.add('s', [{ ...big, bytes: new Uint8Array(50), ends: new Uint32Array([50]) }]);
    outbox.add('s', [big, big, end]);
    outbox.open((batch) => void sent.push(batch));
    expect(sent.map((batch) => batch.facts.map((fact) => fact.type))).toEqual([
      ['BytesArrived'],
      ['ExchangeEnded'],
    ]);
    outbox.forget(2);
    outbox.add('s', [bytes]);
    expect(sent.at(-1)!.facts).toMatchObject([
      { type: 'DataLost', count: 2, reason: 'outbox' },
      { type: 'BytesArrived' },
    ]);
  });
});

test('a wire in memory carries copies, in order, until it is closed', async () => {
  const [near, far] = memoryWires<{ n: number }, string>();
  const heard: unknown[] = [];
  const stop = far.listen((message) => void heard.push(message));
  let closed = 0;
  near.closed(() => closed++);
  const message = { n: 1 };
  near.post(message);
  message.n = 2;
  near.post(message);
  await Promise.resolve();
  expect(heard).toEqual([{ n: 1 }, { n: 2 }]);
  stop();
  near.post(message);
  await Promise.resolve();
  far.close();
  await Promise.resolve();
  near.post(message);
  await Promise.resolve();
  expect(heard).toHaveLength(2);
  expect(closed).toBe(1);
});
