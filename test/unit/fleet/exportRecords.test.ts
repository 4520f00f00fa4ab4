import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { recordsAsNdjson, recordsAsParquet } from '../../../src/devtools/query/exportRecords.ts';
import { REDACT_SECRETS } from '../../../src/shared/file/source/redact.ts';
import type { SessionSource } from '../../../src/shared/file/source/sessionSource.ts';
import type { Segment } from '../../../src/shared/segment/segment.ts';
import { createSegmentWriter } from '../../../src/shared/segment/segmentWriter.ts';
import type { Exchange, Session, Stream } from '../../../src/shared/session/types.ts';

/* Rows on show of the panel as files. */

function sourceOf(texts: readonly string[]): SessionSource {
  const segments = new Map<string, Segment[]>();
  let firstEntry = 0;
  const exchanges = texts.map((text, i) => {
    const id = `s/1/${i + 1}`;
    const writer = createSegmentWriter({ exchange: id });
    writer.append(new TextEncoder().encode(text), 1000 + i * 500);
    writer.end();
    segments.set(id, writer.takeChanged());
    const exchange = {
      id,
      stream: 's/1',
      number: i + 1,
      url: 'https://x/e?token=geheim',
      firstEntry,
    } as Exchange;
    firstEntry += writer.entries;
    return exchange;
  });
  return {
    session: { id: 's' } as Session,
    streams: [{ id: 's/1', number: 1, method: 'GET', url: 'https://x/e?token=geheim' } as Stream],
    exchanges,
    marks: [],
    async *segments(id) {
      yield* segments.get(id)!;
    },
  };
}

const source = sourceOf([': c\n\nid: 7\ndata: a\n\nretry: 9\n', 'nonsense: 1\ndata: b\n\n']);

async function parquetOf(isChosen?: (exchange: Exchange, ordinal: number) => boolean) {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of recordsAsParquet(source, isChosen)) pieces.push(piece as Uint8Array<ArrayBuffer>);
  return parquetReadObjects({ file: await new Blob(pieces).arrayBuffer() });
}

test('every kind of record is in the Parquet file, connection after connection', async () => {
  const rows = await parquetOf();
  expect(rows).toMatchObject([
    {
      session: 's',
      stream: 's/1',
      exchange: 's/1/1',
      endpoint: 'GET x/e',
      kind: 'comment',
      n: 1n,
      data: 'c',
    },
    { kind: 'event', event_id: '7', n: 2n, data: 'a', gap_ms: 0 },
    { kind: 'retry', retry_ms: 9n, n: 3n },
    { exchange: 's/1/2', connection: 2, kind: 'problem', problem: 'unknownField', n: 4n, gap_ms: 500 },
    { kind: 'event', n: 5n, data: 'b' },
  ]);
  expect(
    JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
  ).not.toContain('geheim');
});

test('or those that are chosen, and they keep their numbers', async () => {
  const rows = await parquetOf(({ number }, ordinal) => (number === 1 ? ordinal === 2 : ordinal === 1));
  expect(rows).toMatchObject([
    { kind: 'retry', n: 3n },
    { kind: 'event', n: 5n, gap_ms: 0 },
  ]);
});

test('a line of JSON for each', async () => {
  let text = '';
  for await (const piece of recordsAsNdjson(source, () => true, REDACT_SECRETS)) text += piece;
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { stream: 1, connection: 1, time: 1000, kind: 'comment', data: 'c', url: 'https://x/e?token=REDACTED' },
    { kind: 'event', type: 'message', id: '7', data: 'a' },
    { kind: 'retry', retry: 9 },
    { connection: 2, kind: 'problem', problem: 'unknownField' },
    { kind: 'event', data: 'b' },
  ]);
});
