import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import type { Exchange } from '../../src/shared/session/types.ts';
import { openStore } from '../../src/shared/store/open.ts';
import {
  readSegmentAtOffset,
  readSegmentAtTime,
  readSegmentOfEntry,
  readSessions,
  readTailSegment,
} from '../../src/shared/store/read.ts';
import { deleteSession, writeChanges } from '../../src/shared/store/write.ts';

/** Writes an exchange of several segments into a store of its own, and looks things up in it. Runs in a page. */
async function probeStore() {
  const db = await openStore(() => {}, `probe-${Math.random()}`);
  const writer = createSegmentWriter({ exchange: 'x/1' });
  const encoder = new TextEncoder();
  for (let i = 0; i < 4000; i++)
    writer.append(encoder.encode(`id: ${i}\ndata: ${'y'.repeat(290)}\n\n`), 1000 + i);
  writer.end();
  const segments = writer.takeChanged();
  const exchange = { id: 'x/1', stream: 'x', session: 's', number: 1 } as Exchange;
  const nothing = { sessions: [], streams: [], marks: [], documents: [], requests: [], requestsOver: [] };
  await writeChanges(db, { ...nothing, exchanges: [exchange], segments });
  const where = (segment: { index: number; firstEntry: number; base: number } | undefined) =>
    segment && [segment.index, segment.firstEntry, segment.base];
  const third = segments[2]!;
  const result = {
    segments: segments.length,
    expected: where(third),
    byEntry: where(await readSegmentOfEntry(db, 'x/1', third.firstEntry + 5)),
    byFirstEntry: where(await readSegmentOfEntry(db, 'x/1', third.firstEntry)),
    byOffset: where(await readSegmentAtOffset(db, 'x/1', third.base + 1000)),
    byTime: where(await readSegmentAtTime(db, 'x/1', third.firstTime + 3)),
    before: where(await readSegmentAtTime(db, 'x/1', 5)) ?? 'none',
    tail: (await readTailSegment(db, 'x/1'))?.index,
    other: where(await readSegmentOfEntry(db, 'x/2', 0)) ?? 'none',
    left: -1,
  };
  await deleteSession(db, 's');
  result.left = (await db.count('segments')) + (await db.count('exchanges'));
  db.close();
  return result;
}

/** Makes a store as the first version of the extension did, and opens it with this one. Runs in a page. */
async function probeUpgrade() {
  const name = `upgrade-${Math.random()}`;
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      const db = request.result;
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
    };
    request.onsuccess = () => {
      const db = request.result;
      const put = db
        .transaction('sessions', 'readwrite')
        .objectStore('sessions')
        .put({ id: 'old', startedAt: 5, title: 'kept' });
      put.onsuccess = () => {
        db.close();
        resolve();
      };
    };
    request.onerror = () => reject(request.error);
  });
  const db = await openStore(() => {}, name);
  const result = {
    stores: [...db.objectStoreNames],
    sessions: (await readSessions(db)).map(({ title }) => title),
  };
  db.close();
  return result;
}

Object.assign(globalThis, { probeStore, probeUpgrade });
