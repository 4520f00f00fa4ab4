import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWallClock } from '../../../src/background/keep/wallClock.ts';
import {
  Recording,
  type RecordingHost,
  type SavedRecording,
} from '../../../src/background/tabs/recording.ts';
import type { BackgroundToBridge } from '../../../src/shared/protocol/bridgeLink.ts';
import { memoryWires } from '../../../src/shared/protocol/wire.ts';
import { holdsLater } from '../../support/properties.ts';
import {
  batch,
  bytes,
  ended,
  opened,
  requestSent,
  requestStarted,
  responseStarted,
} from '../../support/recordedFacts.ts';
import { createRecorder, origin } from '../../support/recorder.ts';

const TAB = 1;
/** Later than every pause of the writer and every patience of a join, ms. */
const LONG = 30_000;

interface Page {
  name: string;
  url: string;
  /** ms after the start of the test. */
  at: number;
}

/** A recording of one tab that shows `name` first. */
async function createRecording(first: Partial<Page & { private: boolean }> = {}, saved?: SavedRecording) {
  let recording: Recording | undefined;
  const recorder = await createRecorder({ newSession: (id) => recording?.newSession(id) });
  const { clock } = recorder;
  const start = clock.wall();
  const log: string[] = [];
  let last: SavedRecording = { tabs: [], ended: [] };
  const frames = new Map<string, { documentId: string; url: string }>();
  const host: RecordingHost = {
    save(states) {
      last = structuredClone(states);
    },
    connectFrames: () => log.push('connect'),
    changed() {},
    async attachWire() {
      log.push('attach');
      return { since: 0, problem: '' };
    },
    async detachWire() {
      log.push('detach');
    },
    pageOf: async () => ({
      url: first.url ?? 'http://a.test/',
      title: '',
      documentId: first.name ?? '',
      private: first.private ?? false,
    }),
    mainDocumentOf: async (_tab, documentId) => frames.get(documentId),
  };
  recording = new Recording(recorder.keep, host, createWallClock(clock), saved ?? { tabs: [], ended: [] });
  const live = recording;

  return {
    ...recorder,
    recording: live,
    host,
    keeper: () => recorder.keep,
    log,
    frames,
    saved: () => last,
    /** The browser reports a navigation. */
    commit: ({ name, url, at }: Page) => live.navigated(TAB, { documentId: name, url, at: start + at }),
    /** A document's bridge connects; answers what it is told, the last message last. */
    async connect({ name, url, at }: Page, top = true) {
      const told: BackgroundToBridge[] = [];
      const [bridge, wire] = memoryWires<never, BackgroundToBridge>();
      bridge.listen((message) => void told.push(message));
      const session = await live.documentConnected(TAB, wire as never, {
        documentId: name,
        url,
        title: '',
        top,
        beganAt: start + at,
      });
      return { session, told, close: () => bridge.close() };
    },
  };
}

const page = (name: string, at: number): Page => ({ name, url: `http://a.test/${name}`, at });

describe('which session a document is recorded into', () => {
  const [first, second, third] = [page('A', -1000), page('B', 5000), page('C', 10_000)];
  type Report = ['commit' | 'connect', Page];
  /** Every order that keeps the one of the navigations. */
  const orders = fc
    .shuffledSubarray<Report>(
      [
        ['connect', first],
        ['connect', first],
        ['commit', second],
        ['connect', second],
        ['connect', second],
        ['commit', third],
        ['connect', third],
        ['connect', third],
      ],
      { minLength: 8 },
    )
    .map((list) => {
      const commits: Report[] = [
        ['commit', second],
        ['commit', third],
      ];
      return list.map((one) => (one[0] === 'commit' ? commits.shift()! : one));
    });

  test('its own, however late, early, often and mixed its bridges and its navigation are reported', () =>
    holdsLater(
      'reports of three pages',
      [orders],
      async (reports) => {
        const { recording, commit, connect, clock, db } = await createRecording(first);
        await recording.start(TAB, 'devtools');
        // Each is reported when it has been, however late.
        await clock.advance(11_000);
        const own = recording.state(TAB).session;
        const sessions = new Map<string, Set<string | undefined>>();
        for (const [kind, one] of reports) {
          if (kind === 'commit') await commit(one);
          else {
            const { session } = await connect(one);
            sessions.set(one.name, (sessions.get(one.name) ?? new Set()).add(session));
          }
        }
        expect([...sessions.values()].map(({ size }) => size)).toEqual([1, 1, 1]);
        const all = new Set([...sessions.values()].flatMap((names) => [...names]));
        expect(all.size).toBe(3);
        expect([...sessions.get('A')!]).toEqual([own]);
        expect([...sessions.get('C')!]).toEqual([recording.state(TAB).session]);
        db.close();
      },
      300,
    ));

  test('without names: the page that connects is the one whose navigation is reported next', async () => {
    const { recording, commit, connect } = await createRecording();
    await recording.start(TAB, 'devtools');
    const nameless = (at: number, url: string): Page => ({ name: '', url, at });
    const [a, b] = [nameless(-1000, 'http://a.test/'), nameless(5000, 'http://a.test/b')];
    const one = (await connect(a)).session;
    const two = (await connect(b)).session;
    await commit(b);
    expect(one).not.toBe(two);
    expect(recording.state(TAB).session).toBe(two);
    // The same address again is another page.
    await commit({ ...b, at: 6000 });
    const { session: three } = recording.state(TAB);
    expect(three).not.toBe(two);
    expect((await connect({ ...b, at: 6001 })).session).toBe(three);
  });

  test('a frame goes with its main document, and with the page of its time when that is gone', async () => {
    const { recording, commit, connect, frames } = await createRecording(first);
    await recording.start(TAB, 'devtools');
    const own = recording.state(TAB).session;
    await commit(second);
    const current = recording.state(TAB).session;
    frames.set('frame of A', { documentId: 'A', url: first.url });
    expect((await connect(page('frame of A', 4000), false)).session).toBe(own);
    expect((await connect(page('a frame that is gone', 100), false)).session).toBe(own);
    expect((await connect(page('another one', 6000), false)).session).toBe(current);
  });

  test('what a page said first is kept in its own session, though another one is there', async () => {
    const { recording, commit, clock, keep, db } = await createRecording(first);
    await recording.start(TAB, 'devtools');
    const { session } = recording.state(TAB);
    await commit(second);
    const at = clock.wall();
    keep.submit(
      origin(),
      batch(
        session,
        1,
        opened(1, at, { transport: 'fetch' }),
        bytes(1, at, 'data: a\n\n'),
        ended(1, at, 'unload', true),
      ),
    );
    await clock.advance(LONG);
    expect(await db.getAll('sessions')).toMatchObject([{ id: session, events: 1, endedAt: at, lost: 0 }]);
    expect(await db.getAll('streams')).toMatchObject([{ session, state: 'ended' }]);
  });

  test('the page on show is the one that connected, also when another one of its moment is reported later', async () => {
    const { recording, commit, connect } = await createRecording(first);
    await recording.start(TAB, 'devtools');
    const { session } = await connect(page('C', 5000));
    await commit(page('B', 5000));
    await commit(page('C', 5000));
    expect(recording.state(TAB)).toMatchObject({ session, url: 'http://a.test/C' });
  });

  test('the page that was on show when recording began, though navigations from before are reported later', async () => {
    const { recording, commit, connect } = await createRecording(page('C', 300));
    await recording.start(TAB, 'devtools');
    const { session } = recording.state(TAB);
    await commit(page('B', -100));
    await commit(page('C', -50));
    expect(recording.state(TAB)).toMatchObject({ session, url: 'http://a.test/C' });
    expect((await connect(page('C', -50))).session).toBe(session);
    expect((await connect(page('B', -100))).session).not.toBe(session);
  });

  test('a request goes with the page of its address, where the clock was set back a little between navigations', async () => {
    const { recording, commit, clock } = await createRecording(page('A', -10_000));
    await recording.start(TAB, 'devtools');
    await clock.advance(6000);
    await commit(page('B', 5000));
    const { session } = recording.state(TAB);
    for (const [i, name] of ['C', 'D', 'E'].entries()) await commit(page(name, 4750 + i * 20));
    const at = clock.wall() - 6000 + 5010;
    const request = { documentId: '', parentDocumentId: '', documentUrl: 'http://a.test/B', at };
    expect(recording.sessionOfRequest(TAB, request)).toBe(session);
  });

  test('a request that began before its page was known moves into the session of that page', async () => {
    const { recording, connect, clock, keep, db } = await createRecording(first);
    await recording.start(TAB, 'devtools');
    const before = recording.state(TAB).session;
    const at = clock.wall() + 6000;
    await clock.advance(6000);
    keep.submitHttp(before, 'http-1', requestStarted(at, { documentId: 'B', documentUrl: second.url }), true);
    keep.submitHttp(before, 'http-1', requestSent(), true);
    const { session } = await connect(second);
    expect(session).not.toBe(before);
    keep.submit(origin({ url: second.url }), batch(session!, 1, opened(1, at - 1)));
    keep.submitHttp(before, 'http-1', responseStarted(at + 20), true);
    await clock.advance(LONG);
    expect(await db.getAll('streams')).toMatchObject([{ id: `${session}/d/1`, session }]);
    expect(await db.getAll('exchanges')).toMatchObject([{ http: { request: 'http-1' } }]);
  });

  test('a request of a frame goes with the main document that the frame was made in, though that is gone', async () => {
    const { recording, commit, connect, frames, clock, saved } = await createRecording(first);
    await recording.start(TAB, 'devtools');
    const own = recording.state(TAB).session;
    recording.frameCommitted(TAB, { documentId: 'frame', parentDocumentId: 'A' });
    recording.frameCommitted(TAB, { documentId: 'frame within', parentDocumentId: 'frame' });
    frames.set('unreported frame', { documentId: 'A', url: first.url });
    await connect(page('unreported frame', 100), false);
    const at = clock.wall() + 6000;
    await commit(second);
    // Firefox takes the document that is above the frame now for its parent.
    const ask = (documentId: string, parentDocumentId: string) =>
      recording.sessionOfRequest(TAB, { documentId, parentDocumentId, documentUrl: 'http://b.test/', at });
    expect(ask('frame', 'B')).toBe(own);
    expect(ask('frame within', 'frame')).toBe(own);
    expect(ask('unreported frame', 'B')).toBe(own);
    expect(ask('frame of B', 'B')).toBe(recording.state(TAB).session);
    expect(saved().tabs[0]!.pages[0]!.frames).toHaveLength(3);
  });

  test('a worker’s request, of which the browser tells no tab, goes into the session of the page of its time', async () => {
    const { recording, commit, clock } = await createRecording(first);
    await recording.start(TAB, 'devtools');
    const start = clock.wall();
    const own = recording.state(TAB).session;
    await commit({ ...second, url: 'http://b.test/' });
    const ask = (at: number, documentUrl: string) =>
      recording.sessionOfRequest(-1, { documentId: '', parentDocumentId: '', documentUrl, at: start + at });
    expect(ask(4900, 'http://a.test/worker.js')).toBe(own);
    expect(ask(5100, 'http://b.test/worker.js')).toBe(recording.state(TAB).session);
    expect(ask(5100, 'http://a.test/worker.js')).toBeUndefined();
  });
});

describe('a page that has gone', () => {
  test.each([false, true])(
    'ends the wires of which the browser does not say so, reported or not (restart: %s)',
    async (isRestarted) => {
      const before = await createRecording(page('A', -1000));
      await before.recording.start(TAB, 'devtools');
      const { session } = before.recording.state(TAB);
      const at = before.clock.wall();
      const documentUrl = 'http://a.test/A';
      const started = requestStarted(at, { documentUrl, transport: 'EventSource' });
      for (const fact of [started, requestSent(), { type: 'WireAttached' } as const, responseStarted(at)]) {
        before.keep.submitHttp(session, 'wire-1--1', fact);
      }
      await before.clock.advance(5000);
      await before.commit(page('B', 5000));
      if (isRestarted) {
        before.restart();
        const keep = before.keeper();
        const wallClock = createWallClock(before.clock);
        new Recording(keep, before.host, wallClock, before.saved()).resume();
        await keep.resume();
      }
      await before.clock.advance(LONG);
      expect(await before.db.getAll('exchanges')).toMatchObject([{ session, wire: 'ended', end: 'abort' }]);
      expect(await before.db.getAll('streams')).toMatchObject([{ state: 'ended' }]);
      expect(await before.db.getAll('requests')).toEqual([]);
    },
  );

  test('before recording began stands before the page that is there', async () => {
    const { recording, connect } = await createRecording(page('B', -1000));
    await recording.start(TAB, 'devtools');
    const { session } = recording.state(TAB);
    expect((await connect(page('A', -5000))).session).not.toBe(session);
    expect((await connect(page('B', -1000))).session).toBe(session);
    expect(recording.state(TAB).session).toBe(session);
  });

  test('before recording began does not lend its frames to the page that is there', async () => {
    const { recording, connect } = await createRecording(page('B', -1000));
    const connecting = connect(page('a frame of A', -5000), false);
    await recording.start(TAB, 'devtools');
    expect((await connecting).told.map(({ type }) => type)).toEqual(['Sleep']);
  });
});

describe('the recording of a tab', () => {
  test('stops for everybody when the user stops it, and puts its bridges to sleep', async () => {
    const { recording, connect, clock } = await createRecording(page('A', -1000));
    await recording.start(TAB, 'devtools');
    await recording.start(TAB, 'button');
    const { told } = await connect(page('A', -1000));
    await recording.stop(TAB, 'panel');
    await clock.idle();
    expect(told.map(({ type }) => type)).toEqual(['Record', 'Sleep']);
    expect(recording.state(TAB)).toMatchObject({ session: '', stopped: true, byButton: false });
    await recording.start(TAB, 'devtools');
    expect(recording.state(TAB).stopped).toBe(false);
  });

  test('goes on as long as DevTools or the button ask for it', async () => {
    const { recording } = await createRecording();
    await recording.start(TAB, 'devtools');
    await recording.start(TAB, 'button');
    const { session } = recording.state(TAB);
    await recording.stop(TAB, 'devtools');
    expect(recording.state(TAB).session).toBe(session);
    await recording.stop(TAB, 'button');
    expect(recording.state(TAB).session).toBe('');
  });

  test('does not begin in a private window', async () => {
    const { recording, connect, log } = await createRecording({ private: true });
    await recording.start(TAB, 'button');
    expect(recording.state(TAB)).toMatchObject({ private: true, session: '' });
    expect((await connect(page('A', 1))).told.map(({ type }) => type)).toEqual(['Sleep']);
    expect(log).toEqual([]);
  });

  test('takes in a document that connects while it begins', async () => {
    const { recording, connect, clock } = await createRecording(page('A', -1000));
    const starting = recording.start(TAB, 'devtools');
    const { told, session } = await connect(page('A', -1000));
    await starting;
    await clock.idle();
    expect(session).toBe(recording.state(TAB).session);
    expect(told.map(({ type }) => type)).not.toContain('Sleep');
  });

  test('does not begin after all when it is stopped while it begins', async () => {
    const { recording, log } = await createRecording();
    const starting = recording.start(TAB, 'devtools');
    await recording.stop(TAB, 'panel');
    await starting;
    expect(recording.state(TAB).session).toBe('');
    expect(log).not.toContain('connect');
  });

  test('goes on with an empty session when the user clears it', async () => {
    const { recording, connect, clock, db, keep } = await createRecording(page('A', -1000));
    await recording.start(TAB, 'devtools');
    const { told, session } = await connect(page('A', -1000));
    keep.submit(origin(), batch(session!, 1, opened(1, clock.wall())));
    await clock.advance(LONG);
    expect(await recording.clear(TAB)).toBe(session);
    await clock.advance(LONG);
    const { session: next } = recording.state(TAB);
    expect(told).toMatchObject([
      { type: 'Record', session },
      { type: 'Record', session: next },
    ]);
    expect(next).not.toBe(session);
    expect((await connect(page('A', -1000))).session).toBe(next);
    expect((await db.get('sessions', session!))?.endedAt).toBeDefined();
  });

  test('keeps one session over navigations where the user wants that, and marks them', async () => {
    const { recording, connect, commit, clock, db, keep } = await createRecording(page('A', -1000));
    await recording.start(TAB, 'devtools');
    recording.setPreserve(TAB, true);
    const { session } = await connect(page('A', -1000));
    keep.submit(origin(), batch(session!, 1, opened(1, clock.wall())));
    await clock.advance(LONG);
    await commit(page('B', LONG));
    expect((await connect(page('B', LONG))).session).toBe(session);
    await commit(page('B', LONG));
    await clock.advance(LONG);
    const marks = (await db.getAll('marks')).filter(({ kind }) => kind === 'navigation');
    expect(marks.map(({ detail }) => detail)).toEqual(['http://a.test/B']);
    expect((await db.get('sessions', session!))?.endedAt).toBeUndefined();
  });

  test('goes on after a restart of the background, for a page that was gone before, too', async () => {
    const before = await createRecording(page('A', -1000));
    await before.recording.start(TAB, 'devtools');
    const { session } = before.recording.state(TAB);
    await before.commit(page('B', 5000));
    const { recording } = await createRecording({}, before.saved());
    expect(recording.state(TAB).session).toBe(before.recording.state(TAB).session);
    expect(recording.newSession(session)).toMatchObject({ id: session });
    recording.forgetSession(session);
    expect(recording.newSession(session)).toBeUndefined();
  });

  test('takes a navigation that is reported after a restart for the page that it has found', async () => {
    const before = await createRecording(page('A', -1000));
    await before.recording.start(TAB, 'devtools');
    const { recording, commit, clock } = await createRecording(page('C', 0), before.saved());
    await clock.advance(6000);
    await recording.lookAgain(TAB);
    const { session } = recording.state(TAB);
    await commit(page('B', 5000));
    await commit(page('C', 5020));
    expect(recording.state(TAB)).toMatchObject({ session, url: 'http://a.test/C' });
  });

  test('sees after a restart that another page is there, though nobody heard of its navigation', async () => {
    const before = await createRecording(page('A', -1000));
    await before.recording.start(TAB, 'devtools');
    const { session } = before.recording.state(TAB);
    const { recording, commit, connect, clock } = await createRecording(page('B', 0), before.saved());
    await clock.advance(6000);
    await recording.lookAgain(TAB);
    const { session: current } = recording.state(TAB);
    expect(current).not.toBe(session);
    expect((await connect(page('B', 5000))).session).toBe(current);
    // Its requests are told by the time at which it began, where they have no name.
    const ask = (ms: number) =>
      recording.sessionOfRequest(TAB, {
        documentId: '',
        parentDocumentId: '',
        documentUrl: 'http://frame.test/',
        at: clock.wall() - 6000 + ms,
      });
    expect([ask(4900), ask(5100)]).toEqual([session, current]);
    await commit(page('B', 4990));
    await recording.lookAgain(TAB);
    expect(recording.state(TAB).session).toBe(current);
  });
});
