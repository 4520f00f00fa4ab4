import 'fake-indexeddb/auto';
import { Keep } from '../../src/background/keep/keep.ts';
import { databaseStore, type RecordStore } from '../../src/background/keep/recordStore.ts';
import type { Origin } from '../../src/background/keep/records.ts';
import type { PageFact } from '../../src/shared/protocol/pageLink.ts';
import type { HttpFact } from '../../src/shared/session/httpFacts.ts';
import type { Exchange, Session } from '../../src/shared/session/types.ts';
import { type Database, openStore } from '../../src/shared/store/open.ts';
import { FakeClock } from './fakeClock.ts';
import { batch, PAGE } from './recordedFacts.ts';

let stores = 0;

/** The writer on a database of its own, whose time and failures belong to the test. */
export interface Recorder {
  clock: FakeClock;
  db: Database;
  keep: Keep;
  /** Sequence numbers that were acknowledged, in their order. */
  acknowledged: number[];
  /** What was reported of the storage. */
  problems: (string | undefined)[];
  /** Name of the `DOMException` with which writing fails from now on; '' when it works. */
  failWith(name: string): void;
  /** Sends the next batch of the document `d`. */
  page(...facts: PageFact[]): void;
  http(request: string, ...facts: HttpFact[]): void;
  /** The background is stopped, and started again. */
  restart(): void;
  exchanges(): Promise<Exchange[]>;
  /** The bytes of an exchange as they are stored. */
  text(exchange: string): Promise<string>;
}

/** @param sessions - those that are recorded, or were until a moment ago */
export async function createRecorder(
  options: {
    sessions?: string[];
    newSession?: (id: string) => Session | undefined;
    wireReturns?: boolean;
    store?: (real: RecordStore) => RecordStore;
  } = {},
): Promise<Recorder> {
  const { sessions = ['s'], newSession, wireReturns = true, store: wrap = (real) => real } = options;
  const clock = new FakeClock();
  const db = await openStore(() => {}, `recorder-${stores++}`);
  let failure = '';
  let sequence = 0;
  const real = databaseStore(db);
  const store = clock.watch(
    wrap({
      ...real,
      async write(changes) {
        if (failure) throw new DOMException('', failure);
        await real.write(changes);
      },
    }),
  );
  const acknowledged: number[] = [];
  const problems: (string | undefined)[] = [];
  const namedSession = (id: string): Session | undefined =>
    sessions.includes(id)
      ? { id, url: '', title: '', startedAt: clock.wall(), streams: 0, events: 0, bytes: 0, lost: 0 }
      : undefined;
  const start = (): Keep =>
    new Keep(
      async () => store,
      newSession ?? namedSession,
      wireReturns,
      {
        written: (_document, number) => acknowledged.push(number),
        changed() {},
        isGone: () => false,
        storageChanged: (problem) => problems.push(problem),
      },
      clock,
    );

  const recorder: Recorder = {
    clock,
    db,
    keep: start(),
    acknowledged,
    problems,
    failWith(name) {
      failure = name;
    },
    page: (...facts) => recorder.keep.submit(origin(), batch('s', ++sequence, ...facts)),
    http(request, ...facts) {
      const canWait = !request.startsWith('wire-');
      for (const fact of facts) recorder.keep.submitHttp('s', request, fact, canWait);
    },
    restart() {
      recorder.keep = start();
    },
    exchanges: () => db.getAll('exchanges'),
    async text(exchange) {
      const range = IDBKeyRange.bound([exchange], [exchange, []]);
      const segments = await db.getAll('segments', range);
      return Buffer.concat(segments.map((segment) => segment.bytes)).toString();
    },
  };
  return recorder;
}

export function origin(more: Partial<Origin> = {}): Origin {
  return { document: 'd', url: PAGE, top: true, frameId: 0, ...more };
}
