import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  entryAtOffset,
  entryAtTime,
  entryBytes,
  entryData,
  entryRow,
  entryTime,
  type SegmentSource,
} from '../../src/shared/segment/readSegment.ts';
import { SEGMENT_BYTES, type Segment } from '../../src/shared/segment/segment.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import { EntryKind } from '../../src/shared/sse/types.ts';
import { cut, streamBytes } from '../support/arbitraryStream.ts';
import { holds } from '../support/properties.ts';
import { joined, parseChunks } from '../support/streamNotation.ts';
import { sha256 } from '../support/testServer.ts';

const text = (s: string) => new TextEncoder().encode(s);

/** What a store does: the latest record of each segment. */
function store(segments: Map<number, Segment>, changed: Segment[]): void {
  for (const segment of changed) segments.set(segment.index, segment);
}

/** Writes chunks, one ms apart; with `restartEvery` the writer is made anew from the stored tail now and then. */
function write(chunks: Uint8Array[], restartEvery = Number.POSITIVE_INFINITY): Segment[] {
  const segments = new Map<number, Segment>();
  let writer = createSegmentWriter({ exchange: 'x' });
  chunks.forEach((chunk, i) => {
    if (i > 0 && i % restartEvery === 0) {
      store(segments, writer.takeChanged());
      const tail = structuredClone(segments.get(segments.size - 1));
      writer = createSegmentWriter({ exchange: 'x', events: writer.events, ...(tail ? { tail } : {}) });
    }
    writer.append(chunk, 1000 + i);
  });
  writer.end();
  store(segments, writer.takeChanged());
  return [...segments.values()].sort((a, b) => a.index - b.index);
}

function big(events: number): Uint8Array {
  let block = '';
  for (let i = 0; i < events; i++) block += `id: ${i}\nevent: t${i % 3}\ndata: ${'x'.repeat(i % 50)}\n\n`;
  return text(block);
}

/** A segment with its long columns as hashes: comparing megabytes element by element takes seconds. */
function quick(segment: Segment): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(segment).map(([name, value]) => [
      name,
      value instanceof Object && 'buffer' in value ? sha256(new Uint8Array(value.buffer)) : value,
    ]),
  );
}

const sourceOf =
  (segments: Segment[]): SegmentSource =>
  async (index) =>
    segments[index];

describe('segments', () => {
  const bytes = big(30_000);
  const chunks = cut(
    bytes,
    Array.from({ length: 800 }, (_, i) => i * 1237),
  );
  const segments = write(chunks);
  const entries = parseChunks([bytes]);
  const rows = segments.flatMap((segment) => Array.from(segment.kinds, (_, i) => entryRow(segment, i)));

  test('hold the bytes, and are full before the next one begins', () => {
    expect(segments.length).toBeGreaterThan(3);
    expect(Buffer.compare(joined(segments.map((segment) => segment.bytes)), bytes)).toBe(0);
    for (const segment of segments.slice(0, -1))
      expect(segment.bytes.length).toBeGreaterThanOrEqual(SEGMENT_BYTES);
  });

  test('index every entry once, with its range, type and ID', () => {
    expect(
      rows.map(({ kind, start, end, type, lastEventId }) => ({ kind, start, end, type, lastEventId })),
    ).toEqual(
      entries.map(({ kind, start, end, type, lastEventId }) => ({ kind, start, end, type, lastEventId })),
    );
    expect(rows.map((row) => row.ordinal)).toEqual(rows.map((_, i) => i));
  });

  test('are the same when the writer is restarted from the stored tail', () => {
    expect(write(chunks, 7).map(quick)).toEqual(segments.map(quick));
  });

  test('give the data of an entry that began in an earlier segment', async () => {
    const straddling = segments.flatMap((segment) =>
      Array.from(segment.kinds, (_, i) => ({ segment, i })).filter(
        ({ i }) => segment.lengths[i]! > segment.ends[i]!,
      ),
    );
    expect(straddling.length).toBeGreaterThan(0);
    for (const { segment, i } of straddling) {
      const row = entryRow(segment, i);
      expect(await entryBytes(segment, i, sourceOf(segments))).toEqual(bytes.subarray(row.start, row.end));
      expect(await entryData(segment, i, sourceOf(segments))).toHaveLength(row.value);
    }
  });

  test('find an entry by its time and by a byte offset', () => {
    const segment = segments[2]!;
    for (const i of [0, 1, 500, segment.kinds.length - 1]) {
      const row = entryRow(segment, i);
      expect(entryAtOffset(segment, row.end - 1)).toBe(i);
      const first = entryAtTime(segment, row.time);
      expect(entryTime(segment, first)).toBe(row.time);
      if (first > 0) expect(entryTime(segment, first - 1)).toBeLessThan(row.time);
    }
  });

  test('take at most 48 bytes of index for an event that came in a chunk of its own', () => {
    const one = write(
      Array.from({ length: 10_000 }, (_, i) => text(`id: ${i}\ndata: ${'y'.repeat(80)}\n\n`)),
    );
    let index = 0;
    let count = 0;
    for (const segment of one) {
      count += segment.kinds.length;
      for (const value of Object.values(segment)) {
        if (ArrayBuffer.isView(value) && value !== segment.bytes) index += value.byteLength;
      }
    }
    expect(index / count).toBeLessThanOrEqual(48);
  });
});

test('a chunk larger than a segment goes on in the next, and keeps its time', () => {
  const segments = write([text(`data: ${'x'.repeat(SEGMENT_BYTES * 2)}\n\n`)]);
  expect(segments.map((segment) => segment.continues)).toEqual([true, true, false]);
  expect(entryRow(segments[2]!, 0)).toMatchObject({ kind: EntryKind.event, time: 1000, start: 0 });
});

test('an ID whose line lies across two segments is carried as text', () => {
  const filler = `: ${'x'.repeat(SEGMENT_BYTES - 6)}\n`;
  const segments = write([text(`${filler}id: 4`), text('2\ndata: a\n\ndata: b\n\n')]);
  expect(segments).toHaveLength(2);
  expect(entryRow(segments[1]!, 0).lastEventId).toBe('42');
  expect(entryRow(segments[1]!, 1).lastEventId).toBe('42');
});

test('the ID from before the exchange holds until the stream sets its own', () => {
  const writer = createSegmentWriter({ exchange: 'x', lastEventId: 'before' });
  writer.append(text('data: a\n\nid: 1\ndata: b\n\n'), 1);
  const [segment] = writer.takeChanged();
  expect([0, 1].map((i) => entryRow(segment!, i).lastEventId)).toEqual(['before', '1']);
});

test('chunks added together are the chunks added one by one', () => {
  holds(
    'chunks together',
    [streamBytes, fc.array(fc.nat(), { maxLength: 6 }), fc.boolean()],
    (bytes, at, large) => {
      const filler = large ? [text(`: ${'x'.repeat(SEGMENT_BYTES - 20)}\n`)] : [];
      const chunks = [...filler, ...cut(bytes, at)];
      const all = joined(chunks);
      let end = 0;
      const ends = Uint32Array.from(chunks, (chunk) => (end += chunk.length));
      const times = Float64Array.from(chunks, (_, i) => i);
      const rowsOf = (add: (writer: ReturnType<typeof createSegmentWriter>) => void) => {
        const writer = createSegmentWriter({ exchange: 'x' });
        add(writer);
        writer.end();
        const segments = writer.takeChanged();
        return {
          rows: segments.flatMap((segment) => Array.from(segment.kinds, (_, i) => entryRow(segment, i))),
          times: segments.flatMap((segment) => [...segment.chunkTimes]),
        };
      };
      const together = rowsOf((writer) => writer.appendAll(all, ends, times));
      const single = rowsOf((writer) => {
        for (const [i, chunk] of chunks.entries()) writer.append(chunk, i);
      });
      expect(together).toEqual(single);
    },
    2000,
  );
});

test('restarting anywhere changes nothing', () => {
  holds(
    'segment restarts',
    [streamBytes, fc.array(fc.nat(), { maxLength: 6 }), fc.integer({ min: 1, max: 3 })],
    (bytes, at, every) => {
      const chunks = cut(bytes, at).filter((chunk) => chunk.length > 0);
      expect(write(chunks, every)).toEqual(write(chunks));
    },
  );
});
