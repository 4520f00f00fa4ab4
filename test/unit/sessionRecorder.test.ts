import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createSessionRecorder } from '../../src/node/record/sessionRecorder.ts';
import { KEEP_ALL } from '../../src/shared/file/source/redact.ts';
import { SEGMENT_BYTES } from '../../src/shared/segment/segment.ts';

/* What `record` and `proxy` record into: memory holds a part of it, the file all. */

const folder = mkdtempSync(join(tmpdir(), 'sse-scope-recorder-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PIECE = 64 << 10;
const request = (n: number) => ({
  url: `https://a.test/${n}`,
  method: 'GET',
  transport: 'EventSource' as const,
  documentUrl: '',
});
/** An event of exactly {@link PIECE} bytes, which tells which one it is. */
function piece(stream: number, n: number): Buffer {
  const head = `id: ${stream}-${n}\ndata: `;
  return Buffer.from(`${head}${String(n % 10).repeat(PIECE - head.length - 2)}\n\n`);
}

async function saved(recorder: ReturnType<typeof createSessionRecorder>) {
  const path = join(folder, 'out.har');
  await recorder.save(path, KEEP_ALL);
  return JSON.parse(readFileSync(path, 'utf8')).log;
}

test('memory holds at most a segment of each open exchange, and the file every byte in its order', async () => {
  const recorder = createSessionRecorder('https://a.test/', 'test', { folder });
  const streams = [1, 2, 3].map((n) => recorder.stream(request(n)));
  const open = streams.map((stream) => stream.exchange([]));
  for (const one of open) one.responded(200, [['Content-Type', 'text/event-stream']], 'HTTP/1.1', '');
  let most = 0;
  for (let n = 0; n < 100; n++) {
    for (const [i, one] of open.entries()) {
      one.chunk(piece(i, n));
      most = Math.max(most, recorder.held);
    }
  }
  expect(recorder.bytes).toBe(300 * PIECE);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(3 * (SEGMENT_BYTES + PIECE));
  // One is still open when it is saved.
  for (const one of open.slice(1)) one.ended('end');
  const { entries, _sse } = await saved(recorder);
  expect(entries).toHaveLength(3);
  for (const [i, entry] of entries.entries()) {
    const wanted = Array.from({ length: 100 }, (_, n) => piece(i, n).toString()).join('');
    expect(entry.response.content.text === wanted).toBe(true);
    expect(entry._sse.chunks).toHaveLength(100);
    expect(_sse.streams[i]).toMatchObject({ events: 100, bytes: 100 * PIECE, exchanges: 1 });
  }
  open[0]!.ended('close');
  expect((await saved(recorder)).entries[0]._sse.end).toBe('close');
  recorder.close();
  expect(readdirSync(folder)).toEqual(['out.har']);
});

test('what is over leaves nothing in memory, however many there are', async () => {
  const recorder = createSessionRecorder('https://a.test/', 'test', { folder });
  const stream = recorder.stream(request(1));
  for (let n = 1; n <= 3000; n++) {
    const exchange = stream.exchange([['Accept', 'text/event-stream']]);
    if (n % 2 === 0) exchange.chunk(Buffer.from(`id: ${n}\ndata: x\n\n`));
    exchange.ended('error', 'nobody there');
    expect(recorder.held).toBe(0);
  }
  expect(stream.lastEventId).toBe('3000');
  const { entries, _sse } = await saved(recorder);
  expect(entries).toHaveLength(3000);
  expect(entries[2998]._sse).toMatchObject({ number: 2999, lastEventIdBefore: '2998', firstEntry: 1499 });
  expect(_sse.streams).toMatchObject([{ exchanges: 3000, events: 1500 }]);
  recorder.close();
});

test('a full disk, or the largest file, ends the recording with a sentence and loses nothing before', async () => {
  const recorder = createSessionRecorder('https://a.test/', 'test', {
    folder,
    mostBytes: 10 * SEGMENT_BYTES,
  });
  const exchange = recorder.stream(request(1)).exchange([]);
  let written = 0;
  while (!recorder.full.aborted && written < 1000) exchange.chunk(piece(0, written++));
  expect(recorder.full.reason.message).toMatch(/^The recording ends here: .* What came before is kept\.$/);
  const { events } = recorder;
  expect(events).toBe(written);
  exchange.chunk(piece(0, 1));
  const late = recorder.stream(request(2)).exchange([]);
  late.chunk(piece(1, 1));
  late.ended('end');
  expect([recorder.events, recorder.held < 2 * SEGMENT_BYTES]).toEqual([events, true]);
  exchange.ended('end');
  const { entries } = await saved(recorder);
  expect(entries).toHaveLength(1);
  const wanted = Array.from({ length: written }, (_, n) => piece(0, n).toString()).join('');
  expect(entries[0].response.content.text === wanted).toBe(true);
  recorder.close();
});

test('a folder that cannot be written is said at the start', () => {
  expect(() => createSessionRecorder('x', 'x', { folder: join(folder, 'nowhere') })).toThrow(
    /^Nothing can be written in .*nowhere: ENOENT\.$/,
  );
});
