import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importBatches } from '../../src/devtools/query/importBatches.ts';
import { writeHar } from '../../src/shared/file/har/writeHar.ts';
import { type OpenOptions, openFile } from '../../src/shared/file/open/openFile.ts';
import { FileError } from '../../src/shared/file/source/fileError.ts';
import { KEEP_ALL } from '../../src/shared/file/source/redact.ts';
import type { SessionSource } from '../../src/shared/file/source/sessionSource.ts';
import { entryTime } from '../../src/shared/segment/readSegment.ts';
import type { Segment } from '../../src/shared/segment/segment.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import type { Exchange, Mark, Session, Stream } from '../../src/shared/session/types.ts';
import { cut, streamBytes } from '../support/arbitraryStream.ts';
import { holdsLater } from '../support/properties.ts';
import { joined } from '../support/streamNotation.ts';

const BEGAN = 1_700_000_000_000;
const bare = { name: 'x', id: 'new', now: BEGAN };
const encoder = new TextEncoder();

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What the store would hold after an import. */
interface Imported {
  session: Session;
  streams: Stream[];
  exchanges: Exchange[];
  marks: Mark[];
  segments: Map<string, Segment[]>;
  notes: string[];
}

async function imported(
  content: BlobPart,
  name = 'file.har',
  options: Partial<OpenOptions> = {},
): Promise<Imported> {
  const read = await openFile(new Blob([content]), { name, id: 'new', now: BEGAN, ...options });
  const { notes } = read;
  const store: Imported = {
    session: {} as Session,
    streams: [],
    exchanges: [],
    marks: [],
    segments: new Map(),
    notes,
  };
  let complete = false;
  for await (const batch of importBatches(read)) {
    expect(complete).toBe(false);
    complete = batch.last;
    for (const session of batch.sessions) store.session = session;
    store.streams.push(...batch.streams);
    store.exchanges.push(...batch.exchanges);
    store.marks.push(...batch.marks);
    for (const segment of batch.segments) {
      const list = store.segments.get(segment.exchange) ?? [];
      list[segment.index] = segment;
      store.segments.set(segment.exchange, list);
    }
  }
  expect(complete).toBe(true);
  expect(store.session.importing).toBeUndefined();
  return store;
}

function sourceOf({ session, streams, exchanges, marks, segments }: Omit<Imported, 'notes'>): SessionSource {
  return {
    session,
    streams,
    exchanges,
    marks,
    async *segments(exchange) {
      yield* segments.get(exchange) ?? [];
    },
  };
}

async function harOf(source: SessionSource): Promise<string> {
  let text = '';
  for await (const piece of writeHar(source, KEEP_ALL, '1.0')) text += piece;
  return text;
}

const bytesOf = (segments: readonly Segment[] = []) => joined(segments.map((one) => one.bytes));
const timesOf = (segments: readonly Segment[] = []) =>
  segments.flatMap((one) => [...one.kinds].map((_, i) => entryTime(one, i)));

/** A recorded session, with a chunk every 7.25 ms. */
function recorded(connections: Uint8Array[][]): Omit<Imported, 'notes'> {
  const segments = new Map<string, Segment[]>();
  let entries = 0;
  const exchanges = connections.map((chunks, i): Exchange => {
    const id = `old/1/${i + 1}`;
    const startedAt = BEGAN + i * 10_000;
    const writer = createSegmentWriter({ exchange: id });
    chunks.forEach((chunk, j) => void writer.append(chunk, startedAt + 10 + j * 7.25));
    writer.end();
    segments.set(id, writer.takeChanged());
    const exchange: Exchange = {
      id,
      stream: 'old/1',
      session: 'old',
      number: i + 1,
      method: 'GET',
      url: 'https://example.com/events',
      startedAt,
      respondedAt: startedAt + 5,
      status: 200,
      headers: [['Content-Type', 'text/event-stream']],
      http: {
        request: 'x',
        requestedAt: startedAt + 1,
        requestHeaders: [['Last-Event-ID', String(i)]],
        redirects: [],
        protocol: 'h2',
        remoteAddress: '127.0.0.1',
        fromCache: false,
        certain: true,
      },
      fidelity: 'bytes',
      bytes: writer.bytes,
      entries: writer.entries,
      events: writer.events,
      firstEntry: entries,
      lastEventIdBefore: '',
      endedAt: startedAt + 500,
      end: 'error',
      error: 'reset',
    };
    entries += writer.entries;
    return exchange;
  });
  const stream = {
    id: 'old/1',
    session: 'old',
    number: 1,
    transport: 'EventSource',
    method: 'GET',
    url: 'https://example.com/events',
    documentUrl: 'https://example.com/',
    frame: 'top',
    frameId: 0,
    openedAt: BEGAN,
    openedBeforeRecording: false,
    stack: 'at open',
    state: 'ended',
    end: 'error',
    listeners: ['tick'],
  } as unknown as Stream;
  return {
    session: {
      id: 'old',
      url: 'https://example.com/',
      title: 'Page',
      startedAt: BEGAN,
      endedAt: BEGAN + 90_000,
      lost: 2,
    } as Session,
    streams: [stream],
    exchanges,
    marks: [
      { session: 'old', at: BEGAN + 3, kind: 'visibility', detail: 'hidden' },
      { session: 'old', stream: 'old/1', at: BEGAN + 4, kind: 'listener', detail: 'tick' },
      { session: 'old', at: BEGAN + 5, kind: 'clock', detail: '-90000' },
    ],
    segments,
  };
}

test('a day of attempts goes into the store in parts', async () => {
  const { marks, exchanges } = { marks: 2500, exchanges: 2500 };
  const log = {
    version: '1.2',
    creator: { name: 'x', version: '1' },
    entries: Array.from({ length: exchanges }, () => ({
      startedDateTime: new Date(BEGAN).toISOString(),
      time: 1,
      _resourceType: 'eventsource',
      request: { method: 'GET', url: 'https://a.test/e', headers: [] },
      response: { status: 503, headers: [], content: { mimeType: 'text/event-stream', text: '' } },
    })),
    _sse: {
      version: 1,
      session: { id: 'old', url: '', title: '', startedAt: BEGAN },
      streams: [],
      marks: Array.from({ length: marks }, (_, i) => ({ at: BEGAN + i, kind: 'offline', detail: '' })),
    },
  };
  const read = await openFile(new Blob([JSON.stringify({ log })]), bare);
  const batches = await allOf(importBatches(read));
  const most = (name: 'marks' | 'exchanges') =>
    batches.reduce((most, batch) => Math.max(most, batch[name].length), 0);
  const all = (name: 'marks' | 'exchanges') => batches.reduce((sum, batch) => sum + batch[name].length, 0);
  expect([all('marks'), most('marks')]).toEqual([marks, 1000]);
  expect(all('exchanges')).toBe(exchanges);
  expect(most('exchanges')).toBeLessThanOrEqual(1000);
  // A part for each exchange would be a transaction for each.
  expect(batches.length).toBeLessThan(20);
});

describe('our own file', () => {
  test('comes back with its bytes, its times, its entries, and all that was said of it', async () => {
    await holdsLater(
      'export and import',
      [fc.array(fc.tuple(streamBytes, fc.array(fc.nat(), { maxLength: 4 })), { minLength: 1, maxLength: 3 })],
      async (connections) => {
        const before = recorded(connections.map(([bytes, places]) => cut(bytes, places)));
        const after = await imported(await harOf(sourceOf(before)));
        expect(after.exchanges).toHaveLength(before.exchanges.length);
        for (const [i, exchange] of before.exchanges.entries()) {
          const [old, now] = [before.segments.get(exchange.id), after.segments.get(`new/1/${i + 1}`)];
          expect([...bytesOf(now)]).toEqual([...bytesOf(old)]);
          expect(timesOf(now).map((time) => time.toFixed(2))).toEqual(
            timesOf(old).map((time) => time.toFixed(2)),
          );
          const {
            number,
            startedAt,
            respondedAt,
            status,
            headers,
            endedAt,
            end,
            error,
            bytes,
            entries,
            events,
          } = exchange;
          expect(after.exchanges[i]).toMatchObject({
            number,
            startedAt,
            respondedAt,
            status,
            headers,
            endedAt,
            end,
            error,
          });
          expect(after.exchanges[i]).toMatchObject({
            bytes,
            entries,
            events,
            fidelity: 'bytes',
            firstEntry: exchange.firstEntry,
          });
          expect(after.exchanges[i]!.timesFrom).toBeUndefined();
          expect(after.exchanges[i]!.http).toMatchObject({
            protocol: 'h2',
            requestHeaders: [['Last-Event-ID', String(i)]],
          });
        }
        expect(after.streams).toMatchObject([
          { id: 'new/1', listeners: ['tick'], stack: 'at open', exchanges: connections.length },
        ]);
        expect(after.session).toMatchObject({
          id: 'new',
          url: 'https://example.com/',
          title: 'Page',
          startedAt: BEGAN,
          lost: 2,
        });
        expect(after.marks.map(({ kind, stream, detail }) => [kind, stream, detail])).toEqual([
          ['visibility', undefined, 'hidden'],
          ['listener', 'new/1', 'tick'],
          ['clock', undefined, '-90000'],
        ]);
      },
      500,
    );
  });

  test('exported again gives the same streams', async () => {
    const before = recorded([[encoder.encode(': a\n\ndata: 1\n'), encoder.encode('\nid: 2\ndata: ü\n\n')]]);
    const first = JSON.parse(await harOf(sourceOf(before)));
    const second = JSON.parse(await harOf(sourceOf(await imported(JSON.stringify(first)))));
    const essence = ({ log }: typeof first) =>
      log.entries.map((entry: { _sse: Record<string, unknown> }) => {
        const { chunks, entries, number, end } = entry._sse;
        return { ...entry, _sse: { chunks, entries, number, end } };
      });
    expect(essence(second)).toEqual(essence(first));
  });
});

describe('files of other tools', () => {
  const chrome = (more: object) =>
    JSON.stringify({
      log: {
        version: '1.2',
        creator: { name: 'WebInspector', version: '537.36' },
        pages: [{ title: 'https://example.com/' }],
        entries: [
          {
            request: { method: 'GET', url: 'https://example.com/app.js', headers: [] },
            response: { content: { mimeType: 'text/javascript' } },
          },
          {
            startedDateTime: '2024-01-02T03:04:05.000Z',
            time: 1000,
            request: {
              method: 'GET',
              url: 'https://example.com/events',
              headers: [{ name: 'Accept', value: 'text/event-stream' }],
            },
            response: {
              status: 200,
              headers: [{ name: 'content-type', value: 'text/event-stream' }],
              content: { mimeType: 'text/event-stream' },
            },
            timings: { send: 1, wait: 99, receive: 900 },
            _resourceType: 'eventsource',
            ...more,
          },
        ],
      },
    });
  const at = Date.parse('2024-01-02T03:04:05.000Z');
  const messages = [
    { time: at / 1000 + 0.2, eventName: 'tick', eventId: '1', data: 'a\nb' },
    { time: at / 1000 + 0.7, eventName: 'message', eventId: '', data: 'c' },
  ];

  test('Chrome’s, with messages and no content: the events and their times', async () => {
    const { exchanges, segments, streams, session } = await imported(
      chrome({ _eventSourceMessages: messages }),
    );
    expect(streams).toMatchObject([
      { transport: 'EventSource', url: 'https://example.com/events', events: 2 },
    ]);
    expect(exchanges).toMatchObject([{ fidelity: 'events', timesFrom: 'events', events: 2, status: 200 }]);
    const own = segments.get('new/1/1')!;
    expect(new TextDecoder().decode(bytesOf(own))).toBe(
      'event: tick\nid: 1\ndata: a\ndata: b\n\nid\ndata: c\n\n',
    );
    expect(timesOf(own)).toEqual([at + 200, at + 700].map((time) => expect.closeTo(time, 0)));
    expect(session.startedAt).toBe(at);
  });

  test('Chrome’s, with both: the content, at the times of the messages', async () => {
    const text = ': hi\n\nevent: tick\nid: 1\ndata: a\ndata: b\n\nid\ndata: c\n\n';
    const response = { status: 200, headers: [], content: { mimeType: 'text/event-stream', text } };
    const { exchanges, segments } = await imported(chrome({ response, _eventSourceMessages: messages }));
    expect(exchanges).toMatchObject([{ fidelity: 'text', timesFrom: 'events', entries: 3 }]);
    expect(new TextDecoder().decode(bytesOf(segments.get('new/1/1')))).toBe(text);
  });

  test('Firefox’s, a proxy’s: content alone, times estimated and said to be', async () => {
    const content = {
      mimeType: 'text/event-stream',
      encoding: 'base64',
      text: btoa('data: 1\n\ndata: 2\n\ndata: 3\n\n'),
    };
    const { exchanges, segments } = await imported(
      chrome({ response: { status: 200, headers: [], content } }),
    );
    expect(exchanges).toMatchObject([
      { fidelity: 'bytes', timesFrom: 'estimate', events: 3, respondedAt: at + 100 },
    ]);
    expect(timesOf(segments.get('new/1/1'))).toEqual([at + 100, at + 550, at + 1000]);
  });

  test.each([
    // What proxies and test runners write differs in these ways.
    [
      'Charles: no time zone colon, comments, sizes as strings',
      {
        startedDateTime: '2024-01-02T03:04:05.000+0000',
        request: {
          method: 'GET',
          url: 'https://example.com/events',
          headers: [],
          _charlesStatus: 'COMPLETE',
        },
        response: {
          _charlesStatus: 'COMPLETE',
          status: 200,
          headers: [{ name: 'Content-Type', value: 'text/event-stream; charset=utf-8' }],
          content: {
            size: '20',
            mimeType: 'text/event-stream',
            text: 'data: 1\n\ndata: 2\n\n',
            encoding: null,
          },
        },
      },
    ],
    [
      'Proxyman: everything in base64, -1 in timings',
      {
        _isHTTPS: true,
        response: {
          status: 200,
          headers: [{ name: 'content-type', value: 'text/event-stream' }],
          content: { mimeType: '', encoding: 'base64', text: btoa('data: 1\n\ndata: 2\n\n') },
        },
        timings: { send: -1, wait: -1, receive: -1, blocked: -1, dns: -1, connect: -1, ssl: -1 },
      },
    ],
    [
      'HTTP Toolkit: no _resourceType, comments on the entry',
      {
        _resourceType: undefined,
        comment: '',
        response: {
          status: 200,
          headers: [{ name: 'Content-Type', value: 'text/event-stream' }],
          content: { mimeType: 'text/event-stream', size: 18, text: 'data: 1\n\ndata: 2\n\n', comment: '' },
        },
      },
    ],
    [
      'cypress-har-generator: events of its own, without times of any',
      {
        _resourceType: 'EventSource',
        response: {
          status: 200,
          headers: [{ name: 'content-type', value: 'text/event-stream' }],
          content: { mimeType: 'text/event-stream', text: 'data: 1\n\ndata: 2\n\n' },
        },
        _eventSourceMessages: [
          { time: null, eventName: 'message', eventId: '', data: '1' },
          { eventName: 'message', eventId: '', data: '2' },
        ],
      },
    ],
  ])('%s', async (_, more) => {
    const { exchanges, streams } = await imported(chrome(more));
    expect(streams).toMatchObject([{ transport: 'EventSource', url: 'https://example.com/events' }]);
    expect(exchanges).toMatchObject([{ status: 200, events: 2, startedAt: at, timesFrom: 'estimate' }]);
  });

  test('times beyond the year 9999 are no times: what has them can be written again', async () => {
    const har = (chunkAt: unknown, time: unknown, messageTime: unknown) =>
      JSON.stringify({
        log: {
          entries: [
            {
              startedDateTime: new Date(BEGAN).toISOString(),
              time,
              request: { method: 'GET', url: 'https://a.test/' },
              response: {
                status: 200,
                content: { size: 9, mimeType: 'text/event-stream', text: 'data: x\n\n' },
              },
              _eventSourceMessages: [{ time: messageTime, data: 'x' }],
              ...(chunkAt === undefined ? {} : { _sse: { chunks: [[9, chunkAt]] } }),
            },
          ],
        },
      }).replaceAll('"HUGE"', '1e300');
    for (const [chunkAt, time, messageTime] of [
      ['HUGE', 1, 1],
      [-1e13, 1, 1],
      [5, 'HUGE', 1],
      [undefined, 1, 'HUGE'],
      [undefined, 'HUGE', 'HUGE'],
    ]) {
      const { exchanges, segments } = await imported(har(chunkAt, time, messageTime));
      const times = [...segments.values()].flat().flatMap(({ chunkTimes }) => [...chunkTimes]);
      const { startedAt, respondedAt, endedAt, firstAt, lastAt } = exchanges[0]!;
      expect(times.length).toBeGreaterThan(0);
      for (const one of [...times, startedAt, respondedAt, endedAt, firstAt, lastAt])
        expect(() => new Date(one ?? 0).toISOString()).not.toThrow();
    }
  });

  test('raw bytes of a stream, and gzip of each', async () => {
    const raw = 'id: 1\ndata: ü\n\n: beat\n\n';
    for (const content of [encoder.encode(raw), new Uint8Array(gzipSync(raw))]) {
      const { exchanges, segments, notes } = await imported(content, 'stream.sse');
      expect(exchanges).toMatchObject([{ entries: 2, fidelity: 'bytes', timesFrom: 'estimate' }]);
      expect(new TextDecoder().decode(bytesOf(segments.get('new/1/1')))).toBe(raw);
      expect(notes.join()).toContain('does not tell when');
    }
    const packed = new Uint8Array(gzipSync(chrome({ _eventSourceMessages: messages })));
    expect((await imported(packed, 'a.har.gz')).session.events).toBe(2);
  });
});

describe('a bad file is answered by a sentence', () => {
  const whole = JSON.stringify({
    log: { entries: [{ _resourceType: 'eventsource', request: {}, response: {} }] },
  });
  test.each([
    ['nothing', '', 'empty'],
    ['a picture', '\x89PNG\r\n', 'neither a HAR file nor an event stream'],
    ['cut off', whole.slice(0, -7), 'cut off'],
    ['not JSON all through', '{"log": oops}', 'not JSON all through'],
    ['other JSON', '{"a": 1}', 'no HAR file'],
    ['a list', '[1, 2]', 'no HAR file'],
    ['no streams', '{"log":{"entries":[{"request":{},"response":{}}]}}', 'none of its 1 requests'],
    ['a later version', '{"log":{"_sse":{"version":99},"entries":[]}}', 'a later version of SSE Scope'],
    ['damaged gzip', new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]), 'damaged'],
    ['a gzip bomb', new Uint8Array(gzipSync(Buffer.alloc((1 << 20) + 10))), 'Unpacked'],
  ] as [string, BlobPart, string][])('%s', async (_, content, sentence) => {
    const opened = openFile(new Blob([content]), { ...bare, mostBytes: 1 << 20 });
    await expect(opened).rejects.toThrow(sentence);
    await expect(opened).rejects.toBeInstanceOf(FileError);
  });

  test('a file that was packed to fill the memory is refused long before the largest size', async () => {
    const bomb = new Blob([new Uint8Array(gzipSync(Buffer.alloc(65 << 20)))]);
    await expect(openFile(bomb, bare)).rejects.toThrow('more than 200 times its size');
    await expect(openFile(bomb, { ...bare, salvage: true })).rejects.toBeInstanceOf(FileError);
  });

  test('a file that is too large is refused before it is read', async () => {
    const huge = { size: 3 * 2 ** 30, slice: () => Promise.reject(new Error('read')) as never };
    await expect(openFile(huge, bare)).rejects.toThrow(
      'This file has 3 GiB: files of up to 2 GiB can be opened.',
    );
  });

  test('what comes before a damage is read when it is wanted, and said', async () => {
    const entry = (n: number) => ({
      request: { url: `https://example.com/${n}` },
      response: { content: { mimeType: 'text/event-stream', text: `data: ${n}\n\n` } },
    });
    const text = JSON.stringify({ log: { entries: [entry(1), entry(2), entry(3)] } });
    for (const content of [
      text.slice(0, text.indexOf('data: 3')),
      text.replace('data: 3', 'data: "3'),
      new Uint8Array(gzipSync(text)).slice(0, -20),
    ]) {
      const failure = await openFile(new Blob([content]), bare).catch((error) => error);
      expect(failure).toBeInstanceOf(FileError);
      expect(failure.readable).toBeGreaterThan(0);
      const { exchanges, notes } = await imported(content, 'x', { salvage: true });
      expect(exchanges.length).toBeGreaterThan(0);
      expect(exchanges[0]).toMatchObject({ url: 'https://example.com/1', events: 1 });
      expect(notes.join()).toContain('what is before that was read');
    }
  });

  test('base64 that goes wrong in its middle is read up to there', async () => {
    const text = `${btoa('data: 1\n\ndata: 2\n\n')}§§§§`;
    const content = { mimeType: 'text/event-stream', encoding: 'base64', text };
    const { exchanges, notes } = await imported(
      JSON.stringify({ log: { entries: [{ response: { content } }] } }),
    );
    expect(notes.join()).toContain('base64');
    expect(exchanges).toHaveLength(1);
  });

  test('what is not in the content is not in the chunks either: their times are not believed', async () => {
    const content = { mimeType: 'text/event-stream', size: 9, text: 'data: 12345\n\n' };
    const _sse = { chunks: [[9, 5]], startedAt: BEGAN };
    const { exchanges } = await imported(
      JSON.stringify({ log: { entries: [{ response: { content }, _sse }] } }),
    );
    expect(exchanges).toMatchObject([{ events: 1, timesFrom: 'estimate' }]);
  });

  test('a hundred thousand exchanges are read, and how many more there are is said', async () => {
    const one = JSON.stringify({ response: { content: { mimeType: 'text/event-stream', text: ':' } } });
    const many = `{"log":{"entries":[${Array(100_003).fill(one).join()}]}}`;
    const { exchanges, notes } = await openFile(new Blob([many]), bare);
    expect(exchanges).toHaveLength(100_000);
    expect(notes.join()).toContain('first 100000 of 100003');
  });

  test('wrong base64 is left out, and said; the rest is read', async () => {
    const entry = (text: string) => ({
      request: { url: 'https://example.com/' },
      response: { content: { mimeType: 'text/event-stream', encoding: 'base64', text } },
    });
    const { exchanges, notes } = await imported(
      JSON.stringify({ log: { entries: [entry('§§§'), entry(btoa('data: 1\n\n'))] } }),
    );
    expect(notes.join()).toContain('entry 1 says that it is base64');
    expect(exchanges.map(({ events }) => events)).toEqual([0, 1]);
  });

  test('deep nesting, prototype keys, wild times and numbers do no harm', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const text = `{"__proto__":{"polluted":1},"log":{"entries":[{"_resourceType":"eventsource","startedDateTime":-5,"time":-1e308,
      "request":{"url":5,"headers":${deep}},"response":{"status":"x","content":{"text":"data: 1\\n\\n"}},
      "_sse":{"stream":{"constructor":1},"chunks":[[1e9,0]],"startedAt":1e300,"number":-7}}]}}`;
    const { exchanges } = await imported(text);
    expect(exchanges).toMatchObject([{ events: 1, number: 1, status: 0 }]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('whatever happens to a file, it is read or refused', async () => {
    const real = await harOf(
      sourceOf(
        recorded([[encoder.encode(': a\n\ndata: 1\n\n')], [encoder.encode('id: 2\ndata: {"x":[1]}\n\n')]]),
      ),
    );
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom(
        '',
        '"',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '0',
        '-1',
        'null',
        '1e999',
        '"\\u0000"',
        'true',
        '<b>',
        '\\',
      ),
      fc.nat(12),
    );
    await holdsLater(
      'mutated files',
      [fc.array(change, { minLength: 1, maxLength: 6 }), fc.boolean()],
      async (changes, salvage) => {
        let text = real;
        for (const [place, piece, length] of changes) {
          const from = place % text.length;
          text = text.slice(0, from) + piece + text.slice(from + length);
        }
        try {
          const read = await openFile(new Blob([text]), { ...bare, salvage });
          const batches = await allOf(importBatches(read));
          expect(batches.at(-1)!.last).toBe(true);
          for (const { exchanges } of batches)
            for (const { startedAt } of exchanges) expect(startedAt).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(FileError);
        }
      },
    );
  });
});
