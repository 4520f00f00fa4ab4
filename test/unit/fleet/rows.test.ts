import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryText } from '../../../src/devtools/reading/entryText.ts';
import { parseMasks } from '../../../src/shared/file/mask/parseMasks.ts';
import { KEEP_ALL } from '../../../src/shared/file/source/redact.ts';
import { endpointOf } from '../../../src/shared/fleet/rows/endpoint.ts';
import { createRecordRows, KINDS } from '../../../src/shared/fleet/rows/recordRows.ts';
import { createRowBuffer } from '../../../src/shared/fleet/rows/rowBuffer.ts';
import { RECORDS } from '../../../src/shared/fleet/schema/recordsTable.ts';
import { entryLastEventId, entryRow, entrySize, entryTime } from '../../../src/shared/segment/readSegment.ts';
import { createSegmentWriter } from '../../../src/shared/segment/segmentWriter.ts';
import { EntryKind } from '../../../src/shared/sse/types.ts';
import { cut, streamBytes } from '../../support/arbitraryStream.ts';
import { ID, objectsOf, rowsOf } from '../../support/fleet.ts';
import { holdsLater } from '../../support/properties.ts';
import { recordedHar } from '../../support/recordedHar.ts';

const BEGAN = 1_700_000_000_000;
const place = { host: 'x', session: 's', stream: 's/1', endpoint: 'GET x/e', release: '' };

test('a record has what the panel shows of its entry', async () => {
  await holdsLater(
    'records',
    [streamBytes, fc.array(fc.nat(), { maxLength: 4 })],
    async (bytes, places) => {
      const writer = createSegmentWriter({ exchange: 'x', lastEventId: '9é' });
      cut(bytes, places).forEach((chunk, i) => void writer.append(chunk, 1000 + i * 7));
      writer.end();
      const rows = createRowBuffer(RECORDS);
      const records = createRecordRows(
        rows,
        { place, exchange: 'x', number: 3, before: 10, timeBefore: 900 },
        { keepsData: true },
      );
      const expected: object[] = [];
      let last = 900;
      for (const segment of writer.takeChanged()) {
        await records.add(segment);
        for (let i = 0; i < segment.kinds.length; i++) {
          const row = entryRow(segment, i);
          const says = row.kind !== EntryKind.retry && row.kind !== EntryKind.problem;
          expected.push({
            n: 10 + row.ordinal + 1,
            arrived_at: entryTime(segment, i),
            gap_ms: entryTime(segment, i) - last,
            kind: KINDS[row.kind],
            type: row.type,
            event_id: entryLastEventId(segment, i),
            size: entrySize(segment, i),
            data: says ? await entryText(segment, i, row, () => Promise.resolve(undefined)) : null,
          });
          last = entryTime(segment, i);
        }
      }
      const shown = objectsOf(rows).map(({ n, arrived_at, gap_ms, kind, type, event_id, size, data }) => ({
        n,
        arrived_at,
        gap_ms,
        kind,
        type,
        event_id,
        size,
        data,
      }));
      expect(shown).toEqual(expected);
    },
    3000,
  );
});

test('an event of several segments is one record with all of its data', async () => {
  const data = `begin${'x'.repeat(700_000)}end`;
  const { records } = await rowsOf(`data: first\n\ndata: ${data}\n\n: c\n\ndata: last\n\n`);
  expect(records.columns.data).toEqual(['first', data, 'c', 'last']);
  expect(records.columns.ordinal).toEqual([0, 1, 2, 3]);
  expect(records.columns.n).toEqual([1, 2, 3, 4]);
});

const reconnecting = () =>
  recordedHar([
    {
      url: 'https://ada:pw@api.example:8443/rooms/42/stream?token=secret&x=1',
      connections: [
        {
          chunks: [
            [40, 'id: 1\ndata: {"email":"ada@example.org"}\n\n'],
            [90, 'id: 2\ndata: b\n\nretry: 500\n\n: beat\n\n'],
          ],
          end: 'error',
          endAt: 100,
        },
        { began: 700, chunks: [[25, 'id: 5\ndata: c\n\n']], endAt: 60 },
      ],
    },
  ]);

test('a recording that reconnects: every table', async () => {
  const { sessions, streams, exchanges, records, gaps, findings, counts } = await rowsOf(
    await reconnecting(),
  );
  const [stream] = objectsOf(streams);
  expect(stream).toMatchObject({
    session: ID,
    stream: `${ID}/1`,
    logical: `${ID}/1`,
    host: 'api.example:8443',
    endpoint: 'GET api.example:8443/rooms/:id/stream',
    url: 'https://REDACTED@api.example:8443/rooms/42/stream?token=REDACTED&x=1',
    release: '1.2',
    transport: 'EventSource',
    exchanges: 2,
    records: 5,
    events: 3,
    day: Math.floor(BEGAN / 86_400_000),
    opened_at: BEGAN,
  });
  expect(objectsOf(exchanges)).toMatchObject([
    {
      exchange: `${ID}/1/1`,
      first_byte_ms: 40,
      first_event_ms: 40,
      longest_silence_ms: 50,
      silence_at_end_ms: 10,
      duration_ms: 100,
      cause: 'lost',
      ended_by: 'error',
      status: 200,
      comments: 1,
      times_from: 'chunks',
    },
    { exchange: `${ID}/1/2`, first_byte_ms: 25, cause: 'end', events: 1, started_at: BEGAN + 700 },
  ]);
  expect(objectsOf(gaps)).toMatchObject([
    {
      exchange: `${ID}/1/1`,
      next_exchange: `${ID}/1/2`,
      from_at: BEGAN + 90,
      gap_ms: 635,
      cause: 'lost',
      attempts: 1,
      waited_ms: 600,
      expected_ms: 500,
      lost: 2,
      repeated: 0,
    },
    // The server ended it, and nobody has come back.
    { exchange: `${ID}/1/2`, next_exchange: null, to_at: null, gap_ms: null, cause: 'end' },
  ]);
  expect(records.columns.kind).toEqual(['event', 'event', 'retry', 'comment', 'event']);
  expect(records.columns.retry_ms).toEqual([null, null, 500, null, null]);
  expect(records.columns.connection).toEqual([1, 1, 1, 1, 2]);
  expect(records.columns.gap_ms).toEqual([null, 50, 0, 0, 635]);
  expect(findings.columns.code).toContain('eventsLost');
  expect(counts).toEqual({ records: 5, events: 3, bytes: 91 });
  expect(objectsOf(sessions)).toMatchObject([
    { session: ID, records: 5, events: 3, has_data: true, streams: 1 },
  ]);
});

test('without data, none of it is in any table', async () => {
  const har = await recordedHar([
    {
      url: 'https://api.example/chat',
      transport: 'fetch',
      connections: [
        {
          chunks: [
            [
              10,
              'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"needle"}}]}\n\n',
            ],
            [20, 'data: {"error":{"message":"needle","code":429}}\n\n: needle\n\n'],
          ],
        },
      ],
    },
    {
      url: 'https://api.example/mcp',
      transport: 'fetch',
      connections: [
        { chunks: [[10, 'data: {"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"needle"}}\n\n']] },
      ],
    },
  ]);
  const textOf = async (keepsData: boolean): Promise<string> => {
    const { counts: _, ...tables } = await rowsOf(har, { keepsData });
    return JSON.stringify(Object.values(tables).map(objectsOf));
  };
  expect((await textOf(true)).split('needle').length - 1).toBeGreaterThan(4);
  expect(await textOf(false)).not.toContain('needle');
});

test('masks reach the data, and what is made of it', async () => {
  const { masks } = parseMasks('$.email\n/beat/');
  const { records } = await rowsOf(await reconnecting(), { masks });
  expect(records.columns.data).toEqual(['{"email":"xxxxxxxxxxxxxxx"}', 'b', null, 'xxxx', 'c']);
});

test('secrets stay where they are wanted', async () => {
  const { streams } = await rowsOf(await reconnecting(), { redactor: KEEP_ALL });
  expect(streams.columns.url[0]).toContain('token=secret');
});

test('the answer of a model, and calls', async () => {
  const chunk = (more: object) =>
    `data: ${JSON.stringify({ object: 'chat.completion.chunk', model: 'm-1', ...more })}\n\n`;
  const { answers, calls } = await rowsOf(
    await recordedHar([
      {
        url: 'https://llm.example/v1/chat/completions',
        method: 'POST',
        transport: 'fetch',
        connections: [
          {
            chunks: [
              [100, chunk({ choices: [{ index: 0, delta: { role: 'assistant' } }] })],
              [350, chunk({ choices: [{ index: 0, delta: { content: 'Hello' } }] })],
              [850, chunk({ choices: [{ index: 0, delta: { content: ' you' }, finish_reason: 'stop' }] })],
              [
                860,
                `${chunk({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 20, total_tokens: 27 } })}data: [DONE]\n\n`,
              ],
            ],
          },
        ],
      },
      {
        url: 'https://llm.example/mcp',
        method: 'POST',
        transport: 'fetch',
        connections: [
          { chunks: [[30, 'data: {"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no"}}\n\n']] },
        ],
      },
    ]),
  );
  expect(objectsOf(answers)).toMatchObject([
    {
      number: 0,
      format: 'openai-chat',
      model: 'm-1',
      status: 'complete',
      finish: 'stop',
      ttft_ms: 350,
      first_text_ms: 350,
      output_ms: 500,
      input_tokens: 7,
      output_tokens: 20,
      tokens_per_s: 40,
      text_chars: 9,
      text: 'Hello you',
    },
  ]);
  expect(objectsOf(calls)).toMatchObject([
    { rpc_id: '7', outcome: 'error', error_code: -32601, error_message: 'no', answered_ms: 30 },
  ]);
});

test('a file without times has none: neither gaps of time nor silences', async () => {
  const { exchanges, records } = await rowsOf('data: a\n\ndata: b\n\n');
  expect(objectsOf(exchanges)).toMatchObject([
    {
      times_from: 'estimate',
      first_byte_ms: null,
      first_event_ms: null,
      longest_silence_ms: null,
      heartbeat_ms: null,
    },
  ]);
  expect(records.columns.arrived_at).toEqual([BEGAN, BEGAN]);
});

test.each([
  ['GET', 'https://x.test/a/12/b?c=1#d', 'GET x.test/a/:id/b'],
  ['GET', 'https://x.test:81/6f9619ff-8b86-d011-b42d-00c04fc964ff', 'GET x.test:81/:id'],
  ['POST', 'https://x.test/v1/chat/completions', 'POST x.test/v1/chat/completions'],
  ['GET', 'https://x.test/thread_abc123DEF456ghi789/runs', 'GET x.test/:id/runs'],
  ['GET', 'https://u:p@x.test/', 'GET x.test/'],
  ['GET', 'answer.sse?token=1', 'GET answer.sse'],
  ['GET', '//u:p@x?y', 'GET //x'],
])('%s %s is counted under %s', (method, url, endpoint) => {
  expect(endpointOf(method, url)).toBe(endpoint);
});
