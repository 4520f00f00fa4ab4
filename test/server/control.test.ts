import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONTROL } from '../../src/node/mock/control/controlApi.ts';
import { createMockServer, type MockServer } from '../../src/node/mock/createMockServer.ts';
import { ask } from '../support/httpClient.ts';
import { recordedHar, recordedSession } from '../support/recordedHar.ts';
import { waitFor } from '../support/waitFor.ts';

let server: MockServer;
const event = (n: number) => `id: ${n}\ndata: ${n}\n\n`;
const TEN = Array.from({ length: 10 }, (_, i) => i + 1);

beforeEach(async () => {
  const chunks = TEN.map((n) => [n * 1000, event(n)] as const);
  server = await createMockServer({
    sessions: [await recordedSession({ url: 'https://x/e', connections: [{ chunks, end: 'close' }] })],
    paused: true,
  });
});
afterEach(() => server.close());

async function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await ask(server.url + CONTROL + path, {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    headers: answer.headers,
    json: answer.text ? JSON.parse(answer.text) : undefined,
  };
}

/** A client that goes on reading; `text` is what it has got so far. */
async function listen(): Promise<{ text(): string; over: Promise<string> }> {
  let text = '';
  const count = server.clients.length;
  const over = ask(`${server.url}/e`, {
    started: (response) =>
      response.on('data', (bytes) => {
        text += bytes;
      }),
  }).then(({ ending }) => ending);
  await waitFor('the client', async () => server.clients.length > count);
  return { text: () => text, over };
}

describe('the control API', () => {
  test('wants its token, and no page of another origin', async () => {
    for (const authorization of ['', 'Bearer wrong', `Basic ${server.token}`, `Bearer ${server.token}x`]) {
      const { status, json } = await api('GET', '/status', undefined, { authorization });
      expect([status, json.error.code]).toEqual([401, 'no-token']);
    }
    for (const [origin, status] of [
      ['https://x', 403],
      ['http://localhost:1', 403],
      ['null', 403],
      ['chrome-extension://abc', 200],
      [server.url, 200],
    ] as const)
      expect([origin, (await api('GET', '/status', undefined, { origin })).status]).toEqual([origin, status]);
    expect((await api('GET', '/status', undefined, { host: 'evil.example' })).status).toBe(421);
    expect((await api('GET', '/nothing')).json.error.code).toBe('not-found');
  });

  test('a preflight of an extension is answered without the token', async () => {
    const { status, headers } = await api('OPTIONS', '/sessions', undefined, {
      authorization: '',
      origin: 'moz-extension://abc',
      'access-control-request-headers': 'authorization, content-type',
    });
    expect(status).toBe(204);
    expect(headers['access-control-allow-headers']).toContain('authorization');
    expect(headers['access-control-allow-methods']).toContain('DELETE');
  });

  test('plays step by step, from another place, faster, and holds', async () => {
    const client = await listen();
    await api('POST', '/step');
    await waitFor('one', async () => client.text() === event(1));
    await api('POST', '/step');
    await waitFor('two', async () => client.text() === event(1) + event(2));
    await api('POST', '/seek', { ms: 7500 });
    await api('POST', '/step');
    await waitFor('eight', async () => client.text().endsWith(event(8)));
    const { json } = await api('GET', '/clients');
    expect(json).toMatchObject([
      { paused: true, events: 3, position: 8000, path: '/e', connection: 1, state: 'playing' },
    ]);
    await api('POST', '/speed', { speed: 'max' });
    expect(client.text()).toBe([1, 2, 8].map(event).join(''));
    await api('POST', '/resume');
    await waitFor('all', async () => client.text() === [1, 2, 8, 9, 10].map(event).join(''));
    expect((await api('GET', '/status')).json).toMatchObject({ speed: 'max', paused: false });
    expect((await api('GET', '/statistics')).json).toMatchObject({ connections: 1, clients: 1, events: 5 });
  });

  test('steps by events, however they came', async () => {
    const chunks = [
      [0, event(1) + event(2)],
      [1, 'id: 3\n'],
      [2, `data: 3\n\n${event(4)}`],
    ] as [number, string][];
    await server.add(
      await recordedSession({ url: 'https://x/lumps', connections: [{ chunks, end: 'close' }] }),
    );
    let text = '';
    void ask(`${server.url}/lumps`, {
      started: (response) => response.on('data', (bytes) => (text += bytes)),
    });
    await waitFor('the client', async () => server.clients.length === 1);
    for (const n of [1, 2, 3, 4]) {
      server.step();
      const all = [1, 2, 3, 4].slice(0, n).map(event).join('');
      await waitFor(`event ${n}`, async () => text.length >= all.length);
      expect(text).toBe(all);
    }
  });

  test('sends what somebody writes between two blocks, and breaks connections', async () => {
    const [one, two] = [await listen(), await listen()];
    const { json: clients } = await api('GET', '/clients');
    expect((await api('POST', '/broadcast', { event: 'news', data: 'a\nb', id: '7' })).json).toEqual({
      clients: 2,
    });
    const block = 'event: news\nid: 7\ndata: a\ndata: b\n\n';
    await waitFor('it at both', async () => one.text() === block && two.text() === block);
    await api('POST', '/broadcast', {
      bytes: Buffer.from(': raw\n\n').toString('base64'),
      client: clients[0].id,
    });
    await waitFor('bytes at one', async () => one.text() === `${block}: raw\n\n`);
    expect(two.text()).toBe(block);
    expect((await api('POST', '/broadcast', { event: 'a\nb', data: '' })).json.error.code).toBe('no-event');
    expect((await api('POST', '/broadcast', {})).json.error.code).toBe('bad-request');
    expect((await api('DELETE', `/clients/${clients[0].id}`)).json).toEqual({ clients: 1 });
    expect(await one.over).toBe('broken');
    expect((await api('DELETE', `/clients/${clients[0].id}`)).json.error.code).toBe('no-client');
    expect((await api('DELETE', '/clients')).json).toEqual({ clients: 1 });
    expect(await two.over).toBe('broken');
  });

  test('changes faults under a client that is being served', async () => {
    const client = await listen();
    await api('POST', '/step');
    await waitFor('one', async () => client.text() === event(1));
    expect((await api('PUT', '/faults', { rules: [{ faults: { duplicate: {} } }] })).status).toBe(200);
    await api('POST', '/step');
    await api('POST', '/step');
    await waitFor('two twice', async () => client.text() === event(1) + event(2) + event(2));
    expect((await api('PUT', '/faults', { rules: [{ faults: { drop: {} } }] })).json.error.code).toBe(
      'bad-request',
    );
    const { json } = await api('PUT', '/faults', { rules: [{ faults: { explode: true } }] });
    expect(json.error).toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('additional properties'),
    });
    await api('PUT', '/faults', { rules: [{ faults: { drop: { events: 2 } } }] });
    await api('POST', '/speed', { speed: 'max' });
    await api('POST', '/resume');
    expect(await client.over).toBe('broken');
    expect(client.text()).toBe(event(1) + event(2) + event(2) + event(3) + event(4));
  });

  test('takes session files and gives them up', async () => {
    const har = await recordedHar([{ url: 'https://x/other', connections: [{ chunks: [[0, event(1)]] }] }]);
    const upload = (body: string | Uint8Array, type = 'application/octet-stream') =>
      ask(`${server.url}${CONTROL}/sessions?name=other.har`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.token}`, 'content-type': type },
        body,
      });
    const added = JSON.parse((await upload(har)).text);
    expect(added).toMatchObject({
      name: 'other.har',
      streams: [{ path: '/other', events: 1, connections: 1 }],
    });
    await api('POST', '/resume');
    expect((await ask(`${server.url}/other`)).text).toBe(event(1));
    expect((await api('GET', '/sessions')).json).toHaveLength(2);
    expect((await api('DELETE', `/sessions/${added.id}`)).status).toBe(200);
    expect((await ask(`${server.url}/other`)).status).toBe(404);
    expect((await api('DELETE', `/sessions/${added.id}`)).json.error.code).toBe('no-session');
    const bad = await upload('{"log":{"entries":[]}}');
    expect([bad.status, JSON.parse(bad.text).error.message]).toEqual([
      422,
      expect.stringContaining('no event stream'),
    ]);
    expect((await upload(har, 'text/plain')).status).toBe(415);
  });

  test('ends while somebody listens to it, and while somebody does not read', async () => {
    const chunks = Array.from(
      { length: 200 },
      (_, i) => [0, `data: ${'x'.repeat(100_000)}${i}\n\n`] as const,
    );
    const lazy = await createMockServer({
      sessions: [await recordedSession({ url: 'https://x/e', connections: [{ chunks }] })],
      speed: Infinity,
    });
    const headers = { authorization: `Bearer ${lazy.token}` };
    const listening = ask(`${lazy.url}${CONTROL}/events`, { headers });
    void ask(`${lazy.url}/e`, { started: (response) => response.pause() });
    await waitFor('it to wait', async () => lazy.clients[0]?.state === 'waiting for the client');
    await lazy.close();
    expect((await listening).ending).toBe('end');
  });

  test('tells of changes as an event stream', async () => {
    const events = ask(`${server.url}${CONTROL}/events`, {
      headers: { authorization: `Bearer ${server.token}` },
      until: ({ text }) => text.includes('"speed":5'),
    });
    await api('POST', '/speed', { speed: 5 });
    const { text, headers } = await events;
    expect(headers['content-type']).toBe('text/event-stream');
    expect(text).toMatch(/^event: status\ndata: \{"name":"sse-scope"/);
  });

  test('is described by an OpenAPI document that names every route', async () => {
    const { json } = await api('GET', '/openapi.json');
    expect(json.openapi).toMatch(/^3\./);
    const paths = Object.keys(json.paths).map((path) => path.replace(CONTROL, ''));
    for (const path of [
      '/status',
      '/sessions',
      '/sessions/{id}',
      '/clients',
      '/clients/{id}/step',
      '/seek',
      '/faults',
      '/broadcast',
      '/events',
    ])
      expect(paths).toContain(path);
    const { schema } = json.paths[`${CONTROL}/faults`].put.requestBody.content['application/json'];
    expect(new Ajv({ strict: false }).validate(schema, { rules: [{ faults: { retry: 1 } }] })).toBe(true);
  });

  test('the list page names what is served, and runs nothing of it', async () => {
    const har = await recordedHar([
      { url: 'https://x/%3Cscript%3E?a=<b>', connections: [{ chunks: [[0, event(1)]] }] },
    ]);
    await server.add({ name: '<img src=x onerror=alert(1)>', bytes: new TextEncoder().encode(har) });
    const { text, headers } = await ask(`${server.url}/`);
    expect(text).toContain(`<code>${server.url}/e</code>`);
    expect(text).not.toContain('<img');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });
});
