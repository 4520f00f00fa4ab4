import { get, type IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDemo } from '../../demo/server/app.ts';
import { waitFor } from '../support/waitFor.ts';

let demo: FastifyInstance;
let url: string;

beforeEach(async () => {
  demo = createDemo({
    pageFolder: 'dist/demo',
    stocksEvery: 20,
    tokenEvery: 1,
    heartbeatEvery: 30,
    maxBacklog: 200_000,
  });
  url = await demo.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => demo.close());

/** Opens a stream by plain HTTP, and gathers its text. */
async function open(path: string, headers: Record<string, string> = {}) {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(`${url}${path}`, { headers }, resolve).on('error', reject),
  );
  const stream = { response, text: '', ended: false };
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    stream.text += text;
  });
  response.on('close', () => {
    stream.ended = true;
  });
  response.on('error', () => {});
  return stream;
}

const post = (path: string, body: unknown) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

test('a stream says how it is to be treated, welcomes its client, and beats', async () => {
  const stream = await open('/api/stocks');
  expect(stream.response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  await waitFor(
    'quotes and heartbeats',
    () => /^: heartbeat/m.test(stream.text) && /^event: quote$/m.test(stream.text),
  );
  expect(stream.text).toMatch(/^event: welcome\nretry: 2000\ndata: \{"client":\d+\}\n\n/);
  stream.response.destroy();
});

test('a client that comes back catches up, without a gap and without repetition', async () => {
  const first = await open('/api/stocks');
  await waitFor('five quotes', () => (first.text.match(/^id: /gm) ?? []).length >= 5);
  const last = Number([...first.text.matchAll(/^id: (\d+)$/gm)].at(-1)![1]);
  first.response.destroy();
  await new Promise((resolve) => first.response.once('close', resolve));
  const second = await open('/api/stocks', { 'Last-Event-ID': String(last) });
  await waitFor('five more', () => (second.text.match(/^id: /gm) ?? []).length >= 5);
  expect(second.text).toContain(`event: catch-up\ndata: {"after":${last},`);
  const ids = [...second.text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
  expect(ids).toEqual(ids.map((_, i) => last + 1 + i));
  second.response.destroy();
});

test('a broadcast reaches everybody on its channel', async () => {
  const streams = await Promise.all([open('/api/events'), open('/api/events')]);
  const answer = await post('/api/broadcast', { channel: 'events', event: 'news.flash', data: 'a\nb' });
  expect(await answer.json()).toEqual({ reached: 2 });
  for (const stream of streams) {
    await waitFor('it', () => stream.text.includes('event: news.flash\nid: '));
    expect(stream.text).toContain('data: a\ndata: b\n\n');
    stream.response.destroy();
  }
});

test.each<[string, unknown, number, RegExp]>([
  ['too large', { data: 'x'.repeat(70_000) }, 422, /70000 bytes; 65536 are allowed/],
  ['with NUL', { data: 'a\0b' }, 422, /contains NUL/],
  ['without data', {}, 422, /no data/],
  ['with a line end in its type', { event: 'a\nb', data: '' }, 422, /event type/],
  ['for no channel', { channel: 'x', data: '' }, 400, /no such channel/],
])('a message %s is refused with a sentence', async (_name, body, status, sentence) => {
  const answer = await post('/api/broadcast', body);
  expect(answer.status).toBe(status);
  expect(((await answer.json()) as { error: string }).error).toMatch(sentence);
});

test('dropped, stalled and malformed streams', async () => {
  const dropped = await open('/api/news');
  expect(await (await post('/api/control', { action: 'drop', channel: 'news' })).json()).toEqual({
    dropped: 1,
  });
  await waitFor('the end', () => dropped.ended);
  const stream = await open('/api/events');
  await post('/api/control', { action: 'malformed', channel: 'events' });
  await waitFor('malformed blocks', () => stream.text.includes('retry: soon'));
  expect((await post('/api/control', { action: 'explode' })).status).toBe(400);
  stream.response.destroy();
});

test('a client that does not read is let go', async () => {
  const slow = await open('/api/events');
  slow.response.pause();
  let removed = 0;
  for (let i = 0; i < 400 && removed === 0; i++) {
    await post('/api/broadcast', { channel: 'events', data: 'x'.repeat(60_000) });
    const stats = (await (await fetch(`${url}/api/stats`)).json()) as { totals: { removed: number } };
    removed = stats.totals.removed;
  }
  expect(removed).toBe(1);
  slow.response.destroy();
});

test('the chat streams an answer, token by token, to its end', async () => {
  const answer = await post('/api/chat', { messages: [{ role: 'user', content: 'Why?' }] });
  const text = await answer.text();
  expect(text).toMatch(/"finish_reason":"stop"/);
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  expect((await post('/api/chat', { messages: [] })).status).toBe(400);
});

test('beacons are taken and counted; what is no JSON is refused', async () => {
  const beacon = (path: string, body: string) =>
    fetch(`${url}${path}`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body });
  expect((await beacon('/api/metrics', '{"events":1}')).status).toBe(204);
  expect((await beacon('/api/errors', '{"reason":"x"}')).status).toBe(204);
  expect((await beacon('/api/errors', 'x')).status).toBe(400);
  const { metrics } = (await (await fetch(`${url}/api/stats`)).json()) as { metrics: object };
  expect(metrics).toMatchObject({ reports: 1, errors: 1, lastReport: { events: 1 } });
});

test('a shutdown says goodbye to every client', async () => {
  const stream = await open('/api/events');
  await waitFor('the welcome', () => stream.text.includes('welcome'));
  await demo.close();
  await waitFor('the end', () => stream.ended);
  expect(stream.text).toContain('event: shutdown\ndata: {"reason":"The server is shutting down."}\n\n');
});

test('no file outside the page is served', async () => {
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/server.ts']) {
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  }
});
