import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { findUnseen, loggedStreams } from '../../src/devtools/app/notices/unseen.ts';
import { createSessionData } from '../../src/devtools/data/sessionData.ts';
import { untilOpen } from '../../src/devtools/data/untilOpen.ts';
import { createFactsReader } from '../../src/devtools/query/factsReader.ts';
import { healthOf } from '../../src/devtools/query/healthOf.ts';
import { keepLinked } from '../../src/shared/protocol/reconnect.ts';
import { memoryWires } from '../../src/shared/protocol/wire.ts';
import { exchangeIndexAt, putExchange } from '../../src/shared/session/exchangeList.ts';
import type { Exchange, Mark, Session, Stream } from '../../src/shared/session/types.ts';
import { openStore } from '../../src/shared/store/open.ts';
import { readMarks, readSessionHead } from '../../src/shared/store/read.ts';

const db = await openStore(() => {}, 'session data');
afterAll(() => db.close());

const stream = (session: string, number: number, more: Partial<Stream> = {}): Stream =>
  ({
    id: `${session}/${number}`,
    session,
    number,
    state: 'open',
    listeners: [],
    exchanges: 1,
    ...more,
  }) as Stream;
const exchange = (stream: string, number: number, more: Partial<Exchange> = {}): Exchange =>
  ({
    id: `${stream}/${number}`,
    stream,
    session: stream.split('/')[0]!,
    number,
    url: 'http://a.test/events',
    method: 'GET',
    startedAt: number,
    fidelity: 'bytes',
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: 0,
    lastEventIdBefore: '',
    ...more,
  }) as Exchange;
const mark = (session: string, at: number, more: Partial<Mark> = {}): Mark => ({
  session,
  at,
  kind: 'visibility',
  detail: 'hidden',
  ...more,
});
const always = () => true;

describe('the records of the session on show', () => {
  beforeEach(async () => {
    for (const name of ['sessions', 'streams', 'exchanges', 'marks'] as const) await db.clear(name);
    await db.put('sessions', { id: 'a', startedAt: 1 } as Session);
    await db.put('streams', stream('a', 1, { exchanges: 1000 }));
    for (let i = 1; i <= 1000; i++) {
      const headers: [string, string][] = [['date', String(i)]];
      await db.put('exchanges', exchange('a/1', i, { headers }));
    }
    for (let i = 0; i < 20; i++) await db.add('marks', mark('a', i, { stream: 'a/1', kind: 'error' }));
    await db.add('marks', mark('a', 5));
    await db.add('marks', mark('b', 6));
  });

  test('lose a stream, or its first connection, that is taken away: a page has said whose it is', async () => {
    await db.put('streams', stream('a', 2, { exchanges: 2 }));
    for (const number of [1, 2]) await db.put('exchanges', exchange('a/2', number));
    const data = createSessionData(db);
    await data.load('a', '', always);
    await db.delete('exchanges', 'a/2/1');
    await db.put('exchanges', exchange('a/2', 1, { id: 'a/2/2', url: 'http://a.test/second' }));
    await db.put('streams', stream('a', 2, { exchanges: 1 }));
    await data.update('a', ['a/2'], ['a/2/2'], always);
    expect(data.exchanges.value.get('a/2')!.map(({ id, number }) => [id, number])).toEqual([['a/2/2', 1]]);
    await db.delete('streams', 'a/2');
    await db.delete('exchanges', 'a/2/2');
    await data.update('a', ['a/2'], [], always);
    expect(data.hasNews()).toBe(true);
    data.showStreams();
    expect(data.streams.value.map(({ id }) => id)).toEqual(['a/1']);
    expect(data.exchanges.value.has('a/2')).toBe(false);
  });

  test('are read as a whole once, without what is read when somebody looks', async () => {
    const data = createSessionData(db);
    const update = await data.load('a', '', always);
    expect(update?.exchanges.get('a/1')).toHaveLength(1000);
    const list = data.exchanges.value.get('a/1')!;
    expect(list.map(({ number }) => number)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(list[0]).not.toHaveProperty('headers');
    expect(data.streams.value.map(({ id }) => id)).toEqual(['a/1']);
    expect(data.marks.value.map(({ at }) => at)).toEqual([5]);
  });

  test('are read again where they have changed, and nowhere else', async () => {
    const data = createSessionData(db);
    await data.load('a', '', always);
    const before = data.exchanges.value.get('a/1')!;
    await db.put('streams', stream('a', 1, { exchanges: 1001 }));
    await db.put('streams', stream('a', 2));
    await db.put('exchanges', exchange('a/1', 1000, { endedAt: 9 }));
    await db.put('exchanges', exchange('a/1', 1001));
    await db.put('exchanges', exchange('a/2', 1));
    await db.add('marks', mark('a', 2, { kind: 'clock', detail: '5000' }));
    await db.add('marks', mark('b', 7));
    await db.add('marks', mark('a', 8, { kind: 'open', stream: 'a/1' }));
    // Another record that has changed, and of which nobody was told: it is not read.
    await db.put('exchanges', exchange('a/1', 3, { endedAt: 3 }));
    const all = vi.spyOn(IDBIndex.prototype, 'getAll');
    const update = await data.update('a', ['a/1', 'a/2'], ['a/1/1000', 'a/1/1001', 'a/2/1'], always);
    expect(all.mock.contexts.filter((index) => (index as IDBIndex).objectStore.name === 'exchanges')).toEqual(
      [],
    );
    all.mockRestore();
    expect([...update!.exchanges].map(([id, list]) => [id, list.length])).toEqual([
      ['a/1', 2],
      ['a/2', 1],
    ]);
    const now = data.exchanges.value.get('a/1')!;
    expect(now).toHaveLength(1001);
    // What has not changed is the same object.
    expect(now.slice(0, 999).every((one, i) => one === before[i])).toBe(true);
    expect(now[999]!.endedAt).toBe(9);
    expect(data.hasNews()).toBe(true);
    data.showStreams();
    expect(data.streams.value.map(({ id }) => id)).toEqual(['a/1', 'a/2']);
    expect(data.hasNews()).toBe(false);
    expect(data.marks.value.map(({ at, kind }) => `${at} ${kind}`)).toEqual(['2 clock', '5 visibility']);
    await data.update('a', [], [], always);
    expect(data.marks.value).toHaveLength(2);
  });

  test('an exchange whose bytes the wire has replaced is told of', async () => {
    const data = createSessionData(db);
    await db.put('exchanges', exchange('a/1', 1000, { bytes: 50, entries: 2, fidelity: 'events' }));
    await data.load('a', '', always);
    await db.put('exchanges', exchange('a/1', 1000, { bytes: 90, entries: 3, wire: 'live' }));
    const update = await data.update('a', [], ['a/1/1000'], always);
    expect(update?.replaced.map(({ number }) => number)).toEqual([1000]);
    await db.put('exchanges', exchange('a/1', 1000, { bytes: 95, entries: 4, wire: 'live' }));
    expect((await data.update('a', [], ['a/1/1000'], always))?.replaced).toEqual([]);
  });

  test('are left when another session is wanted meanwhile', async () => {
    const data = createSessionData(db);
    let asked = 0;
    expect(await data.load('a', '', () => ++asked < 2)).toBeUndefined();
    expect(data.exchanges.value.size).toBe(0);
  });
});

test('the health of a stream that came back ten thousand times in vain is told in few words, and read once', async () => {
  const refused = (number: number) =>
    exchange('h/1', number, {
      startedAt: number * 3000,
      endedAt: number * 3000 + 5,
      end: 'error',
      error: 'refused',
    });
  await db.put('streams', stream('h', 1, { transport: 'EventSource', exchanges: 10_000 }));
  const tx = db.transaction('exchanges', 'readwrite');
  for (let i = 1; i <= 10_000; i++) void tx.store.put(refused(i));
  await tx.done;
  const reader = createFactsReader(db);
  const read = async () => {
    const around = { marks: [], neighbours: [], browser: 'chromium', now: 3e7 } as const;
    const facts = await reader.read(['h/1'], around, new AbortController().signal);
    return facts && healthOf(facts);
  };
  const report = await read();
  expect(report).toMatchObject({
    looked: 10_000,
    connections: 10_000,
    gapCount: 1,
    backOff: { kind: 'constant' },
    gaps: [{ from: 3000, attemptCount: 9999 }],
  });
  expect(report?.gaps[0]?.attempts).toHaveLength(100);
  await db.put('exchanges', refused(10_001));
  reader.changed('h/1', ['h/1/10001']);
  const all = vi.spyOn(IDBIndex.prototype, 'getAll');
  expect((await read())?.gaps[0]?.attemptCount).toBe(10_000);
  const stores = all.mock.contexts.map((index) => (index as IDBIndex).objectStore.name);
  expect(stores).not.toContain('exchanges');
  all.mockRestore();
});

test('a store of the version before has its marks by kind, and keeps everything', async () => {
  const old = await openDB('of version 2', 2, {
    upgrade(db) {
      db.createObjectStore('requests', { keyPath: 'id' }).createIndex('bySession', 'session');
      db.createObjectStore('sessions', { keyPath: 'id' }).createIndex('byStart', 'startedAt');
      db.createObjectStore('streams', { keyPath: 'id' }).createIndex('bySession', ['session', 'number']);
      const exchanges = db.createObjectStore('exchanges', { keyPath: 'id' });
      exchanges.createIndex('byStream', ['stream', 'number']);
      exchanges.createIndex('bySession', 'session');
      db.createObjectStore('marks', { autoIncrement: true }).createIndex('bySession', ['session', 'at']);
      const segments = db.createObjectStore('segments', { keyPath: ['exchange', 'index'] });
      segments.createIndex('byEntry', ['exchange', 'firstEntry']);
      segments.createIndex('byOffset', ['exchange', 'base']);
      segments.createIndex('byTime', ['exchange', 'firstTime']);
      db.createObjectStore('documents', { keyPath: 'id' }).createIndex('bySession', 'session');
    },
  });
  await old.put('sessions', { id: 'a', startedAt: 1 });
  await old.put('streams', stream('a', 1));
  for (const one of [mark('a', 3), mark('a', 2, { kind: 'offline' }), mark('a', 1, { kind: 'listener' })]) {
    await old.add('marks', one);
  }
  old.close();
  const upgraded = await openStore(() => {}, 'of version 2');
  const head = await readSessionHead(upgraded, 'a');
  expect(head.marks.map(({ at }) => at)).toEqual([2, 3]);
  expect(head.streams).toHaveLength(1);
  expect(head.session?.id).toBe('a');
  expect(await readMarks(upgraded, 'a')).toHaveLength(3);
  upgraded.close();
});

test('exchanges are put in by their numbers, and found by the ordinals of their entries', () => {
  const list: { number: number; firstEntry: number }[] = [];
  const put = (number: number, firstEntry: number) => putExchange(list, { number, firstEntry });
  expect(put(1, 0)).toBeUndefined();
  put(4, 2);
  put(2, 2);
  expect(put(2, 1)).toEqual({ number: 2, firstEntry: 2 });
  expect(list.map(({ number }) => number)).toEqual([1, 2, 4]);
  expect([0, 1, 2, 9].map((n) => exchangeIndexAt(list, n))).toEqual([0, 1, 2, 2]);
  expect(exchangeIndexAt([], 0)).toBe(0);
});

test('a store that does not open is opened again, after longer and longer pauses', async () => {
  vi.useFakeTimers();
  try {
    const failed: string[] = [];
    let tries = 0;
    const opened = untilOpen(
      async () => {
        if (++tries < 8) throw new Error('no room');
        return 'open';
      },
      (reason) => failed.push(reason),
    );
    await vi.advanceTimersByTimeAsync(300);
    expect(tries).toBe(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await opened).toBe('open');
    expect(failed).toEqual(Array(7).fill('no room'));
  } finally {
    vi.useRealTimers();
  }
});

describe('a link that is made again', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  test('is not made without end where the other end cannot live, and is as before where it does', async () => {
    let ends: { close(): void }[] = [];
    let made = 0;
    let over = false;
    keepLinked(
      () => {
        made++;
        if (over) return undefined;
        const [own, other] = memoryWires<string, string>();
        ends.push(other);
        return own;
      },
      () => {},
      () => {},
    );
    const dies = async () => {
      for (const end of ends) end.close();
      ends = [];
      await vi.advanceTimersByTimeAsync(0);
    };
    for (let second = 0; second < 60; second++) {
      await dies();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(made).toBeGreaterThan(8);
    expect(made).toBeLessThan(25);
    await vi.advanceTimersByTimeAsync(20_000);
    const before = made;
    await dies();
    await vi.advanceTimersByTimeAsync(50);
    expect(made).toBe(before + 1);
    over = true;
    await dies();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made).toBe(before + 2);
  });
});

test('the browser’s log of a page before says nothing of the page on show', () => {
  const pages = [
    { id: 'page_1', startedDateTime: '2026-01-01T00:00:00.000Z' },
    { id: 'page_2', startedDateTime: '2026-01-01T00:01:00.000Z' },
  ];
  const entry = (url: string, startedDateTime: string, pageref?: string) => ({
    ...(pageref ? { pageref } : {}),
    startedDateTime,
    request: { url },
    _eventSourceMessages: [{ eventName: 'tick' }, { eventName: 'tick' }],
  });
  const logged = loggedStreams({
    pages,
    entries: [
      entry('http://a.test/events', '2026-01-01T00:00:01.000Z', 'page_1'),
      entry('http://a.test/former-worker', '2026-01-01T00:00:02.000Z'),
      entry('http://a.test/events', '2026-01-01T00:01:01.000Z', 'page_2'),
      entry('http://a.test/worker', '2026-01-01T00:01:02.000Z'),
      { request: { url: 'http://a.test/image' }, startedDateTime: '2026-01-01T00:01:02.000Z' },
    ],
  });
  expect(logged.map(({ url, types }) => [url, types.tick])).toEqual([
    ['http://a.test/events', 2],
    ['http://a.test/worker', 2],
  ]);
  const own = {
    url: 'http://a.test/events',
    transport: 'EventSource',
    listeners: ['tick'],
  } as unknown as Stream;
  expect(findUnseen(logged, [own])).toEqual({ types: [], streams: ['http://a.test/worker'] });
  expect(loggedStreams({})).toEqual([]);
});
