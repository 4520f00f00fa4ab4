import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { Keep } from '../../../src/background/keep/keep.ts';
import { createWallClock } from '../../../src/background/keep/wallClock.ts';
import { createBudget } from '../../../src/background/storage/budget.ts';
import { createConnection } from '../../../src/background/storage/database.ts';
import { createImports } from '../../../src/background/storage/imports.ts';
import { endOrphans } from '../../../src/background/storage/retention.ts';
import { createSettings } from '../../../src/background/storage/settings.ts';
import { memoryWires } from '../../../src/shared/protocol/wire.ts';
import type { Session, Stream } from '../../../src/shared/session/types.ts';
import { type Database, openStore } from '../../../src/shared/store/open.ts';
import { readSessions } from '../../../src/shared/store/read.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { batch, bytes, ended, opened } from '../../support/recordedFacts.ts';
import { createRecorder, origin } from '../../support/recorder.ts';

let stores = 0;
const open = (): Promise<Database> => openStore(() => {}, `storage-${stores++}`);
const LONG = 30_000;

const session = (id: string, startedAt: number, stored: number, more: Partial<Session> = {}): Session => ({
  id,
  url: '',
  title: '',
  startedAt,
  endedAt: startedAt + 1,
  streams: 0,
  events: 0,
  bytes: stored,
  stored,
  lost: 0,
  ...more,
});

describe('the connection to the database', () => {
  test('that does not open is opened again, and one that is open is shared', async () => {
    let tries = 0;
    const { db, store } = createConnection(async () => {
      if (++tries === 1) throw new DOMException('', 'UnknownError');
      return open();
    });
    await expect(db()).rejects.toThrow();
    expect(await db()).toBe(await db());
    expect(await store()).toBe(await store());
    expect(tries).toBe(2);
  });

  test('that is lost is opened again, also when that is heard before it has opened', async () => {
    const losses: (() => void)[] = [];
    const { db } = createConnection((onLost) => {
      losses.push(onLost);
      return open();
    });
    const first = await db();
    losses[0]!();
    const second = await db();
    expect(second).not.toBe(first);
    // The connection of before has nothing to say any more.
    losses[0]!();
    expect(await db()).toBe(second);
  });

  test('that gives way to a newer version is opened again for the next write, which is no problem', async () => {
    const name = `storage-${stores++}`;
    let lose!: () => void;
    const connection = createConnection((onLost) => {
      lose = onLost;
      return openStore(onLost, name);
    });
    const clock = new FakeClock();
    const problems: unknown[] = [];
    const keep = new Keep(
      async () => clock.watch(await clock.watch(connection).store()),
      (id) => session(id, 1, 0),
      true,
      {
        written() {},
        changed() {},
        isGone: () => false,
        storageChanged: (problem) => problems.push(problem),
      },
      clock,
    );
    keep.submit(origin(), batch('s', 1, opened(1, 1, { transport: 'fetch' })));
    await clock.advance(LONG);
    const before = await connection.db();
    // As the browser does it where it needs the room, or for a newer version of the extension.
    before.close();
    lose();
    keep.submit(origin(), batch('s', 2, bytes(1, 2, 'data: a\n\n')));
    await clock.advance(LONG);
    expect(problems).toEqual([]);
    expect(await (await connection.db()).get('streams', 's/d/1')).toMatchObject({ events: 1 });
  });
});

describe('the budget', () => {
  /** Sessions in a store, of which `r` is recorded, and what the budget does with them. */
  async function createLook(
    sessions: Session[],
    budget: number | (() => number),
    whenFull: 'stop' | 'dropOldest',
  ) {
    const recorder = await createRecorder({ sessions: ['r'] });
    const full: boolean[] = [];
    const removed: { sessions: number; bytes: number }[] = [];
    for (const one of sessions) await recorder.db.put('sessions', one);
    const watch = createBudget(
      // It reads single records, as the store does.
      async () => recorder.clock.watch(recorder.db),
      () => recorder.keep,
      {
        budget: () => (typeof budget === 'number' ? budget : budget()),
        whenFull: () => whenFull,
        recorded: () => ['r'],
        removed: (gone) => removed.push(gone),
        full: (is) => full.push(is),
      },
      recorder.clock,
    );
    return {
      ...recorder,
      watch,
      full,
      removed,
      left: async () => (await recorder.db.getAllKeys('sessions')).sort(),
    };
  }
  const running = session('r', 3, 100);
  delete running.endedAt;
  const stored = [
    session('a', 1, 100),
    session('b', 2, 100),
    session('pinned', 0, 100, { pinned: true }),
    running,
  ];

  test('takes the oldest ended sessions first, and none that is pinned', async () => {
    const { watch, left, full, removed } = await createLook(stored, 300, 'stop');
    await watch.look();
    expect(await left()).toEqual(['b', 'pinned', 'r']);
    expect({ removed, full }).toEqual({ removed: [{ sessions: 1, bytes: 100 }], full: [false] });
  });

  test('then stops recording, and says when there is room again', async () => {
    const { watch, left, full, keep } = await createLook(stored, 150, 'stop');
    await watch.look();
    expect(await left()).toEqual(['pinned', 'r']);
    await keep.deleteSession('pinned');
    await watch.look();
    expect(full).toEqual([true, false]);
  });

  test('or takes the oldest streams of the session that is recorded, and counts them as lost', async () => {
    const { watch, left, full, keep, clock, db } = await createLook([], 1800, 'dropOldest');
    for (let i = 1; i <= 4; i++) {
      keep.submit(
        origin(),
        batch(
          'r',
          i,
          opened(i, i, { transport: 'fetch' }),
          bytes(i, i, `data: ${'x'.repeat(190)}\n\n`),
          // The last one goes on.
          ...(i < 4 ? [ended(i, i, 'end', true)] : []),
        ),
      );
    }
    await clock.advance(LONG);
    // What is over leaves memory with a later write.
    keep.submit(origin(), batch('r', 5, bytes(4, 5, ':\n')));
    await clock.advance(LONG);
    const before = (await db.get('sessions', 'r'))!;
    expect(before.stored).toBeGreaterThan(1800);
    await watch.look();
    const after = (await db.get('sessions', 'r'))!;
    expect(await left()).toEqual(['r']);
    expect(full).toEqual([false]);
    expect(after.stored).toBeLessThanOrEqual(1800);
    const streams = await db.getAllFromIndex('streams', 'bySession');
    expect(streams.map(({ number }) => number)).toEqual([3, 4]);
    expect(after.lost).toBe(2);
    expect(after.events).toBe(2);
    expect(await db.count('exchanges')).toBe(2);
    expect(await db.count('segments')).toBe(2);
    expect((await db.getAll('marks')).filter(({ kind }) => kind === 'lost')).toHaveLength(1);
  });

  test('looks again when it changes in the middle of a look', async () => {
    let budget = 1000;
    const { watch, left } = await createLook(stored, () => budget, 'stop');
    const first = watch.look();
    // The look has read the budget by then, and not yet what there is.
    await Promise.resolve();
    budget = 300;
    await watch.look();
    await first;
    expect(await left()).toEqual(['b', 'pinned', 'r']);
  });

  test('looks once for many changes, and again for later ones', async () => {
    const { watch, full, clock } = await createLook([], 1000, 'stop');
    for (let i = 0; i < 10; i++) watch.changed();
    await clock.advance(LONG);
    expect(full).toHaveLength(1);
    watch.changed();
    await clock.advance(LONG);
    expect(full).toHaveLength(2);
  });
});

describe('sessions that nobody records any more', () => {
  test('are ended at their last event, and half imports go', async () => {
    const db = await open();
    const orphan = session('o', 1, 0);
    delete orphan.endedAt;
    const recorded = { ...orphan, id: 'r' };
    for (const one of [orphan, recorded, session('i', 2, 0, { importing: true })])
      await db.put('sessions', one);
    await db.put('streams', {
      id: 'o/1',
      session: 'o',
      number: 1,
      state: 'open',
      openedAt: 5,
      lastAt: 70,
    } as Stream);
    await db.put('requests', { id: 'http-1', session: 'o' } as never);
    await endOrphans(db, new Set(['r']));
    expect(await db.getAllKeys('sessions')).toEqual(['o', 'r']);
    expect(await db.get('sessions', 'o')).toMatchObject({ endedAt: 70 });
    expect((await db.get('sessions', 'r'))?.endedAt).toBeUndefined();
    expect(await db.get('streams', 'o/1')).toMatchObject({ state: 'ended', end: 'unload' });
    expect(await db.count('requests')).toBe(0);
  });
});

describe('an import', () => {
  const none = { streams: [], exchanges: [], segments: [], marks: [] };
  const half = session('i', 1, 0, { importing: true });

  async function createImport() {
    const clock = new FakeClock();
    const db = await open();
    let done = 0;
    const imports = createImports(
      async () => db,
      () => done++,
    );
    const [panel, wire] = memoryWires<never, { type: string; problem: string }>();
    const answers: string[] = [];
    panel.listen(({ problem }) => answers.push(problem));
    return { db, imports, wire: wire as never, answers, clock, done: () => done };
  }

  test('is there when its last part is', async () => {
    const { db, imports, wire, answers, done, clock } = await createImport();
    await imports.write(wire, { ...none, type: 'WriteImport', session: 'i', last: false, sessions: [half] });
    expect(await readSessions(db)).toEqual([]);
    const { importing: _, ...whole } = half;
    await imports.write(wire, { ...none, type: 'WriteImport', session: 'i', last: true, sessions: [whole] });
    await clock.idle();
    expect((await readSessions(db)).map(({ id }) => id)).toEqual(['i']);
    expect({ answers, done: done() }).toEqual({ answers: ['', ''], done: 1 });
  });

  test('goes with its panel, and a part that comes after that is refused', async () => {
    const { db, imports, wire, answers, done, clock } = await createImport();
    await imports.write(wire, { ...none, type: 'WriteImport', session: 'i', last: false, sessions: [half] });
    await imports.gone(wire);
    expect(await db.count('sessions')).toBe(0);
    await imports.write(wire, { ...none, type: 'WriteImport', session: 'i', last: true, sessions: [] });
    await clock.idle();
    expect(answers).toEqual(['', expect.stringContaining('interrupted')]);
    expect(done()).toBe(0);
  });

  test('does not take over another panel’s', async () => {
    const { imports, wire, clock, db } = await createImport();
    await imports.write(wire, { ...none, type: 'WriteImport', session: 'i', last: false, sessions: [half] });
    const [other, otherWire] = memoryWires<never, { problem: string }>();
    const answers: string[] = [];
    other.listen(({ problem }) => answers.push(problem));
    await imports.write(otherWire as never, {
      ...none,
      type: 'WriteImport',
      session: 'i',
      last: true,
      sessions: [],
      marks: [{ session: 'i', at: 1, kind: 'open', detail: '' }],
    });
    await clock.idle();
    expect(answers).toEqual([expect.stringContaining('interrupted')]);
    expect(await db.count('marks')).toBe(0);
  });
});

describe('the wall clock of a recording', () => {
  test('never goes back, and follows when the clock is set forward', () => {
    const clock = new FakeClock();
    const wallClock = createWallClock(clock);
    const start = wallClock.now();
    clock.setWall(-3_600_000);
    expect(wallClock.now()).toBe(start);
    expect([wallClock.behind(), wallClock.ahead()]).toEqual([3_600_000, 0]);
    clock.setWall(7_200_000);
    expect(wallClock.now()).toBe(start + 7_200_000);
    expect([wallClock.behind(), wallClock.ahead()]).toEqual([3_600_000, 7_200_000]);
    clock.setWall(-600_000);
    expect(wallClock.now()).toBe(start + 7_200_000);
  });

  test('goes on from what is remembered of an earlier life, where the clock was set back in between', () => {
    const clock = new FakeClock();
    const wallClock = createWallClock(clock);
    const last = clock.wall() + 3_600_000;
    wallClock.goOn(0, last);
    expect(wallClock.now()).toBe(last);
    expect([wallClock.behind(), wallClock.jumpedAt()]).toEqual([3_600_000, last]);
    const onTime = createWallClock(clock);
    onTime.goOn(5000, clock.wall() + 4000);
    expect([onTime.behind(), onTime.jumpedAt()]).toEqual([5000, undefined]);
  });

  test('knows what was read before the clock was set back, in an earlier life of the background, too', () => {
    const clock = new FakeClock();
    const wallClock = createWallClock(clock);
    const before = clock.wall();
    wallClock.goOn(5000);
    expect(wallClock.recorded(before)).toBe(before + 5000);
    clock.setWall(-3_600_000);
    expect(wallClock.recorded(before)).toBe(before + 5000);
    expect(wallClock.recorded(clock.wall())).toBe(before + 5000);
    expect(wallClock.behind()).toBe(3_605_000);
  });

  test('takes no notice of a drift', async () => {
    const clock = new FakeClock();
    const wallClock = createWallClock(clock);
    for (let i = 0; i < 100; i++) {
      clock.setWall(-20);
      await clock.advance(1000);
      wallClock.now();
    }
    expect([wallClock.behind(), wallClock.ahead()]).toEqual([0, 0]);
  });
});

test('what the user has chosen is read again, within its bounds', async () => {
  const stored: Record<string, unknown> = {};
  const area = {
    get: async () => structuredClone(stored),
    set: async (change: object) => void Object.assign(stored, structuredClone(change)),
  } as never;
  const settings = createSettings(area);
  await settings.load();
  expect(settings.keeping()).toMatchObject({ recordOnOpen: true, whenFull: 'stop' });
  await settings.setKeeping({ recordOnOpen: false, budget: 1 });
  await settings.setWire(true);
  const again = createSettings(area);
  await again.load();
  expect(again.keeping()).toMatchObject({ recordOnOpen: false, whenFull: 'stop', budget: 16 << 20 });
  expect(again.wireWanted()).toBe(true);
});
