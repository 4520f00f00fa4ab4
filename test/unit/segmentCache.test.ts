import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { exportSource } from '../../src/devtools/query/exportSource.ts';
import { segmentsFrom } from '../../src/devtools/query/readIndex.ts';
import { StreamIndex } from '../../src/devtools/query/streamIndex.ts';
import { entryText } from '../../src/devtools/reading/entryText.ts';
import { readRows } from '../../src/devtools/reading/readRows.ts';
import { createSegmentCache, type SegmentCache } from '../../src/devtools/reading/segmentCache.ts';
import { entryBytes } from '../../src/shared/segment/readSegment.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import type { Exchange, Session, Stream } from '../../src/shared/session/types.ts';
import { type Database, openStore } from '../../src/shared/store/open.ts';
import { holdsLater } from '../support/properties.ts';

const db = await openStore(() => {}, 'segment cache');
afterAll(() => db.close());
const encoder = new TextEncoder();
let made = 0;

/** An exchange that grows: appended, flushed to the store, and read, in any order. */
class Growing {
  readonly id = `x/${++made}`;
  readonly writer = createSegmentWriter({ exchange: this.id });
  /** Blocks that are in the store. */
  stored: string[] = [];
  #appended: string[] = [];
  #bytesStored = 0;
  #rest = '';
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Appends the next bytes of a block; a new block begins when the one before is over. */
  append(size: number, chunk: number): void {
    if (this.#rest === '') {
      const n = this.#appended.length;
      const block = `data: ${n} ${String.fromCharCode(97 + (n % 26)).repeat(size)}\n\n`;
      this.#appended.push(block);
      this.#rest = block;
    }
    this.writer.append(encoder.encode(this.#rest.slice(0, chunk)), 1000 + this.writer.bytes);
    this.#rest = this.#rest.slice(chunk);
  }

  async flush(): Promise<void> {
    for (const segment of this.writer.takeChanged()) await this.#db.put('segments', segment);
    this.stored = this.#appended.slice(0, this.writer.entries);
    this.#bytesStored = this.writer.bytes;
  }

  exchanges(): Exchange[] {
    return [
      {
        id: this.id,
        stream: 's',
        session: 'a',
        number: 1,
        firstEntry: 0,
        entries: this.stored.length,
        bytes: this.#bytesStored,
        startedAt: 0,
      } as Exchange,
    ];
  }

  /** Rows, detail, bytes and what is copied of some entries. */
  async check(cache: SegmentCache, ordinals: readonly number[]): Promise<void> {
    const wanted = ordinals.filter((n) => n < this.stored.length);
    const rows = await readRows(cache, this.exchanges(), wanted);
    expect(rows.map(({ n }) => n)).toEqual(wanted);
    for (const row of rows) {
      const block = this.stored[row.n]!;
      const data = block.slice(6, -2);
      expect(row.preview).toBe(data.slice(0, 400));
      const segment = (await cache.ofEntry(this.id, row.ordinal))!;
      const i = row.ordinal - segment.firstEntry;
      const source = (index: number) => cache.at(this.id, index);
      const bytes = await entryBytes(segment, i, source);
      // Compared by length first: a difference of 600 kB is no message to read.
      expect(bytes.length).toBe(block.length);
      expect(new TextDecoder().decode(bytes) === block).toBe(true);
      expect((await entryText(segment, i, row, source)) === data).toBe(true);
    }
  }
}

// A block of up to 700 kB spans up to four segments of 256 KiB.
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      size: fc.integer({ min: 1, max: 700_000 }),
      chunk: fc.integer({ min: 1, max: 300_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant('flush' as const) },
  { weight: 2, arbitrary: fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 }) },
);

test('rows, detail and bytes are right at every moment while an exchange grows', async () => {
  await holdsLater(
    'segment cache',
    [fc.array(step, { minLength: 4, maxLength: 24 })],
    async (steps) => {
      const growing = new Growing(db);
      const cache = createSegmentCache(db);
      for (const one of steps) {
        if (one === 'flush') await growing.flush();
        else if (Array.isArray(one)) await growing.check(cache, one);
        else growing.append(one.size, one.chunk);
      }
      await growing.flush();
      await growing.check(
        cache,
        growing.stored.map((_, n) => n),
      );
      await db.delete('segments', IDBKeyRange.bound([growing.id], [growing.id, []]));
    },
    150,
  );
});

test('a followed stream of events in two segments each', async () => {
  const growing = new Growing(db);
  const cache = createSegmentCache(db);
  for (let i = 0; i < 60; i++) {
    growing.append(100_000, 16_384);
    await growing.flush();
    await growing.check(
      cache,
      growing.stored.map((_, n) => n),
    );
  }
});

test('a segment that grows between two batches of a reading is not left short', async () => {
  const growing = new Growing(db);
  const stored = () => db.count('segments', IDBKeyRange.bound([growing.id], [growing.id, []]));
  // 16 segments are one batch: the last of them is the tail when it is read.
  while ((await stored()) < 16) {
    growing.append(50_000, 60_000);
    await growing.flush();
  }
  for (let i = 0; i < 12; i++) growing.append(50_000, 60_000);
  const later = growing.writer.takeChanged();
  const reading = segmentsFrom(db, growing.id, 0);
  const first = reading.next();
  // Written when the first batch is on its way, and before the second one is asked for.
  const tx = db.transaction('segments', 'readwrite');
  for (const segment of later) void tx.store.put(segment);
  const index = new StreamIndex();
  for (let next = await first; !next.done; next = await reading.next()) {
    expect(next.value.firstEntry).toBe(index.length);
    index.add(next.value, 0);
  }
  await tx.done;
});

test('what is read of a stream that goes on is what there was at the beginning, each time', async () => {
  const growing = new Growing(db);
  for (let i = 0; i < 12; i++) growing.append(90_000, 40_000);
  await growing.flush();
  const [exchange] = growing.exchanges();
  await db.put('sessions', { id: 'a', url: '', startedAt: 0 } as Session);
  await db.put('streams', { id: 's', session: 'a', number: 1 } as Stream);
  await db.put('exchanges', exchange!);
  const source = await exportSource(db, 'a', undefined);
  for (let i = 0; i < 3; i++) {
    let bytes = 0;
    let entries = 0;
    for await (const segment of source.segments(growing.id)) {
      bytes += segment.bytes.length;
      entries += segment.kinds.length;
      expect(segment.chunkEnds.at(-1)).toBe(segment.bytes.length);
    }
    expect({ bytes, entries }).toEqual({ bytes: exchange!.bytes, entries: exchange!.entries });
    growing.append(90_000, 40_000);
    await growing.flush();
  }
});
