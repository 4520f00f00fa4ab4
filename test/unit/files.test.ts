import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileName } from '../../src/devtools/library/fileName.ts';
import { writeHar } from '../../src/shared/file/har/writeHar.ts';
import { KEEP_ALL, REDACT_SECRETS } from '../../src/shared/file/source/redact.ts';
import type { SessionSource } from '../../src/shared/file/source/sessionSource.ts';
import { writeBytes, writeCsv, writeNdjson } from '../../src/shared/file/text/writeEvents.ts';
import type { Segment } from '../../src/shared/segment/segment.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import type { Exchange, Session, Stream } from '../../src/shared/session/types.ts';
import { cut, streamBytes } from '../support/arbitraryStream.ts';
import { holdsLater } from '../support/properties.ts';
import { joined } from '../support/streamNotation.ts';

const BEGAN = 1_700_000_000_000;
const encoder = new TextEncoder();

/** A session of one stream, with one exchange for each list of chunks; a chunk comes every 7 ms. */
function sessionOf(
  connections: Uint8Array[][],
  more: { stream?: Partial<Stream>; exchange?: Partial<Exchange> } = {},
) {
  const segments = new Map<string, Segment[]>();
  const exchanges = connections.map((chunks, i): Exchange => {
    const id = `s/1/${i + 1}`;
    const startedAt = BEGAN + i * 1000;
    const writer = createSegmentWriter({ exchange: id });
    chunks.forEach((chunk, j) => void writer.append(chunk, startedAt + 10 + j * 7));
    writer.end();
    segments.set(id, writer.takeChanged());
    return {
      id,
      stream: 's/1',
      session: 's',
      number: i + 1,
      method: 'GET',
      url: 'https://example.com/events?topic=a&token=geheim',
      startedAt,
      respondedAt: startedAt + 5,
      status: 200,
      headers: [['Content-Type', 'text/event-stream']],
      fidelity: 'bytes',
      bytes: writer.bytes,
      entries: writer.entries,
      events: writer.events,
      firstEntry: 0,
      lastEventIdBefore: '',
      endedAt: startedAt + 500,
      end: 'end',
      ...more.exchange,
    };
  });
  const stream = {
    id: 's/1',
    session: 's',
    number: 1,
    transport: 'EventSource',
    method: 'GET',
    url: 'https://example.com/events?topic=a&token=geheim',
    documentUrl: 'https://user:geheim@example.com/',
    stack: 'Error\n    at open (https://example.com/app.js?api_key=geheim:3:7)',
    listeners: ['tick'],
    ...more.stream,
  } as Stream;
  const source: SessionSource = {
    session: { id: 's', url: 'https://example.com/?jwt=geheim', title: 'Page', startedAt: BEGAN } as Session,
    streams: [stream],
    exchanges,
    marks: [
      { session: 's', at: BEGAN + 3, kind: 'navigation', detail: 'https://example.com/#access_token=geheim' },
    ],
    async *segments(exchange) {
      yield* segments.get(exchange) ?? [];
    },
  };
  return source;
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
const harOf = async (source: SessionSource, redactor = REDACT_SECRETS) =>
  JSON.parse(await textOf(writeHar(source, redactor, '1.0')));

describe('a HAR file', () => {
  test('has the stream in its content, the events as Chrome writes them, and the rest under _sse', async () => {
    const chunks = [
      ': hi\n\nid: 1\nevent: tick\ndata: a\n',
      '\nretry: 50\n\ndata: {"b":"ü"}\ndata: 2\n\nda',
    ].map((one) => encoder.encode(one));
    const { log } = await harOf(sessionOf([chunks]));
    expect(log).toMatchObject({ version: '1.2', creator: { name: 'SSE Scope', version: '1.0' } });
    expect(log.pages[0]).toMatchObject({
      id: 'page_1',
      title: 'Page',
      startedDateTime: new Date(BEGAN).toISOString(),
    });
    const [entry] = log.entries;
    expect(entry).toMatchObject({
      startedDateTime: new Date(BEGAN).toISOString(),
      time: 500,
      timings: { send: 0, wait: 5, receive: 495 },
      request: {
        method: 'GET',
        queryString: [
          { name: 'topic', value: 'a' },
          { name: 'token', value: 'REDACTED' },
        ],
      },
      _resourceType: 'eventsource',
    });
    expect(entry.response).toMatchObject({ status: 200, content: { mimeType: 'text/event-stream' } });
    expect(entry.response.content.text).toBe(new TextDecoder().decode(joined(chunks)));
    expect(entry._eventSourceMessages).toEqual([
      { time: (BEGAN + 17) / 1000, eventName: 'tick', eventId: '1', data: 'a' },
      { time: (BEGAN + 17) / 1000, eventName: 'message', eventId: '1', data: '{"b":"ü"}\n2' },
    ]);
    expect(entry._sse).toMatchObject({ number: 1, fidelity: 'bytes', end: 'end' });
    expect(entry._sse.chunks).toEqual([
      [chunks[0]!.length, 10],
      [chunks[0]!.length + chunks[1]!.length, 17],
    ]);
    expect(entry._sse.entries.map((one: { kind: string }) => one.kind)).toEqual([
      'comment',
      'retry',
      'incomplete',
    ]);
    expect(log._sse.streams[0].listeners).toEqual(['tick']);
  });

  test('holds any bytes exactly, in whatever chunks they came', async () => {
    await holdsLater(
      'HAR bytes',
      [streamBytes, fc.array(fc.nat(), { maxLength: 4 })],
      async (bytes, places) => {
        const { log } = await harOf(sessionOf([cut(bytes, places)]));
        const { content } = log.entries[0].response;
        const got =
          content.encoding === 'base64'
            ? new Uint8Array(Buffer.from(content.text, 'base64'))
            : encoder.encode(content.text);
        expect([...got]).toEqual([...bytes]);
        const ends = log.entries[0]._sse.chunks.map(([end]: [number, number]) => end);
        expect(ends.at(-1) ?? 0).toBe(bytes.length);
      },
      2000,
    );
  });

  test('of several segments is the same as of one', async () => {
    const block = `id: 1\ndata: ${'é'.repeat(1000)}\n\n`;
    const bytes = encoder.encode(block.repeat(400));
    // An odd cut: letters lie over the ends of chunks and segments.
    const chunks = cut(bytes, [65_537, 200_001, 262_145, 524_289]);
    const { log } = await harOf(sessionOf([chunks]));
    expect(log.entries[0].response.content.text).toBe(block.repeat(400));
    expect(log.entries[0]._eventSourceMessages).toHaveLength(400);
    expect(log.entries[0]._sse.chunks.map(([end]: [number]) => end)).toEqual([
      65_537,
      200_001,
      262_145,
      524_289,
      bytes.length,
    ]);
  });

  test('has no secret in it, wherever it was, unless it is asked for', async () => {
    const http = {
      request: 'r',
      requestedAt: BEGAN,
      requestHeaders: [
        ['Authorization', 'Bearer geheim'],
        ['cookie', 'a=geheim'],
        ['Referer', 'https://example.com/?sid=geheim&x=1'],
        ['X-Api-Key', 'geheim'],
      ] as [string, string][],
      redirects: [
        {
          at: BEGAN,
          status: 302,
          from: 'https://example.com/a?password=geheim',
          to: 'https://geheim:geheim@example.com/b?signature=geheim',
          headers: [
            ['Set-Cookie', 'geheim'],
            ['Location', '/b?code=geheim'],
          ] as [string, string][],
        },
      ],
      protocol: 'h2',
      remoteAddress: '127.0.0.1',
      fromCache: false,
      evidence: '<a href="/login?secret=geheim">',
      certain: true,
    };
    const headers: [string, string][] = [
      ['Set-Cookie', 'session=geheim'],
      ['Content-Type', 'text/event-stream'],
    ];
    const source = sessionOf([[encoder.encode('data: 1\n\n')]], {
      exchange: { http, headers, error: 'failed at https://example.com/?key=geheim' },
    });
    const masked = await textOf(writeHar(source, REDACT_SECRETS, '1'));
    expect(masked).not.toContain('geheim');
    expect(masked.match(/REDACTED/g)!.length).toBeGreaterThan(15);
    expect(JSON.parse(masked).log.entries[0].request.url).toBe(
      'https://example.com/events?topic=a&token=REDACTED',
    );
    expect((await textOf(writeHar(source, KEEP_ALL, '1'))).match(/geheim/g)!.length).toBeGreaterThan(15);
    for (const write of [writeNdjson, writeCsv]) {
      expect(await textOf(write(source, REDACT_SECRETS))).not.toContain('geheim');
    }
  });
});

test('raw bytes are the bytes', async () => {
  const source = sessionOf([[encoder.encode('data: 1\r\n\r\n')], [new Uint8Array([0xff, 0x0a])]]);
  const pieces: Uint8Array[] = [];
  for await (const piece of writeBytes(source)) pieces.push(piece);
  expect([...joined(pieces)]).toEqual([...encoder.encode('data: 1\r\n\r\n'), 0xff, 0x0a]);
});

test('NDJSON and CSV have a line for each event, or for the chosen ones', async () => {
  const source = sessionOf([
    [encoder.encode(': c\ndata: a,"b"\ndata: c\n\nid: 7\nevent: x\ndata: =1+1\n\n')],
  ]);
  const lines = (await textOf(writeNdjson(source, KEEP_ALL)))
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one));
  expect(lines).toMatchObject([
    { stream: 1, connection: 1, time: BEGAN + 10, type: 'message', id: '', data: 'a,"b"\nc' },
    { type: 'x', id: '7', data: '=1+1' },
  ]);
  const csv = await textOf(writeCsv(source, REDACT_SECRETS));
  expect(csv.split('\r\n')[0]).toBe('stream,url,connection,time,type,id,data');
  expect(csv).toContain('message,,"a,""b""\nc"\r\n');
  // A spreadsheet would run it.
  expect(csv).toContain(",x,7,'=1+1\r\n");
  const chosen = await textOf(writeNdjson(source, KEEP_ALL, (_exchange, ordinal) => ordinal === 2));
  expect(chosen.trim().split('\n')).toHaveLength(1);
});

test('a file is named for what is in it', () => {
  const time = new Date(2026, 0, 2, 3, 4, 5).getTime();
  expect(fileName('https://example.com/api/events?a=1', time, 'har')).toBe(
    'example.com-api-events 2026-01-02 03.04.05.har',
  );
  expect(fileName('no address', time, 'csv')).toBe('session 2026-01-02 03.04.05.csv');
});

test('what is written follows the HAR schema, and ours for what is under _sse', async () => {
  const require = createRequire(import.meta.url);
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
  const schemas = require('har-schema') as Record<string, object>;
  for (const schema of Object.values(schemas)) ajv.addSchema(schema);
  const chunks = [': a\n\ndata: 1\n', '\nretry: 5\n\ndata: \xff'].map((one) =>
    Uint8Array.from(one, (c) => c.charCodeAt(0)),
  );
  const http = {
    request: 'r',
    requestedAt: BEGAN,
    requestHeaders: [['Accept', 'text/event-stream']] as [string, string][],
    redirects: [{ at: BEGAN, status: 302, from: 'https://a/', to: 'https://b/', headers: [] }],
    protocol: 'h2',
    remoteAddress: '[::1]',
    fromCache: false,
    certain: true,
  };
  const har = await harOf(sessionOf([chunks, []], { exchange: { http } }));
  const isHar = ajv.getSchema('har.json')!;
  expect(isHar(har), JSON.stringify(isHar.errors)).toBe(true);
  const isOurs = ajv.compile(JSON.parse(await readFile('docs/session-file.schema.json', 'utf8')));
  expect(isOurs(har), JSON.stringify(isOurs.errors)).toBe(true);
  delete har.log.entries[0]._sse.chunks;
  expect(isOurs(har)).toBe(false);
});
