import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { STREAM_FIXTURES } from '../fixtures/streams.ts';
import { pause } from './pause.ts';
import { chunksOf } from './streamNotation.ts';

/** What the server saw of one request. */
export interface SeenRequest {
  method: string;
  url: string;
  accept: string;
  lastEventId: string;
  /** The client went before the response was complete. */
  aborted: boolean;
  /** The response is over, in whichever way. */
  closed: boolean;
  /** Bytes that the operating system has taken. */
  written: number;
}

export interface TestServer {
  url: string;
  requests: SeenRequest[];
  close(): Promise<void>;
}

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'Access-Control-Allow-Origin': '*',
};

function newBurst(n: number, size: number): Buffer {
  return Buffer.from(numberedEvents(n, size));
}

const bursts = new Map<string, Buffer>();
function readyBurst(n: number, size: number): Buffer {
  const name = `${n} of ${size}`;
  const bytes = bursts.get(name) ?? newBurst(n, size);
  bursts.set(name, bytes);
  return bytes;
}

/** n numbered events, as the routes below send them. */
export function numberedEvents(n: number, size = 0): string {
  let text = '';
  for (let i = 1; i <= n; i++) text += `event: tick\nid: ${i}\ndata: ${i}${'.'.repeat(size)}\n\n`;
  return text;
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * One route for each difficulty. Pages come from `test/pages`, or as the `html` query of `/page`.
 *
 * @param extra - more files by path, such as a bundle of clients
 */
export async function startTestServer(
  extra: Record<string, { type: string; body: string }> = {},
): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://test');
    const seen: SeenRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      accept: request.headers.accept ?? '',
      lastEventId: String(request.headers['last-event-id'] ?? ''),
      aborted: false,
      closed: false,
      written: 0,
    };
    requests.push(seen);
    response.on('close', () => {
      seen.closed = true;
      seen.aborted = !response.writableFinished;
    });
    answer(request, response, url, seen, extra).catch((error) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  seen: SeenRequest,
  extra: Record<string, { type: string; body: string }>,
): Promise<void> {
  const number = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise);
  const file = extra[url.pathname];
  if (file) {
    response.writeHead(200, { 'Content-Type': file.type, 'Access-Control-Allow-Origin': '*' });
    response.end(file.body);
    return;
  }
  if (request.method === 'OPTIONS') {
    response.writeHead(204, {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': '*',
      'Access-Control-Allow-Methods': '*',
    });
    response.end();
    return;
  }
  switch (url.pathname) {
    case '/page':
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      response.end(
        `<!doctype html><title>${url.searchParams.get('title') ?? 'Test'}</title>${url.searchParams.get('html') ?? ''}`,
      );
      return;

    /** n numbered events at once, then the end. */
    case '/events':
      response.writeHead(200, HEADERS);
      response.end(numberedEvents(number('n', 5), number('size', 0)));
      return;

    /** n numbered events, `every` ms apart, then the end. */
    case '/paced':
      response.writeHead(200, HEADERS);
      for (let i = 1; i <= number('n', 5) && !response.destroyed; i++) {
        response.write(`event: tick\nid: ${i}\ndata: ${i}\n\n`);
        await pause(number('every', 20));
      }
      response.end();
      return;

    /** n numbered events, then silence. */
    case '/open':
      response.writeHead(200, HEADERS);
      response.write(numberedEvents(number('n', 3), number('size', 0)));
      return;

    /** Continues after `Last-Event-ID`, three events a connection, up to n; then 204. */
    case '/resume': {
      const after = Number(seen.lastEventId || 0);
      if (after >= number('n', 9)) {
        response.writeHead(204).end();
        return;
      }
      response.writeHead(200, HEADERS);
      response.write('retry: 50\n\n');
      for (let i = after + 1; i <= Math.min(after + 3, number('n', 9)); i++) {
        response.write(`event: tick\nid: ${i}\ndata: ${i}\n\n`);
      }
      response.end();
      return;
    }

    /**
     * n events as fast as the client takes them: big bursts, with backpressure. They are made while the client waits; with
     * `ready` they were made before.
     */
    case '/burst': {
      response.writeHead(200, HEADERS);
      const make = url.searchParams.has('ready') ? readyBurst : newBurst;
      const bytes = make(number('n', 100_000), number('size', 0));
      for (let from = 0; from < bytes.length && !response.destroyed; from += 65_536) {
        if (!response.write(bytes.subarray(from, from + 65_536))) {
          await new Promise((resolve) => response.once('drain', resolve));
        }
      }
      if (!url.searchParams.has('open')) response.end();
      return;
    }

    /** Writes for ever, as fast as it is read: what is written shows the backpressure. */
    case '/endless': {
      response.writeHead(200, HEADERS);
      const block = Buffer.from(numberedEvents(200, 100));
      while (!response.destroyed) {
        if (!response.write(block)) {
          await new Promise<void>((resolve) => {
            const go = () => {
              response.off('drain', go).off('close', go);
              resolve();
            };
            response.on('drain', go).on('close', go);
          });
        }
        seen.written = response.socket?.bytesWritten ?? seen.written;
        await pause(0);
      }
      return;
    }

    /** Breaks off in the middle of a block. */
    case '/reset':
      response.writeHead(200, HEADERS);
      response.write(`${numberedEvents(2)}data: unfinis`);
      await pause(50);
      response.destroy();
      return;

    case '/status':
      response.writeHead(number('code', 500), { ...HEADERS, 'Content-Type': 'text/plain' });
      response.end('no stream here');
      return;

    case '/html':
      response.writeHead(200, { 'Content-Type': 'text/html', 'Access-Control-Allow-Origin': '*' });
      response.end('<p>not a stream</p>');
      return;

    case '/redirect':
      response.writeHead(302, { Location: '/events?n=3', 'Access-Control-Allow-Origin': '*' });
      response.end();
      return;

    /** The bytes of a fixture, each chunk in a write of its own, then the end. */
    case '/fixture': {
      const fixture = STREAM_FIXTURES[number('index', 0)];
      if (!fixture) break;
      response.writeHead(200, HEADERS);
      for (const chunk of chunksOf(fixture.stream)) {
        if (chunk.length > 0) response.write(chunk);
        if (fixture.stream.includes('|')) await pause(2);
      }
      response.end();
      return;
    }

    /** An answer of a language model, as OpenAI's chat completions stream it. */
    case '/v1/chat/completions': {
      response.writeHead(200, HEADERS);
      for (const content of ['Hello', ', ', 'world', '!']) {
        const delta = {
          id: 'c1',
          object: 'chat.completion.chunk',
          model: 'm',
          created: 1,
          choices: [{ index: 0, delta: { content }, finish_reason: null }],
        };
        response.write(`data: ${JSON.stringify(delta)}\n\n`);
        await pause(5);
      }
      response.end('data: [DONE]\n\n');
      return;
    }

    /** The same, as Anthropic's messages stream it. */
    case '/v1/messages': {
      response.writeHead(200, HEADERS);
      const events: [string, object][] = [
        [
          'message_start',
          {
            message: {
              id: 'm1',
              type: 'message',
              role: 'assistant',
              model: 'm',
              content: [],
              stop_reason: null,
              stop_sequence: null,
              usage: { input_tokens: 1, output_tokens: 0 },
            },
          },
        ],
        ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
        ['ping', {}],
        ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello, ' } }],
        ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'world!' } }],
        ['content_block_stop', { index: 0 }],
        [
          'message_delta',
          { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 4 } },
        ],
        ['message_stop', {}],
      ];
      for (const [event, data] of events) {
        response.write(`event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`);
        await pause(5);
      }
      response.end();
      return;
    }

    /** GraphQL over SSE, distinct connections mode. */
    case '/graphql':
      response.writeHead(200, HEADERS);
      response.write(':\n\n');
      for (const i of [1, 2, 3]) response.write(`event: next\ndata: {"data":{"count":${i}}}\n\n`);
      response.end('event: complete\ndata:\n\n');
      return;

    /** MCP, streamable HTTP: answers each JSON-RPC request by a stream of its own. */
    case '/mcp': {
      if (request.method !== 'POST') {
        response.writeHead(405, { 'Access-Control-Allow-Origin': '*' }).end();
        return;
      }
      let body = '';
      for await (const piece of request) body += piece;
      const { id, method } = JSON.parse(body) as { id?: number; method: string };
      if (id === undefined) {
        response.writeHead(202, { 'Access-Control-Allow-Origin': '*' }).end();
        return;
      }
      const result =
        method === 'initialize'
          ? {
              protocolVersion: '2025-03-26',
              capabilities: { tools: {} },
              serverInfo: { name: 'test', version: '1' },
            }
          : { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] };
      response.writeHead(200, HEADERS);
      response.end(`event: message\nid: ${id}\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`);
      return;
    }
  }
  const page = /^\/pages\/([\w.-]+)$/.exec(url.pathname)?.[1];
  if (page) {
    response.writeHead(200, {
      'Content-Type': page.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8',
    });
    response.end(await readFile(join('test/pages', page)));
    return;
  }
  response.writeHead(404, { 'Content-Type': 'text/plain' });
  response.end();
}
