import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_AHEAD } from '../../../src/background/keep/ledger.ts';
import { endOrphans } from '../../../src/background/storage/retention.ts';
import type { HttpFact } from '../../../src/shared/session/httpFacts.ts';
import { holdsLater } from '../../support/properties.ts';
import {
  batch,
  bytes,
  ended,
  events,
  opened,
  requestEnded,
  requestSent,
  requestStarted,
  responded,
  responseStarted,
  startedAgain,
  wireBytes,
} from '../../support/recordedFacts.ts';
import { createRecorder, origin, type Recorder } from '../../support/recorder.ts';

/** Later than every pause of the writer and every patience of a join, ms. */
const LONG = 30_000;
/** Wire bytes that wait while nothing can be written, at most. */
const ROOM = 64 << 20;

const lost = async ({ db }: Recorder) => (await db.get('sessions', 's'))?.lost;
const lostMarks = async ({ db }: Recorder) =>
  (await db.getAll('marks')).filter(({ kind }) => kind === 'lost').map(({ detail }) => detail);

describe('what is written', () => {
  type Step = ['bytes', stream: number] | ['exclusive'] | ['pause', ms: number];
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('bytes' as const), fc.integer({ min: 1, max: 5 })) },
    { weight: 3, arbitrary: fc.constant<Step>(['exclusive']) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('pause' as const), fc.nat(200)) },
  );

  test('has every byte once and in order, whatever works come between; what is acknowledged is stored', () =>
    holdsLater(
      'batches between exclusive works',
      [fc.array(step, { minLength: 10, maxLength: 60 })],
      async (steps) => {
        const recorder = await createRecorder();
        const { clock, keep, acknowledged } = recorder;
        const expected = ['', '', '', '', '', ''];
        const sent: number[] = [];
        recorder.page(
          ...[1, 2, 3, 4, 5].map((stream) => opened(stream, clock.wall(), { transport: 'fetch' })),
        );
        for (const [i, one] of steps.entries()) {
          if (one[0] === 'bytes') {
            const text = `data: ${i}\n\n`;
            expected[one[1]] += text;
            sent.push(i);
            recorder.page(bytes(one[1], clock.wall(), text));
          } else if (one[0] === 'exclusive') void keep.knowsRequest(`wire-1--${i}`);
          else await clock.advance(one[1]);
          const documents = await recorder.db.getAll('documents');
          expect(documents[0]?.sequence ?? 0).toBeGreaterThanOrEqual(acknowledged.at(-1) ?? 0);
        }
        await clock.advance(LONG);
        for (let stream = 1; stream <= 5; stream++) {
          expect(await recorder.text(`s/d/${stream}/1`)).toBe(expected[stream]);
        }
        expect(acknowledged.at(-1)).toBe(sent.length + 1);
        recorder.db.close();
      },
      60,
    ));

  test('is written once, when a batch comes again after a restart', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const first = batch('s', 1, opened(1, clock.wall(), { transport: 'fetch' }), bytes(1, 1, 'data: a\n\n'));
    const second = batch('s', 2, bytes(1, 2, 'data: b\n\n'));
    for (const one of [first, second]) recorder.keep.submit(origin(), one);
    await clock.advance(LONG);
    recorder.restart();
    const third = batch('s', 3, bytes(1, 3, 'data: c\n\n'));
    for (const one of [first, second, third]) recorder.keep.submit(origin(), one);
    await clock.advance(LONG);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\ndata: c\n\n');
    expect(recorder.acknowledged.at(-1)).toBe(3);
    expect(await recorder.db.get('sessions', 's')).toMatchObject({ streams: 1, events: 3 });
  });

  test('is written in time, also when the wall clock is set back by an hour', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    recorder.page(opened(1, clock.wall(), { transport: 'fetch' }));
    await clock.advance(50);
    clock.setWall(-3_600_000);
    recorder.page(bytes(1, clock.wall(), 'data: a\n\n'));
    await clock.advance(500);
    expect(recorder.acknowledged).toEqual([1, 2]);
  });
});

describe('when something goes wrong', () => {
  test('a full disk is reported, nothing is lost, and it goes on when there is room', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    recorder.page(opened(1, clock.wall(), { transport: 'fetch' }), bytes(1, 1, 'data: a\n\n'));
    await clock.advance(LONG);
    recorder.failWith('QuotaExceededError');
    recorder.page(bytes(1, 2, 'data: b\n\n'));
    const described = recorder.keep.describe('s', { name: 'kept' });
    recorder.page(bytes(1, 3, 'data: c\n\n'));
    await clock.advance(LONG);
    expect(recorder.problems).toEqual(['full']);
    expect(recorder.acknowledged).toEqual([1]);
    recorder.failWith('');
    await clock.advance(LONG);
    await described;
    expect(recorder.problems).toEqual(['full', undefined]);
    expect(recorder.acknowledged).toEqual([1, 2, 3]);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\ndata: c\n\n');
    expect(await recorder.db.get('sessions', 's')).toMatchObject({ name: 'kept', events: 3, lost: 0 });
  });

  test('a connection that the browser has closed is no problem: the write is tried again at once', async () => {
    let writes = 0;
    const recorder = await createRecorder({
      store: (real) => ({
        ...real,
        async write(changes) {
          if (++writes === 1) throw new DOMException('', 'InvalidStateError');
          await real.write(changes);
        },
      }),
    });
    recorder.page(opened(1, 1, { transport: 'fetch' }), bytes(1, 1, 'data: a\n\n'));
    // No time passes.
    await recorder.clock.advance(0);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\n');
    expect(recorder.problems).toEqual([]);
  });

  test('a batch that cannot be applied is counted as lost and acknowledged; its neighbours are kept', async () => {
    const recorder = await createRecorder();
    recorder.page(opened(1, 1, { transport: 'fetch' }), bytes(1, 1, 'data: a\n\n'));
    await recorder.clock.advance(LONG);
    recorder.page(bytes(1, 2, 'data: b\n\n'));
    recorder.page(bytes(1, 3, 'data: c\n\n'), { ...bytes(1, 3, 'data: x\n\n'), bytes: undefined } as never);
    recorder.page(bytes(1, 4, 'data: d\n\n'));
    await recorder.clock.advance(LONG);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\ndata: d\n\n');
    expect(recorder.acknowledged.at(-1)).toBe(4);
    expect(await lost(recorder)).toBe(2);
    expect(await lostMarks(recorder)).toEqual(['2 failed']);
    expect(recorder.problems).toEqual([]);
  });

  test('an exclusive work that fails leaves nothing half applied, and says so', async () => {
    let fails = false;
    const recorder = await createRecorder({
      store: (real) => ({
        ...real,
        async streams(session) {
          if (fails) throw new TypeError('a fault');
          return real.streams(session);
        },
      }),
    });
    recorder.page(opened(1, 1, { transport: 'fetch' }));
    await recorder.clock.advance(LONG);
    fails = true;
    await expect(recorder.keep.dropOldestStreams('s', 1)).rejects.toThrow('a fault');
    recorder.page(bytes(1, 2, 'data: a\n\n'));
    await recorder.clock.advance(LONG);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\n');
  });

  test('a session can be deleted while nothing can be written, and what waits for it goes too', async () => {
    let isFull = false;
    const recorder = await createRecorder({
      sessions: ['t'],
      store: (real) => ({
        ...real,
        async write(changes) {
          if (isFull) throw new DOMException('', 'QuotaExceededError');
          await real.write(changes);
        },
        async deleteSession(id) {
          await real.deleteSession(id);
          // What it took was what filled the disk.
          isFull = false;
        },
      }),
    });
    const { clock, keep, db } = recorder;
    await db.put('sessions', {
      id: 's',
      url: '',
      title: '',
      startedAt: 1,
      streams: 0,
      events: 0,
      bytes: 0,
      lost: 0,
    });
    isFull = true;
    recorder.page(opened(1, 1, { transport: 'fetch' }));
    keep.submit(origin({ document: 'e' }), batch('t', 1, opened(1, 1, { transport: 'fetch' })));
    await clock.advance(LONG);
    await keep.deleteSession('s');
    await clock.advance(LONG);
    expect((await db.getAll('streams')).map(({ id }) => id)).toEqual(['t/e/1']);
    expect((await db.getAll('sessions')).map(({ id }) => id)).toEqual(['t']);
    expect(recorder.problems).toEqual(['full', undefined]);
  });

  /** A stream whose wire is attached, and which is stored. */
  async function wiredStream(): Promise<Recorder> {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at + 20));
    recorder.http('wire-1--1', requestStarted(at + 1, { transport: 'EventSource' }), requestSent());
    recorder.http('wire-1--1', { type: 'WireAttached' }, responseStarted(at + 15));
    await recorder.clock.advance(LONG);
    return recorder;
  }

  const tooMuch = {
    ...wireBytes(3, 'x'),
    bytes: new Uint8Array(ROOM),
    ends: Uint32Array.of(ROOM),
  } as HttpFact;

  test.each([
    ['when they come again', false],
    ['also when another work waits at the head of the queue', true],
  ])(
    'bytes of the wire that find no room while nothing can be written are lost, and counted: %s',
    async (_, other) => {
      const recorder = await wiredStream();
      recorder.failWith('QuotaExceededError');
      if (other) void recorder.keep.describe('s', { name: 'kept' });
      recorder.http('wire-1--1', wireBytes(2, 'data: a\n\n'));
      await recorder.clock.advance(LONG);
      recorder.http('wire-1--1', tooMuch, wireBytes(4, 'data: b\n\n'));
      await recorder.clock.advance(LONG);
      recorder.failWith('');
      await recorder.clock.advance(LONG);
      expect(await lost(recorder)).toBe(1);
      expect(await lostMarks(recorder)).toEqual(['1 storage']);
      expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\n');
    },
  );
});

describe('the wire over the page', () => {
  test('where the page has spoken first, its bytes take the place of what the page said', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    recorder.page(opened(1, at), responded(1, at + 20), events(1, at + 30, ['a', '1'], ['b', '2']));
    recorder.page(ended(1, at + 40, 'disconnect', false), startedAgain(1, at + 40));
    recorder.page(responded(1, at + 60), events(1, at + 61, ['c', '3']));
    await clock.advance(500);
    expect((await recorder.exchanges()).map(({ firstEntry }) => firstEntry)).toEqual([0, 2]);
    const text = ': hello\n\nid: 1\ndata: a\n\nid: 2\ndata: b\n\n';
    recorder.http('wire-1--1', requestStarted(at + 1, { transport: 'EventSource' }), requestSent());
    recorder.http('wire-1--1', { type: 'WireAttached' }, responseStarted(at + 15), wireBytes(at + 30, text));
    recorder.http('wire-1--1', requestEnded(at + 39));
    await clock.advance(LONG);
    const [first, second] = await recorder.exchanges();
    expect(await recorder.text('s/d/1/1')).toBe(text);
    expect(first).toMatchObject({
      wire: 'ended',
      fidelity: 'bytes',
      replaced: 1,
      events: 2,
      bytes: text.length,
    });
    expect(second).toMatchObject({ firstEntry: first!.entries, events: 1, lastEventIdBefore: '2' });
    const stream = await recorder.db.get('streams', 's/d/1');
    expect(stream).toMatchObject({ events: 3, entries: first!.entries + second!.entries });
    expect(await recorder.db.get('sessions', 's')).toMatchObject({ events: 3, streams: 1 });
  });

  test('nothing is left of what the page said, from the first byte of the wire on', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    const long = 'x'.repeat(300_000);
    recorder.page(opened(1, at), responded(1, at + 20), events(1, at + 30, [long], [long]));
    await clock.advance(500);
    expect(await recorder.db.count('segments')).toBeGreaterThan(1);
    recorder.http('wire-1--1', requestStarted(at + 1, { transport: 'EventSource' }), requestSent());
    recorder.http(
      'wire-1--1',
      { type: 'WireAttached' },
      responseStarted(at + 15),
      wireBytes(at + 30, ': hi\n\n'),
    );
    await clock.advance(LONG);
    expect(await recorder.text('s/d/1/1')).toBe(': hi\n\n');
    expect(await recorder.db.get('sessions', 's')).toMatchObject({ events: 0, bytes: 6 });
  });

  test.each<[string, HttpFact[]]>([
    ['is taken off', [{ type: 'WireBroken', at: 0, gone: true }]],
    ['gives no answer', [{ type: 'WireBroken', at: 0, gone: false }]],
    ['tells of the end alone', [requestEnded(0)]],
    ['is silent', [{ type: 'WireSilent', at: 0 }]],
  ])('what the page says stays when the wire brings nothing: it %s', async (_, broken) => {
    for (const restarts of [false, true]) {
      const recorder = await createRecorder();
      const { clock } = recorder;
      const at = clock.wall();
      recorder.page(opened(1, at), responded(1, at + 20), events(1, at + 30, ['a'], ['b']));
      recorder.http('wire-1--1', requestStarted(at + 1, { transport: 'EventSource' }), requestSent());
      recorder.http('wire-1--1', { type: 'WireAttached' }, responseStarted(at + 15));
      await clock.advance(500);
      recorder.page(events(1, at + 500, ['c']));
      await clock.advance(500);
      if (restarts) {
        recorder.restart();
        expect([...(await recorder.keep.attachedWires(1))]).toEqual([
          ['wire-1--1', { session: 's', bytes: 0 }],
        ]);
      }
      recorder.http('wire-1--1', ...broken);
      recorder.page(events(1, at + 1001, ['d']));
      await clock.advance(LONG);
      expect((await recorder.text('s/d/1/1')).match(/data: \w/g)).toEqual([
        'data: a',
        'data: b',
        'data: c',
        'data: d',
      ]);
      expect(await recorder.db.get('sessions', 's')).toMatchObject({ events: 4, lost: 0 });
      const [exchange] = await recorder.exchanges();
      expect(exchange).toMatchObject({ fidelity: 'events', events: 4 });
      expect(exchange!.wire).toBeUndefined();
    }
  });

  test.each([
    ['events', 'EventSource'],
    ['bytes', 'fetch'],
  ] as const)(
    'what the page said is not lost when a wire that is reported later brings less: %s',
    async (kind, transport) => {
      const recorder = await createRecorder();
      const { clock } = recorder;
      const at = clock.wall();
      const say = (text: string, ms: number) =>
        kind === 'events' ? events(1, at + ms, [text]) : bytes(1, at + ms, `data: ${text}\n\n`);
      recorder.page(opened(1, at, { transport }), responded(1, at + 20), say('a', 30), say('b', 300));
      recorder.page(say('c', 600));
      await clock.advance(700);
      recorder.http('wire-1--1', requestStarted(at + 1, { transport }), requestSent(), {
        type: 'WireAttached',
      });
      recorder.http('wire-1--1', responseStarted(at + 15), wireBytes(at + 30, 'data: a\n\n'));
      recorder.page(say('d', 800));
      recorder.http('wire-1--1', { type: 'WireBroken', at: at + 900, gone: true });
      recorder.page(say('e', 1000));
      await clock.advance(LONG);
      expect((await recorder.text('s/d/1/1')).match(/data: \w/g)).toEqual(
        ['a', 'b', 'c', 'd', 'e'].map((one) => `data: ${one}`),
      );
      expect(await recorder.db.get('sessions', 's')).toMatchObject({ events: 5, lost: 0 });
    },
  );

  test('bytes that come after all take the place of what the page said meanwhile', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    recorder.page(opened(1, at), responded(1, at + 20));
    recorder.http('wire-1--1', requestStarted(at + 1, { transport: 'EventSource' }), requestSent());
    recorder.http('wire-1--1', { type: 'WireAttached' }, responseStarted(at + 15));
    recorder.page(events(1, at + 30, ['a'], ['b']));
    await clock.advance(500);
    recorder.http('wire-1--1', wireBytes(at + 30, ': x\n\ndata: a\n\ndata: b\n\n'));
    recorder.page(events(1, at + 501, ['c']));
    await clock.advance(500);
    recorder.http('wire-1--1', { type: 'WireBroken', at: at + 1000, gone: true });
    await clock.advance(LONG);
    expect((await recorder.text('s/d/1/1')).match(/: \w/g)).toEqual([': x', ': a', ': b', ': c']);
  });

  test('what the page says beside it is left out; after a break the page goes on without doubles', async () => {
    const recorder = await createRecorder();
    const { clock } = recorder;
    const at = clock.wall();
    recorder.page(opened(1, at), responded(1, at + 20));
    recorder.http('wire-1--1', requestStarted(at + 1, { transport: 'EventSource' }), requestSent());
    recorder.http('wire-1--1', { type: 'WireAttached' }, responseStarted(at + 15));
    recorder.http(
      'wire-1--1',
      wireBytes(at + 30, 'data: a\n\ndata: b\n\nevent: unheard\ndata: x\n\ndata: c\n\nda'),
    );
    recorder.page(events(1, at + 31, ['a'], ['b']));
    await clock.advance(500);
    recorder.http('wire-1--1', { type: 'WireBroken', at: at + 500, gone: false });
    recorder.page(events(1, at + 501, ['c'], ['d']), events(1, at + 502, ['e']));
    await clock.advance(LONG);
    const { events: count, wire } = (await recorder.exchanges())[0]!;
    const text = await recorder.text('s/d/1/1');
    expect(text.match(/data: \w/g)).toEqual(['a', 'b', 'x', 'c', 'd', 'e'].map((one) => `data: ${one}`));
    expect({ count, wire }).toEqual({ count: 6, wire: 'broken' });
  });

  test.each([
    [true, 'live'],
    [false, 'broken'],
  ])('after a restart it is live where the tap goes on (%s)', async (wireReturns, wire) => {
    const recorder = await createRecorder({ wireReturns });
    const { clock } = recorder;
    const at = clock.wall();
    recorder.page(opened(1, at), responded(1, at + 20));
    recorder.http('wire-1--1', requestStarted(at + 1, { transport: 'EventSource' }), requestSent());
    recorder.http(
      'wire-1--1',
      { type: 'WireAttached' },
      responseStarted(at + 15),
      wireBytes(at + 30, 'data: a\n\n'),
    );
    recorder.page(events(1, at + 31, ['a']));
    await clock.advance(LONG);
    recorder.restart();
    const wires = recorder.keep.attachedWires(1);
    recorder.page(events(1, at + 40, ['b']));
    await clock.advance(LONG);
    expect([...(await wires)]).toEqual(wireReturns ? [['wire-1--1', { session: 's', bytes: 9 }]] : []);
    expect((await recorder.exchanges())[0]?.wire).toBe(wire);
    expect((await recorder.text('s/d/1/1')).match(/data: \w/g)).toEqual(
      wireReturns ? ['data: a'] : ['data: a', 'data: b'],
    );
  });
});

describe('what the page reported ahead of the wire', () => {
  const wireOf = (at: number, transport: 'EventSource' | 'fetch' = 'EventSource') =>
    [
      requestStarted(at, { transport }),
      requestSent(),
      { type: 'WireAttached' },
      responseStarted(at),
    ] as const;

  test('before the wire took its place, too, counts when the wire does not bring it', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at), events(1, at + 1, ['a'], ['b'], ['c']));
    recorder.http('wire-1--1', ...wireOf(at), wireBytes(at + 1, 'data: a\n\n'));
    recorder.page(ended(1, at + 10, 'unload', true));
    await recorder.clock.advance(30_000);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\ndata: c\n\n');
    expect((await recorder.exchanges())[0]).toMatchObject({ events: 3, replaced: 1, wire: 'broken' });
    expect(await recorder.db.get('sessions', 's')).toMatchObject({ lost: 0 });
  });

  test('counts also where the wire comes much later and brings less, and after a restart', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at), events(1, at + 1, ['a'], ['b'], ['c']));
    recorder.http('wire-1--1', ...wireOf(at));
    await recorder.clock.advance(60_000);
    recorder.restart();
    recorder.page(events(1, at + 60_000, ['d']));
    recorder.http('wire-1--1', wireBytes(at + 1, 'data: a\n\n'));
    await recorder.clock.advance(1000);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\n');
    recorder.page(ended(1, at + 61_000, 'unload', true));
    await recorder.clock.advance(30_000);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\ndata: c\n\ndata: d\n\n');
    expect((await recorder.exchanges())[0]).toMatchObject({ events: 4, replaced: 1, wire: 'broken' });
    expect(await recorder.db.get('sessions', 's')).toMatchObject({ lost: 0 });
  });

  test('was acknowledged, and counts after a restart too', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at));
    recorder.http('wire-1--1', ...wireOf(at), wireBytes(at + 1, 'data: a\n\n'));
    recorder.page(events(1, at + 1, ['a'], ['b'], ['c']));
    await recorder.clock.advance(1000);
    expect(recorder.acknowledged.at(-1)).toBe(2);
    recorder.restart();
    recorder.page(ended(1, at + 10, 'unload', true));
    await recorder.clock.advance(30_000);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\ndata: c\n\n');
    expect(await recorder.db.get('sessions', 's')).toMatchObject({ lost: 0 });
    expect(await recorder.db.count('ahead')).toBe(0);
  });

  test('is stored only until the wire brings it', async () => {
    const recorder = await createRecorder();
    const { clock, db } = recorder;
    const at = clock.wall();
    recorder.page(opened(1, at), responded(1, at));
    recorder.http('wire-1--1', ...wireOf(at), wireBytes(at + 1, 'data: a\n\n'));
    recorder.page(events(1, at + 1, ['a']));
    await clock.advance(1000);
    expect(await db.count('ahead')).toBe(0);
    recorder.page(events(1, at + 1000, ['b'], ['c']));
    await clock.advance(1000);
    expect(await db.count('ahead')).toBe(1);
    // The event that nobody listens to is none of the page's.
    recorder.http('wire-1--1', wireBytes(at + 1000, 'data: b\n\nevent: unheard\ndata: x\n\n'));
    await clock.advance(1000);
    expect(await db.count('ahead')).toBe(1);
    recorder.http('wire-1--1', wireBytes(at + 1000, 'data: c\n\n'));
    await clock.advance(1000);
    expect(await db.count('ahead')).toBe(0);
    expect(await recorder.text('s/d/1/1')).toBe(
      'data: a\n\ndata: b\n\nevent: unheard\ndata: x\n\ndata: c\n\n',
    );
  });

  test("after the recording has stopped is none of it: all bytes are the wire's", async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at), events(1, at + 1, ['a']));
    recorder.http('wire-1--1', ...wireOf(at), wireBytes(at + 1, 'data: a\n\ndata: b\n\n'), {
      type: 'WireClosed',
      at: at + 10,
    });
    recorder.page(events(1, at + 11, ['b'], ['c']));
    await recorder.clock.advance(30_000);
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\n');
    expect((await recorder.exchanges())[0]).toMatchObject({ fidelity: 'bytes', wire: 'ended' });
    expect(await recorder.db.get('sessions', 's')).toMatchObject({ lost: 0 });
  });

  test('counts when the browser was closed before the wire brought it', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at));
    recorder.http('wire-1--1', ...wireOf(at), wireBytes(at + 1, 'data: a\n\n'));
    recorder.page(events(1, at + 1, ['a'], ['b']));
    await recorder.clock.advance(1000);
    await endOrphans(recorder.db, new Set());
    recorder.restart();
    const done = recorder.keep.wiresGone([{ stream: 's/d/1', number: 1 }]);
    await recorder.clock.advance(1000);
    await done;
    expect(await recorder.text('s/d/1/1')).toBe('data: a\n\ndata: b\n\n');
    expect((await recorder.exchanges())[0]).toMatchObject({ wire: 'broken', events: 2 });
    expect(await recorder.db.count('ahead')).toBe(0);
  });

  test('goes with its session', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    recorder.page(opened(1, at), responded(1, at));
    recorder.http('wire-1--1', ...wireOf(at), wireBytes(at + 1, 'data: a\n\n'));
    recorder.page(events(1, at + 1, ['a'], ['b']));
    await recorder.clock.advance(1000);
    expect(await recorder.db.count('ahead')).toBe(1);
    await recorder.keep.deleteSession('s');
    await recorder.clock.advance(1000);
    expect(await recorder.db.count('ahead')).toBe(0);
  });

  test('is bounded, and what went is counted as lost when the wire breaks', async () => {
    const recorder = await createRecorder();
    const at = recorder.clock.wall();
    const size = 1 << 20;
    recorder.page(opened(1, at, { transport: 'fetch' }), responded(1, at));
    recorder.http('wire-1--1', ...wireOf(at, 'fetch'), wireBytes(at + 1, 'x'));
    await recorder.clock.advance(300);
    const reports = MOST_AHEAD / size + 2;
    for (let i = 0; i < reports; i++) recorder.page(bytes(1, at + 300 + i, 'x'.repeat(size)));
    recorder.http('wire-1--1', { type: 'WireBroken', at: at + 400, gone: true });
    await recorder.clock.advance(30_000);
    const [exchange] = await recorder.exchanges();
    expect(exchange!.bytes).toBeLessThanOrEqual(MOST_AHEAD);
    expect(exchange!.bytes).toBeGreaterThan(MOST_AHEAD - 2 * size);
    expect(await recorder.db.get('sessions', 's')).toMatchObject({ lost: 1 });
  });
});
