import { describe, expect, test } from 'vitest';
import { CHILD_FRAME, UNKNOWN_FRAME } from '../../../src/background/keep/fits.ts';
import { PAGE_TELLS_WITHIN } from '../../../src/background/keep/patience.ts';
import type { PageFact } from '../../../src/shared/protocol/pageLink.ts';
import type { HttpFact } from '../../../src/shared/session/httpFacts.ts';
import {
  batch,
  bytes,
  EVENTS,
  ended,
  events,
  opened,
  PAGE,
  requestEnded,
  requestSent,
  requestStarted,
  responded,
  responseStarted,
  startedAgain,
  wireBytes,
} from '../../support/recordedFacts.ts';
import { createRecorder, origin, type Recorder } from '../../support/recorder.ts';

/** Later than every patience of a join, ms. */
const LONG = 30_000;

/** What is stored of streams and their exchanges, in short. */
async function stored({ db }: Recorder) {
  const exchanges = await db.getAllFromIndex('exchanges', 'bySession', 's');
  exchanges.sort((a, b) => a.number - b.number);
  return (await db.getAllFromIndex('streams', 'bySession')).map((stream) => ({
    id: stream.id,
    transport: stream.transport,
    state: stream.state,
    requests: exchanges.filter((one) => one.stream === stream.id).map(({ http }) => http?.request),
  }));
}

const wireStarted = (at: number, more: object = {}) =>
  requestStarted(at, { transport: 'EventSource', frameId: UNKNOWN_FRAME, documentUrl: PAGE, ...more });

describe('a response of which the browser tells late', () => {
  test('is that of the stream that a busy page reports after it, whatever its method', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    recorder.http(
      'wire-1--1',
      requestStarted(at, { transport: 'fetch', method: '' }),
      requestSent(),
      { type: 'WireAttached' },
      responseStarted(at),
      wireBytes(at, 'data: a\n\n'),
    );
    await clock.advance(5000);
    expect(await recorder.db.getAll('streams')).toMatchObject([{ method: 'GET', unclaimed: true }]);
    recorder.page({ ...opened(1, at - 100, { transport: 'fetch' }), method: 'POST' } as PageFact);
    await clock.advance(5000);
    const streams = await recorder.db.getAll('streams');
    expect(streams).toMatchObject([{ method: 'POST' }]);
    expect(streams[0]).not.toHaveProperty('unclaimed');
    expect(await recorder.exchanges()).toMatchObject([{ method: 'POST', bytes: 9 }]);
  });

  test('is none of a new stream, where its request is over and the background was killed since', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    recorder.page(opened(1, at));
    recorder.http('wire-1--1', requestStarted(at, { transport: 'EventSource' }), requestSent());
    await clock.advance(200);
    recorder.page(ended(1, at + 200, 'unload', true));
    // The debugger says nothing of its end.
    await clock.advance(30_000);
    recorder.restart();
    recorder.http(
      'wire-1--1',
      requestStarted(clock.wall(), { transport: 'EventSource', method: '' }),
      requestSent(),
      { type: 'WireAttached' },
      responseStarted(clock.wall()),
      wireBytes(clock.wall(), 'data: a\n\n'),
    );
    await clock.advance(30_000);
    expect((await recorder.exchanges()).map(({ id }) => id)).toEqual(['s/d/1/1']);
  });
});

describe('a reconnection of a worker', () => {
  test('goes on with its stream, also where the end of the connection before is told after its response', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    const asked = (began: number): HttpFact[] => [
      requestStarted(began, { transport: 'EventSource', worker: true }),
      { type: 'RequestSent', headers: [], provisional: true },
      { type: 'WireAttached' },
      responseStarted(began + 1),
    ];
    recorder.http('wire-1-W-1', ...asked(at), wireBytes(at, 'data: a\n\n'));
    await clock.advance(1000);
    recorder.http('wire-1-W-2', ...asked(at + 900), wireBytes(at + 900, 'data: b\n\n'));
    await clock.advance(1000);
    recorder.http('wire-1-W-1', requestEnded(at + 800));
    await clock.advance(1000);
    expect((await recorder.exchanges()).map(({ number, bytes }) => [number, bytes])).toEqual([
      [1, 9],
      [2, 9],
    ]);
    // Two that are open at the same time are two streams.
    recorder.http('wire-1-W-3', ...asked(at + 3000), wireBytes(at + 3000, 'data: c\n\n'));
    await clock.advance(10_000);
    expect(await recorder.db.count('streams')).toBe(2);
  });
});

describe('a request that was lost with the life of the background that had seen it', () => {
  test('is not taken for that of another stream of the same address', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    recorder.page(opened(1, at));
    await clock.advance(200);
    recorder.restart();
    await clock.advance(100);
    const later = clock.wall();
    recorder.http('wire-1--2', requestStarted(later, { transport: 'EventSource' }), requestSent());
    await clock.advance(200);
    recorder.page(responded(1, at + 10), opened(2, later));
    await clock.advance(200);
    expect((await recorder.exchanges()).map(({ id, http }) => [id, http?.request])).toEqual([
      ['s/d/1/1', undefined],
      ['s/d/2/1', 'wire-1--2'],
    ]);
  });
});

describe('the page and the HTTP layer report one stream', () => {
  test.each([
    [0, true],
    [90, false],
    [250, false],
  ])('when the page’s clock is %i ms behind (for certain: %s)', async (lag) => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at - lag), responded(1, at - lag + 20), events(1, at - lag + 30, ['a']));
    recorder.http('http-1', requestStarted(at + 2), requestSent(), responseStarted(at + 15));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toEqual([
      { id: 's/d/1', transport: 'EventSource', state: 'open', requests: ['http-1'] },
    ]);
  });

  test('when it is an hour behind, and has said that its clock was set', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    const page = at - 3_600_000;
    recorder.page(
      { type: 'PageMarked', stream: 0, at: page, kind: 'clock', detail: '' },
      opened(1, page),
      { type: 'PageMarked', stream: 0, at: page, kind: 'clock', detail: '' },
      responded(1, page + 20),
    );
    recorder.http('http-1', requestStarted(at + 2), requestSent(), responseStarted(at + 15));
    await recorder.clock.advance(LONG);
    const [stream, ...others] = await stored(recorder);
    expect(others).toEqual([]);
    expect(stream).toMatchObject({ id: 's/d/1', state: 'open', requests: ['http-1'] });
    expect((await recorder.exchanges())[0]?.http?.certain).toBe(false);
  });

  test('when the clock was set while the page was too busy to report', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    // The session is there.
    recorder.page(opened(1, at, { url: 'http://a.test/other' }));
    await clock.advance(1000);
    const before = clock.wall();
    recorder.http('http-1', requestStarted(before), requestSent(), responseStarted(before + 20));
    await clock.advance(100);
    clock.setWall(3_600_000);
    const hour = before + 3_600_000;
    recorder.page(opened(2, hour), responded(2, hour + 20), ended(2, hour + 50, 'close', true));
    await clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([[undefined], ['http-1']]);
  });

  test('when the clock was set, and another one was forbidden before', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), ended(1, at, 'error', true), {
      type: 'PageMarked',
      stream: 0,
      at,
      kind: 'clock',
      detail: '',
    });
    recorder.page(opened(2, at + 3_600_000), responded(2, at + 3_600_020));
    recorder.http('http-1', requestStarted(at + 5000), requestSent(), responseStarted(at + 5020));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([[undefined], ['http-1']]);
  });

  test('when the EventSource waited for its response as recording with the wire began', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { late: true }));
    await recorder.clock.advance(300);
    // The debugger sees the response alone: neither the beginning, nor the method and the headers.
    recorder.http('wire-1--1', wireStarted(at + 300, { method: '' }));
    recorder.http(
      'wire-1--1',
      { type: 'RequestSent', headers: [], provisional: true },
      { type: 'WireAttached' },
    );
    recorder.http('wire-1--1', responseStarted(at + 300), wireBytes(at + 301, 'data: hi\n\n'));
    recorder.page(responded(1, at + 301), events(1, at + 302, ['hi']));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toEqual([
      { id: 's/d/1', transport: 'EventSource', state: 'open', requests: ['wire-1--1'] },
    ]);
    expect(await recorder.text('s/d/1/1')).toBe('data: hi\n\n');
    expect((await recorder.exchanges())[0]).toMatchObject({ fidelity: 'bytes', events: 1 });
  });

  test.each([
    ['the number of its parent', 0, PAGE, false],
    ['no number, but its address', CHILD_FRAME, 'http://a.test/frame', true],
  ])('when Chromium gives the request of a new frame %s', async (_, frameId, documentUrl, certain) => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.keep.submit(
      origin({ top: false, frameId: 7, url: 'http://a.test/frame' }),
      batch('s', 1, opened(1, at), responded(1, at + 20)),
    );
    recorder.http('http-1', requestStarted(at + 1, { frameId, documentUrl }), requestSent());
    recorder.http('http-1', responseStarted(at + 15));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['http-1'] }]);
    expect((await recorder.exchanges())[0]?.http?.certain).toBe(certain);
  });
});

describe('a stream that was there when recording began', () => {
  test('is the connection that was open, not the one before, whichever is reported first', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.http('http-1', requestStarted(at - 300), requestSent(), responseStarted(at - 280));
    recorder.page(opened(1, at, { late: true }), responded(1, at));
    await recorder.clock.advance(300);
    // The browser is late.
    recorder.http('http-1', requestEnded(at - 100, 'net::ERR_FAILED'));
    recorder.http('http-2', requestStarted(at - 50), requestSent('7'), responseStarted(at - 20));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['http-2'] }]);
    expect((await recorder.exchanges())[0]).toMatchObject({ lastEventIdBefore: '7', url: EVENTS });
  });

  test('and waited to connect again is the connection that comes, not the one before', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.http('http-1', requestStarted(at - 300), requestSent(), responseStarted(at - 280));
    recorder.page(opened(1, at, { late: true }));
    await recorder.clock.advance(300);
    // The browser is late.
    recorder.http('http-1', requestEnded(at - 100, 'net::ERR_FAILED'));
    await recorder.clock.advance(2700);
    recorder.http('http-2', requestStarted(at + 3000), requestSent('7'), responseStarted(at + 3010));
    await recorder.clock.advance(100);
    recorder.page(responded(1, at + 3012));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['http-2'] }]);
  });

  test('and connects again before the page has told of the end is not the next connection', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { late: true }));
    await recorder.clock.advance(800);
    recorder.http('http-2', requestStarted(at + 770), requestSent('7'));
    await recorder.clock.advance(300);
    recorder.page(events(1, at + 740, ['a', '7']), ended(1, at + 743, 'disconnect', false));
    recorder.page(startedAgain(1, at + 743), responded(1, at + 810));
    recorder.http('http-2', responseStarted(at + 800));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: [undefined, 'http-2'] }]);
  });

  test('and is over already is not joined by a stream that is its connection before', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { late: true }), responded(1, at), ended(1, at + 50, 'error', true));
    recorder.http('http-2', requestStarted(at - 50), requestSent('7'), responseStarted(at - 20));
    recorder.http('http-2', requestEnded(at + 50, 'net::ERR_FAILED'));
    await recorder.clock.advance(LONG);
    recorder.http('http-1', requestStarted(at - 300), requestSent(), responseStarted(at - 280));
    recorder.http('http-1', requestEnded(at - 100, 'net::ERR_FAILED'));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['http-2'] }]);
  });

  test('says that its last event ID is not certain where nobody saw with which it was asked for', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { late: true }), responded(1, at));
    recorder.http('http-1', requestStarted(at, { late: true }), responseStarted(at));
    await recorder.clock.advance(LONG);
    expect((await recorder.exchanges())[0]?.http).toMatchObject({ request: 'http-1', certain: false });
    recorder.http('http-1', requestSent('7'));
    await recorder.clock.advance(LONG);
    expect((await recorder.exchanges())[0]?.http).toMatchObject({ certain: true });
  });

  test('beside another one of its URL is joined to one of the two requests, and says that it may be the other', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { late: true }), responded(1, at), opened(2, at, { late: true }));
    recorder.http('http-1', requestStarted(at - 300), requestSent(), responseStarted(at - 280));
    recorder.http('http-2', requestStarted(at - 290), requestSent(), responseStarted(at - 270));
    await recorder.clock.advance(LONG);
    const sides = (await recorder.exchanges()).map(({ http }) => http!);
    expect(sides.map(({ request }) => request).sort()).toEqual(['http-1', 'http-2']);
    expect(sides.some(({ certain }) => !certain)).toBe(true);
  });

  test('has the last event ID that only the HTTP layer has seen', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { late: true }), responded(1, at));
    recorder.http('wire-1--1', wireStarted(at, { method: '' }));
    recorder.http('wire-1--1', { type: 'RequestSent', headers: [], provisional: true }, responseStarted(at));
    await recorder.clock.advance(300);
    recorder.http('http-1', requestStarted(at - 20), requestSent('7'), responseStarted(at + 1));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ requests: ['wire-1--1'] }]);
    expect((await recorder.exchanges())[0]).toMatchObject({ lastEventIdBefore: '7' });
  });
});

describe('two streams of one URL', () => {
  test('are told apart by what the page heard: one was refused, the other one opened', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), opened(2, at), ended(1, at + 20, 'error', true), responded(2, at + 22));
    recorder.http('http-1', requestStarted(at), requestSent(), responseStarted(at + 18, 500));
    recorder.http('http-2', requestStarted(at), requestSent(), responseStarted(at + 20));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['http-1'], ['http-2']]);
  });

  test('are told apart when one connects again with an ID that its page was not given, as the other one opens', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at + 20), events(1, at + 30, ['a', '1']));
    recorder.http('http-1', requestStarted(at), requestSent(), responseStarted(at + 18));
    recorder.page(ended(1, at + 50, 'disconnect', false), startedAgain(1, at + 50));
    recorder.page(opened(2, at + 300, { transport: 'fetch' }));
    // Nobody listens to the type of the event that had this ID.
    recorder.http('http-2', requestStarted(at + 300), requestSent('2'), responseStarted(at + 320));
    await recorder.clock.advance(300);
    recorder.http('http-3', requestStarted(at + 300), requestSent(), responseStarted(at + 340));
    recorder.page(responded(1, at + 322), responded(2, at + 342));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([
      ['http-1', 'http-2'],
      ['http-3'],
    ]);
  });

  test('are told apart by what the page heard, where the headers of the first one were not seen', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at + 8), opened(2, at + 28, { transport: 'fetch' }));
    recorder.page(responded(2, at + 60));
    recorder.http('http-1', requestStarted(at + 4, { late: true }), responseStarted(at + 4));
    recorder.http('http-2', requestStarted(at + 28), requestSent(), responseStarted(at + 55));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['http-1'], ['http-2']]);
  });

  test('are told apart where the background has missed the request of the first one', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at));
    await recorder.clock.advance(500);
    recorder.restart();
    await recorder.keep.resume();
    recorder.page(opened(2, at + 600), responded(1, at + 650), responded(2, at + 650));
    recorder.http('http-2', requestStarted(at + 600), requestSent(), responseStarted(at + 620));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([[undefined], ['http-2']]);
  });

  test('of which one was forbidden a moment before are told apart', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), ended(1, at, 'error', true), opened(2, at + 7));
    recorder.http('http-1', requestStarted(at + 7), requestSent());
    await recorder.clock.advance(200);
    recorder.http('http-1', responseStarted(at + 40));
    recorder.page(responded(2, at + 41));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([[undefined], ['http-1']]);
  });

  test('of one millisecond are told apart by the numbers of their requests, in whatever order they are reported', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { transport: 'fetch' }), opened(2, at, { transport: 'fetch' }));
    recorder.http('http-10', requestStarted(at), requestSent(), responseStarted(at + 20));
    recorder.http('http-9', requestStarted(at), requestSent(), responseStarted(at + 20));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['http-9'], ['http-10']]);
  });

  test('are told apart by the numbers of their requests when one was noticed late', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { transport: 'fetch' }), opened(2, at + 5, { transport: 'fetch' }));
    recorder.http('http-10', requestStarted(at + 5), requestSent(), responseStarted(at + 40));
    // Noticed by its response.
    recorder.http('http-9', requestStarted(at + 20), responseStarted(at + 20));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['http-9'], ['http-10']]);
  });

  test('are told apart by their order, also when what the first one sent is known last', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { transport: 'fetch' }), opened(2, at + 5));
    recorder.http('http-1', requestStarted(at));
    recorder.http('http-2', requestStarted(at + 5), requestSent(), responseStarted(at + 30));
    await recorder.clock.advance(300);
    recorder.http('http-1', requestSent(), responseStarted(at + 40));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['http-1'], ['http-2']]);
  });
});

describe('reconnections', () => {
  test.each([
    ['with IDs', '7'],
    ['without IDs', ''],
  ])('%s are exchanges of their stream', async (_, id) => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at + 20), events(1, at + 30, ['a', id]));
    recorder.http(
      'http-1',
      requestStarted(at + 1),
      requestSent(),
      responseStarted(at + 15),
      requestEnded(at + 40),
    );
    await recorder.clock.advance(200);
    recorder.page(ended(1, at + 40, 'disconnect', false), startedAgain(1, at + 40));
    recorder.http('http-2', requestStarted(at + 140), requestSent(id), responseStarted(at + 150));
    await recorder.clock.advance(200);
    recorder.page(responded(1, at + 155), events(1, at + 160, ['b', id]));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toEqual([
      { id: 's/d/1', transport: 'EventSource', state: 'open', requests: ['http-1', 'http-2'] },
    ]);
    const [, second] = await recorder.exchanges();
    expect(second).toMatchObject({ lastEventIdBefore: id, firstEntry: 1, events: 1 });
    expect((await recorder.exchanges())[0]).toMatchObject({ end: 'end' });
  });

  test('of a page that has said that it goes, and connects once more before it is gone', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(
      opened(1, at),
      responded(1, at + 20),
      ended(1, at + 100, 'disconnect', false),
      startedAgain(1, at + 100),
      ended(1, at + 800, 'unload', true),
    );
    recorder.http(
      'http-1',
      requestStarted(at + 2),
      requestSent(),
      responseStarted(at + 15),
      requestEnded(at + 99),
    );
    recorder.http(
      'http-2',
      requestStarted(at + 2400),
      requestSent(),
      requestEnded(at + 2700, 'net::ERR_ABORTED'),
    );
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['http-1', 'http-2']]);
    expect((await recorder.exchanges()).at(-1)).toMatchObject({ end: 'unload', http: { aborted: true } });
  });

  test('of two streams side by side go by their IDs, whatever their order', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    for (const [stream, id] of [
      [1, '5'],
      [2, '9'],
    ] as const) {
      recorder.page(
        opened(stream, at + stream),
        responded(stream, at + 20),
        events(stream, at + 30, ['a', id]),
      );
      recorder.http(
        `http-${stream}`,
        requestStarted(at + stream + 1),
        requestSent(),
        responseStarted(at + 15),
      );
      await recorder.clock.advance(200);
      recorder.http(`http-${stream}`, requestEnded(at + 40));
      recorder.page(ended(stream, at + 40, 'disconnect', false), startedAgain(stream, at + 40));
    }
    recorder.http('http-9', requestStarted(at + 140), requestSent('9'), responseStarted(at + 150));
    recorder.http('http-5', requestStarted(at + 141), requestSent('5'), responseStarted(at + 150));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([
      ['http-1', 'http-5'],
      ['http-2', 'http-9'],
    ]);
  });
});

describe('a request that two layers report', () => {
  const orders = [
    ['the HTTP layer first', ['http-1', 'wire-1--1']],
    ['the wire first', ['wire-1--1', 'http-1']],
  ] as const;
  test.each(orders)('is one exchange, with the bytes of the wire: %s', async (_, order) => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at + 20));
    for (const id of order) {
      if (id === 'http-1') recorder.http(id, requestStarted(at + 9), requestSent(), responseStarted(at + 15));
      else {
        recorder.http(id, wireStarted(at + 1), requestSent(), { type: 'WireAttached' });
        recorder.http(id, responseStarted(at + 14), wireBytes(at + 30, 'data: a\n\n'));
      }
      await recorder.clock.advance(300);
    }
    recorder.http('http-1', requestEnded(at + 900));
    recorder.http('wire-1--1', wireBytes(at + 890, 'data: b\n\n'), requestEnded(at + 900));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['wire-1--1']]);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\n');
    expect(await recorder.db.getAll('requests')).toEqual([]);
  });

  test('is one exchange when the background was restarted between the two reports', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at));
    recorder.http('http-1', requestStarted(at), requestSent());
    await recorder.clock.advance(300);
    recorder.http('http-1', responseStarted(at + 300));
    await recorder.clock.advance(300);
    recorder.restart();
    recorder.http('wire-1--1', wireStarted(at + 299, { method: '' }), responseStarted(at + 299));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['wire-1--1'] }]);
  });

  test('is one exchange when the background was restarted, and the wire’s report was over before', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at, { transport: 'fetch' }), ended(1, at + 2, 'abort', true));
    recorder.http('wire-1--1', wireStarted(at, { transport: 'fetch' }), requestSent());
    recorder.http('wire-1--1', requestEnded(at + 2, 'net::ERR_ABORTED'));
    await recorder.clock.advance(300);
    recorder.restart();
    recorder.http('http-1', requestStarted(at), requestSent(), requestEnded(at + 2, 'net::ERR_ABORTED'));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['wire-1--1'] }]);
  });

  test('is one exchange when the debugger’s first report took its time, so that its clock is not known', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.http('http-1', requestStarted(at), requestSent(), responseStarted(at + 30));
    recorder.http('wire-1--1', wireStarted(at + 120, { method: '' }), { type: 'WireAttached' });
    recorder.http('wire-1--1', responseStarted(at + 120), wireBytes(at + 121, 'data: a\n\n'));
    await recorder.clock.advance(300);
    recorder.page(opened(1, at), responded(1, at + 31), events(1, at + 32, ['a']));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['wire-1--1'] }]);
  });

  test.each([['1'], ['2']])(
    'is its stream’s, whether a block without data counts in the browser or not (it carries "%s")',
    async (id) => {
      const recorder = await createRecorder();
      const at = recorder.clock.wall();
      const wired = (began: number, sent = ''): HttpFact[] => [
        wireStarted(began),
        requestSent(sent),
        { type: 'WireAttached' },
        responseStarted(began + 1),
      ];
      recorder.page(opened(1, at), responded(1, at + 1));
      recorder.http('wire-1--1', ...wired(at), wireBytes(at + 2, 'id: 1\ndata: a\n\nid: 2\n\n'));
      recorder.http('wire-1--1', requestEnded(at + 10));
      recorder.page(ended(1, at + 10, 'disconnect', false), startedAgain(1, at + 10));
      await recorder.clock.advance(200);
      recorder.http('wire-1--2', ...wired(at + 100, id));
      recorder.page(responded(1, at + 102));
      await recorder.clock.advance(LONG);
      expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['wire-1--1', 'wire-1--2']]);
    },
  );

  test('is told apart from a POST to the same address, where the wire has not seen it begin', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    const post = { ...opened(2, at + 5, { transport: 'fetch' }), method: 'POST' } as PageFact;
    recorder.page(opened(1, at), post, responded(2, at + 10));
    recorder.http('http-1', requestStarted(at), requestSent(), responseStarted(at + 30));
    recorder.http(
      'http-2',
      requestStarted(at + 5, { method: 'POST', transport: 'fetch' }),
      requestSent(),
      responseStarted(at + 11),
    );
    await clock.advance(200);
    recorder.http(
      'wire-1--1',
      wireStarted(at + 11, { method: '' }),
      { type: 'RequestSent', headers: [], provisional: true },
      { type: 'WireAttached' },
      responseStarted(at + 11),
      wireBytes(at + 31, 'data: a\n\n'),
    );
    recorder.page(bytes(2, at + 40, 'data: p\n\n'));
    await clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['wire-1--1'], ['http-2']]);
  });

  test('is not taken for the one before, which its page was done with when the debugger heard of this one', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at + 40), events(1, at + 45, ['a', '1']));
    recorder.page(ended(1, at + 60, 'disconnect', false), startedAgain(1, at + 60));
    recorder.http('http-1', requestStarted(at), requestSent(), responseStarted(at + 40));
    await recorder.clock.advance(200);
    recorder.http('wire-1--2', wireStarted(at + 140, { method: '' }), { type: 'WireAttached' });
    recorder.http('wire-1--2', responseStarted(at + 140), wireBytes(at + 141, 'data: b\n\n'));
    await recorder.clock.advance(200);
    recorder.http('http-1', requestEnded(at + 58));
    recorder.http('http-2', requestStarted(at + 110), requestSent('1'), responseStarted(at + 139));
    recorder.page(responded(1, at + 142), events(1, at + 143, ['b']));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['http-1', 'wire-1--2'] }]);
    expect(await recorder.text('s/d/1/2')).toBe('data: b\n\n');
  });

  test('is told apart from another one that was sent a moment later', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    for (const [i, sent] of [at, at + 60].entries()) {
      recorder.page(opened(i + 1, sent));
      recorder.http(`wire-1--${i}`, wireStarted(sent + 1), requestSent(), { type: 'WireAttached' });
      recorder.http(`wire-1--${i}`, responseStarted(sent + 15), wireBytes(sent + 20, `data: ${i}\n\n`));
      recorder.http(`http-${i}`, requestStarted(sent + 3), requestSent(), responseStarted(sent + 15));
    }
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['wire-1--0'], ['wire-1--1']]);
    expect(await recorder.text('s/d/1/1')).toBe('data: 0\n\n');
    expect(await recorder.text('s/d/2/1')).toBe('data: 1\n\n');
  });
});

test('a request that the wire was taken off before it was answered, in another life of the background, is known to the HTTP layer', async () => {
  const recorder = await createRecorder();
  const { clock } = recorder;
  const at = clock.wall();
  recorder.page({ ...opened(1, at, { transport: 'fetch' }) } as PageFact);
  recorder.http('wire-1--1', wireStarted(at + 1, { transport: 'fetch' }), requestSent());
  await clock.advance(500);
  recorder.restart();
  void recorder.keep.wireOff(1, clock.wall());
  await clock.advance(1000);
  const late = clock.wall();
  recorder.http(
    'http-9',
    requestStarted(late, { late: true, transport: 'fetch' }),
    requestSent(),
    responseStarted(late),
  );
  recorder.page(responded(1, late + 5), bytes(1, late + 6, 'data: a\n\n'));
  await clock.advance(LONG);
  recorder.http('http-9', requestEnded(clock.wall()));
  await clock.advance(LONG);
  expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['http-9'] }]);
});

test('a request that both layers report ends with the HTTP layer’s word where the wire is taken off', async () => {
  for (const wireFirst of [false, true]) {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    const wire = [wireStarted(at + 2, { worker: true }), requestSent()];
    const http = [requestStarted(at + 5, { worker: true }), requestSent()];
    if (wireFirst) recorder.http('wire-1-W-1', ...wire);
    recorder.http('http-1', ...http);
    await clock.advance(500);
    if (!wireFirst) recorder.http('wire-1-W-1', ...wire);
    recorder.http('wire-1-W-1', { type: 'WireAttached' }, responseStarted(at + 510));
    recorder.http('http-1', responseStarted(at + 512));
    recorder.http('wire-1-W-1', wireBytes(at + 515, 'data: a\n\n'), {
      type: 'WireBroken',
      at: at + 600,
      gone: true,
    });
    recorder.http('http-1', requestEnded(at + 900, 'net::ERR_FAILED'));
    await clock.advance(LONG);
    expect((await stored(recorder)).map(({ state, requests }) => [state, requests.length])).toEqual([
      ['ended', 1],
    ]);
    expect(await recorder.exchanges()).toMatchObject([{ end: 'abort', events: 1, wire: 'broken' }]);
    expect((await recorder.db.getAll('requests')).length).toBe(0);
  }
});

describe('a request that begins on the wire, which is taken off before its response', () => {
  const late = (at: number) => requestStarted(at, { late: true });
  const cut = (at: number): HttpFact => ({ type: 'WireBroken', at, gone: true });

  test.each([
    ['before the page tells of it', false],
    ['after the page has told of it', true],
  ])('goes on as the HTTP layer sees it: %s', async (_, pageFirst) => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    if (pageFirst) recorder.page(opened(1, at));
    recorder.http('wire-1--1', wireStarted(at + 1), requestSent(), cut(at + 400));
    await clock.advance(500);
    if (!pageFirst) recorder.page(opened(1, at));
    recorder.http('http-9', late(at + 900), responseStarted(at + 900));
    recorder.page(
      responded(1, at + 905),
      events(1, at + 950, ['a']),
      ended(1, at + 1000, 'disconnect', false),
    );
    recorder.http('http-9', requestEnded(at + 1000, 'net::ERR_FAILED'));
    await clock.advance(LONG);
    expect(await stored(recorder)).toEqual([
      { id: 's/d/1', transport: 'EventSource', state: 'reconnecting', requests: ['http-9'] },
    ]);
    const [exchange] = await recorder.exchanges();
    expect(exchange).toMatchObject({ status: 200, events: 1, end: 'error' });
    expect(exchange!.http).toMatchObject({ requestedAt: at + 1, completedAt: at + 1000 });
  });
});

describe('a request that no page has reported', () => {
  /** A stream of the wire, of which the page has said nothing in time. */
  async function unclaimed(): Promise<Recorder & { at: number }> {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    // The session is there: another stream of the page.
    recorder.page(opened(1, at, { url: 'http://a.test/other' }));
    recorder.http('wire-1--1', wireStarted(at + 10), requestSent(), { type: 'WireAttached' });
    recorder.http('wire-1--1', responseStarted(at + 20), wireBytes(at + 30, 'id: 1\ndata: a\n\n'));
    await recorder.clock.advance(PAGE_TELLS_WITHIN - 50);
    expect(await stored(recorder)).toHaveLength(1);
    await recorder.clock.advance(500);
    return { ...recorder, at };
  }

  test('becomes a stream of its own when the page had its time, not before', async () => {
    const recorder = await unclaimed();
    expect((await stored(recorder))[1]).toMatchObject({ state: 'open', requests: ['wire-1--1'] });
    expect((await recorder.db.getAllFromIndex('streams', 'bySession'))[1]).toMatchObject({
      unclaimed: true,
      url: EVENTS,
    });
  });

  test('becomes one in the session of its page, where that waits to be told when the patience ends', async () => {
    const recorder = await createRecorder({ sessions: ['s', 't'] });
    const { clock } = recorder;
    const at = clock.wall();
    const after = clock.after.bind(clock);
    let patienceEnds: (() => void) | undefined;
    clock.after = (delay, work) => {
      if (delay < PAGE_TELLS_WITHIN - 300) return after(delay, work);
      patienceEnds = work;
      return () => {};
    };
    recorder.http('http-1', requestStarted(at), requestSent(), responseStarted(at + 10));
    await clock.advance(PAGE_TELLS_WITHIN + 500);
    patienceEnds!();
    void recorder.keep.assignRequests(1, () => 't');
    await clock.advance(LONG);
    const streams = await recorder.db.getAllFromIndex('streams', 'bySession');
    expect(streams.map(({ session }) => session)).toEqual(['t']);
  });

  test('is the page’s when it speaks after all, with every connection that was recorded', async () => {
    const recorder = await unclaimed();
    const { at } = recorder;
    recorder.http('wire-1--1', requestEnded(at + 2000));
    recorder.http('wire-1--2', wireStarted(at + 5000), requestSent('1'), { type: 'WireAttached' });
    recorder.http('wire-1--2', responseStarted(at + 5010), wireBytes(at + 5020, 'id: 2\ndata: b\n\n'));
    await recorder.clock.advance(5000);
    expect((await stored(recorder))[1]?.requests).toEqual(['wire-1--1', 'wire-1--2']);
    recorder.page(opened(2, at + 8), responded(2, at + 25), events(2, at + 31, ['a', '1']));
    recorder.page(ended(2, at + 2000, 'disconnect', false));
    // Not all that it has to say of the connections comes in one life of the background.
    await recorder.clock.advance(500);
    recorder.page(startedAgain(2, at + 2000), responded(2, at + 5011), events(2, at + 5021, ['b', '2']));
    await recorder.clock.advance(500);
    const open = await stored(recorder);
    expect(open).toHaveLength(2);
    expect(open[1]).toMatchObject({ state: 'open', requests: ['wire-1--1', 'wire-1--2'] });
    recorder.http('wire-1--2', requestEnded(at + 6000));
    recorder.page(ended(2, at + 6000, 'disconnect', false), startedAgain(2, at + 6000));
    recorder.http('wire-1--3', wireStarted(at + 9000), requestSent('2'), { type: 'WireAttached' });
    recorder.http('wire-1--3', responseStarted(at + 9010), wireBytes(at + 9020, 'data: c\n\n'));
    recorder.page(
      responded(2, at + 9011),
      events(2, at + 9021, ['c', '2']),
      ended(2, at + 9100, 'close', true),
    );
    recorder.http('wire-1--3', requestEnded(at + 9100, 'net::ERR_ABORTED'));
    await recorder.clock.advance(LONG);
    const [, claimed, ...others] = await recorder.db.getAllFromIndex('streams', 'bySession');
    expect(others).toEqual([]);
    expect(claimed).toMatchObject({ state: 'ended', end: 'close', exchanges: 3, events: 3, frame: 'top' });
    expect(claimed!.unclaimed).toBeUndefined();
    const exchanges = (await recorder.exchanges()).filter(({ stream }) => stream === claimed!.id);
    expect(exchanges.map(({ end, events, firstEntry }) => [end, events, firstEntry])).toEqual([
      ['end', 1, 0],
      ['end', 1, 1],
      ['close', 1, 2],
    ]);
    for (const [i, text] of ['id: 1\ndata: a\n\n', 'id: 2\ndata: b\n\n', 'data: c\n\n'].entries()) {
      expect(await recorder.text(exchanges[i]!.id)).toBe(text);
    }
  });

  test.each([[''], ['2']])(
    'is the reconnection of a stream whose page was too busy to report it (last event ID "%s")',
    async (id) => {
      const recorder = await createRecorder();
      const { clock } = recorder;
      const at = clock.wall();
      const block = id ? `id: ${id}\ndata: a\n\n` : 'data: a\n\n';
      recorder.page(opened(1, at), opened(2, at));
      const wired = (began: number, sent = ''): HttpFact[] => [
        wireStarted(began),
        requestSent(sent),
        { type: 'WireAttached' },
        responseStarted(began + 1),
      ];
      recorder.http('wire-1--1', ...wired(at + 1), wireBytes(at + 2, block));
      recorder.http('wire-1--9', ...wired(at + 1), wireBytes(at + 2, 'id: other\ndata: o\n\n'));
      recorder.page(responded(1, at + 2), responded(2, at + 2), events(1, at + 2, ['a', id]));
      await clock.advance(1000);
      recorder.http('wire-1--1', requestEnded(at + 1000));
      for (const n of [2, 3]) {
        recorder.http(`wire-1--${n}`, ...wired(at + n * 1000, id), wireBytes(at + n * 1000 + 2, block));
        await clock.advance(500);
        recorder.http(`wire-1--${n}`, requestEnded(at + n * 1000 + 500));
        await clock.advance(500);
      }
      await clock.advance(LONG);
      expect(await recorder.db.count('streams')).toBe(3);
      for (const n of [1, 2, 3]) {
        recorder.page(
          ended(1, at + n * 1000 + 500, 'disconnect', false),
          startedAgain(1, at + n * 1000 + 500),
        );
        if (n < 3)
          recorder.page(responded(1, at + n * 1000 + 1001), events(1, at + n * 1000 + 1002, ['a', id]));
      }
      await clock.advance(LONG);
      expect(await stored(recorder)).toMatchObject([
        { id: 's/d/1', state: 'reconnecting', requests: ['wire-1--1', 'wire-1--2', 'wire-1--3', undefined] },
        { id: 's/d/2', requests: ['wire-1--9'] },
      ]);
      const exchanges = (await recorder.exchanges()).filter(({ stream }) => stream === 's/d/1');
      exchanges.sort((a, b) => a.number - b.number);
      expect(
        exchanges.map(({ number, end, events, firstEntry }) => [number, end, events, firstEntry]),
      ).toEqual([
        [1, 'end', 1, 0],
        [2, 'end', 1, 1],
        [3, 'end', 1, 2],
        [4, undefined, 0, 3],
      ]);
      for (const { id: exchange } of exchanges.slice(0, 3)) expect(await recorder.text(exchange)).toBe(block);
      expect(await recorder.db.getAll('sessions')).toMatchObject([{ events: 4 }]);
    },
  );

  test('keeps what comes of its next connection while the page has reported only the first one', async () => {
    const recorder = await unclaimed();
    const { at } = recorder;
    recorder.http('wire-1--1', requestEnded(at + 2000));
    recorder.http('wire-1--2', wireStarted(at + 5000), requestSent('1'), { type: 'WireAttached' });
    recorder.http('wire-1--2', responseStarted(at + 5010), wireBytes(at + 5020, 'id: 2\ndata: b\n\n'));
    await recorder.clock.advance(5000);
    recorder.page(opened(2, at + 8), responded(2, at + 25));
    await recorder.clock.advance(500);
    recorder.http('wire-1--2', wireBytes(at + 5100, 'data: c\n\n'));
    await recorder.clock.advance(500);
    const last = (await recorder.exchanges()).find(({ http }) => http?.request === 'wire-1--2');
    expect(await recorder.text(last!.id)).toBe('id: 2\ndata: b\n\ndata: c\n\n');
  });

  test('of a worker does not wait for a page, and goes on with its reconnection', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    const worker = { worker: true, frameId: -1 };
    recorder.http('wire-1-W-1', wireStarted(at, worker), requestSent(), { type: 'WireAttached' });
    recorder.http(
      'wire-1-W-1',
      responseStarted(at + 10),
      wireBytes(at + 11, 'id: 1\ndata: a\n\n'),
      requestEnded(at + 20),
    );
    await recorder.clock.advance(200);
    recorder.http('wire-1-W-2', wireStarted(at + 100, worker), requestSent('1'), { type: 'WireAttached' });
    recorder.http('wire-1-W-2', responseStarted(at + 110));
    await recorder.clock.advance(200);
    expect(await stored(recorder)).toMatchObject([{ state: 'open', requests: ['wire-1-W-1', 'wire-1-W-2'] }]);
  });

  test.each([
    ['was told', true],
    ['was told to nobody, for the background was stopped then', false],
  ])(
    'of a worker goes on with what the HTTP layer took for a stream of its page, whose end %s',
    async (_, told) => {
      const recorder = await createRecorder();
      const at = recorder.clock.wall();
      recorder.http(
        'http-1',
        requestStarted(at, { frameId: 0 }),
        {
          type: 'RequestSent',
          headers: [
            ['Accept', 'text/event-stream'],
            ['Cache-Control', 'no-cache'],
          ],
        },
        responseStarted(at + 10),
      );
      await recorder.clock.advance(LONG);
      if (told) recorder.http('http-1', requestEnded(at + LONG));
      await recorder.clock.advance(1000);
      recorder.restart();
      await recorder.clock.advance(1000);
      const worker = { worker: true, frameId: -2, documentUrl: '' };
      const again = recorder.clock.wall();
      recorder.http('wire-1-W-2', wireStarted(again, worker), requestSent('1'), { type: 'WireAttached' });
      recorder.http('wire-1-W-2', responseStarted(again + 10));
      await recorder.clock.advance(LONG);
      expect(await stored(recorder)).toMatchObject([{ state: 'open', requests: ['http-1', 'wire-1-W-2'] }]);
      expect(await recorder.db.getAll('streams')).toMatchObject([{ frame: 'worker' }]);
      expect((await recorder.exchanges())[0]!.endedAt).toBe(told ? at + LONG : again);
    },
  );

  test('is the page’s when it speaks after all, though the HTTP layer could not tell what had sent it and the wire came later', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    const headers: HttpFact = {
      type: 'RequestSent',
      headers: [
        ['Accept', 'text/event-stream'],
        ['Cache-Control', 'no-cache'],
      ],
    };
    recorder.http('http-1', requestStarted(at + 2, { late: true }), headers, responseStarted(at + 2));
    await recorder.clock.advance(LONG);
    const started = wireStarted(at, { transport: 'XMLHttpRequest', method: '', frameId: 0 });
    recorder.http('wire-1--1', started, headers, { type: 'WireAttached' }, responseStarted(at + 2));
    recorder.http('wire-1--1', wireBytes(at + 3, 'data: a\n\n'), requestEnded(at + 50));
    recorder.http('http-1', requestEnded(at + 50));
    await recorder.clock.advance(LONG);
    recorder.page(opened(1, at, { transport: 'XMLHttpRequest' }), responded(1, at + 40));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['wire-1--1'] }]);
  });

  test('that was noticed by its response, in a new life of the background, is the page’s when it speaks after all', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    await recorder.clock.advance(1000);
    recorder.restart();
    await recorder.clock.advance(1000);
    const late = recorder.clock.wall();
    recorder.http(
      'http-1',
      requestStarted(late, { late: true, transport: 'fetch' }),
      requestSent(),
      responseStarted(late, 500),
      requestEnded(late + 50),
    );
    await recorder.clock.advance(LONG);
    recorder.page(opened(1, at, { transport: 'fetch' }), responded(1, late + 2));
    recorder.page(ended(1, late + 60, 'end', true));
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ id: 's/d/1', requests: ['http-1'] }]);
  });

  test('of the HTTP layer goes on with a worker’s stream that the wire has seen before it was taken off', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    const worker = { worker: true, frameId: -2 };
    recorder.http('wire-1-W-1', wireStarted(at, worker), requestSent(), { type: 'WireAttached' });
    recorder.http('wire-1-W-1', responseStarted(at + 10), wireBytes(at + 11, 'id: 1\ndata: a\n\n'));
    recorder.http('wire-1-W-1', requestEnded(at + 20));
    await recorder.clock.advance(LONG);
    recorder.http(
      'http-7',
      requestStarted(at + LONG, { transport: 'EventSource' }),
      {
        type: 'RequestSent',
        headers: [
          ['Accept', 'text/event-stream'],
          ['Cache-Control', 'no-cache'],
          ['Last-Event-ID', '1'],
        ],
      },
      responseStarted(at + LONG + 10),
    );
    await recorder.clock.advance(LONG);
    expect(await stored(recorder)).toMatchObject([{ state: 'open', requests: ['wire-1-W-1', 'http-7'] }]);
  });

  test('of a worker without an ID is no reconnection of a stream that was given one before it was refused', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    const worker = { worker: true, frameId: -1 };
    recorder.http('wire-1-W-1', wireStarted(at, worker), requestSent(), { type: 'WireAttached' });
    recorder.http('wire-1-W-1', responseStarted(at + 10), wireBytes(at + 11, 'id: 1\ndata: a\n\n'));
    recorder.http('wire-1-W-1', requestEnded(at + 20));
    await recorder.clock.advance(LONG);
    recorder.http('wire-1-W-2', wireStarted(at + LONG, worker), requestSent('1'));
    recorder.http('wire-1-W-2', requestEnded(at + LONG + 1, 'net::ERR_CONNECTION_REFUSED'));
    await recorder.clock.advance(LONG);
    recorder.http('wire-1-W-3', wireStarted(at + 2 * LONG, worker), requestSent());
    recorder.http('wire-1-W-3', responseStarted(at + 2 * LONG + 10));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([
      ['wire-1-W-1', 'wire-1-W-2'],
      ['wire-1-W-3'],
    ]);
  });

  test('that was sent beside a connection does not go on with its stream', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.http('http-1', requestStarted(at, { transport: 'EventSource' }), requestSent());
    recorder.http('http-1', responseStarted(at + 10), requestEnded(at + 200));
    recorder.http('http-2', requestStarted(at + 20, { transport: 'EventSource' }), requestSent());
    recorder.http('http-2', responseStarted(at + 30));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['http-1'], ['http-2']]);
  });

  test('of a worker goes on with its reconnection without the wire, too, where nobody knows its last ID', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    // Chromium tells the tab of a worker's request, and not that it is a worker's.
    for (const [request, ms, id] of [
      ['http-1', 0, ''],
      ['http-2', 2000, 'c1.7'],
    ] as const) {
      recorder.http(request, requestStarted(at + ms, { transport: 'EventSource' }), requestSent(id));
      recorder.http(request, responseStarted(at + ms + 10), requestEnded(at + ms + 500));
      await recorder.clock.advance(LONG);
    }
    expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['http-1', 'http-2']]);
  });

  test('joins the exchange that it is, though the stream has connected again many times since', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at + 10), events(1, at + 11, ['a', '1']));
    for (let i = 1; i <= 12; i++) {
      recorder.page(ended(1, at + i * 50 - 10, 'disconnect', false), startedAgain(1, at + i * 50 - 10));
      recorder.page(responded(1, at + i * 50 + 10));
    }
    await recorder.clock.advance(LONG);
    recorder.restart();
    recorder.http('http-1', requestStarted(at), requestSent(), responseStarted(at + 9));
    recorder.http('http-1', requestEnded(at + 40));
    await recorder.clock.advance(LONG);
    const [stream, ...others] = await stored(recorder);
    expect(others).toEqual([]);
    expect(stream?.requests[0]).toBe('http-1');
  });

  test('joins a stream of fetch whose end the page has reported long before the request was', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(
      opened(1, at, { transport: 'fetch' }),
      responded(1, at + 20),
      bytes(1, at + 21, 'data: a\n\n'),
    );
    recorder.page(ended(1, at + 22, 'end', true));
    await recorder.clock.advance(LONG);
    expect(recorder.keep.size).toBeLessThanOrEqual(2);
    recorder.http('http-1', requestStarted(at + 1), responseStarted(at + 15), requestEnded(at + 21));
    await recorder.clock.advance(LONG);
    expect((await stored(recorder)).map(({ id, requests }) => [id, requests])).toEqual([
      ['s/d/1', ['http-1']],
    ]);
  });
});

test('a stream that was redirected connects again to where the redirect led, also when the page reports it first', async () => {
  const recorder = await createRecorder();
  const at = recorder.clock.wall();
  const moved = `${EVENTS}?moved`;
  recorder.page(
    opened(1, at),
    responded(1, at + 20),
    ended(1, at + 30, 'disconnect', false),
    startedAgain(1, at + 30),
  );
  recorder.http(
    'http-1',
    requestStarted(at + 2),
    requestSent(),
    { type: 'Redirected', at: at + 5, status: 307, to: moved, headers: [] },
    responseStarted(at + 15),
    requestEnded(at + 30),
  );
  // The first exchange is written, and has left memory.
  await recorder.clock.advance(LONG);
  recorder.http('http-2', requestStarted(at + 40, { url: moved }), requestSent(), responseStarted(at + 60));
  recorder.page(responded(1, at + 60));
  await recorder.clock.advance(LONG);
  expect((await stored(recorder)).map(({ requests }) => requests)).toEqual([['http-1', 'http-2']]);
});
