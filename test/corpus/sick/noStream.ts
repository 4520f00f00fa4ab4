import type { Families } from '../scenario.ts';
import { answered, BEGIN, BROKEN, flow, hears, moments, sentId, source } from '../traffic.ts';

const GONE = { state: 'ended' as const, end: 'error' as const };
const ELSEWHERE = { ...GONE, url: 'https://api.test/events' };
const app = (random: { pick<T>(from: readonly T[]): T }) =>
  random.pick([
    '<!doctype html><html><head></head><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>',
    '<!DOCTYPE html><html lang="en"><body><div id="app"></div><script src="/assets/index-9c.js"></script></body></html>',
    '<html><head><title>Home</title></head><body><h1>Welcome</h1></body></html>',
  ]);

export const NO_STREAM: Families = {
  'statusEnds: refused at once': (random) => {
    const status = random.pick([400, 401, 403, 404, 405, 409, 429, 500, 502, 503, 504]);
    return {
      code: 'statusEnds',
      sketch: {
        stream: GONE,
        connections: [
          answered(random, BEGIN, {
            over: BEGIN + 120,
            status,
            headers: {
              'Content-Type': random.pick(['text/html', 'application/json', 'text/plain']),
              ...(status === 429 ? { 'Retry-After': '30' } : {}),
            },
          }),
        ],
      },
    };
  },
  'statusEnds: after a deploy': (random) => {
    const events = source(random, { ids: 'counting' });
    const chunks = flow(events, moments(random, BEGIN + 100, 300, random.integer(4, 40)));
    const over = chunks.at(-1)![0] + 50;
    return {
      code: 'statusEnds',
      sketch: {
        stream: { ...GONE, ...hears(events) },
        connections: [
          answered(random, BEGIN, {
            chunks,
            over,
            ...(random.chance(0.5) ? { error: random.pick(BROKEN) } : {}),
          }),
          answered(random, over + 3000, {
            over: over + 3090,
            status: random.pick([502, 503]),
            headers: { 'Content-Type': 'text/html' },
            requestHeaders: sentId(events.lastId()),
          }),
        ],
      },
    };
  },
  'wrongType: a page, JSON, or nothing said': (random) => {
    const [type, evidence] = random.pick([
      ['text/html; charset=utf-8', app(random)],
      ['application/json', '{"error":"unauthorized","status":401}'],
      ['application/x-ndjson', '{"n":1}\n{"n":2}\n'],
      ['text/plain', 'data: {"n":1}\n\ndata: {"n":2}\n\n'],
      ['text/html', '<form method="post"><input name="user"><input type="password" name="pw"></form>'],
    ] as const);
    return {
      code: 'wrongType',
      sketch: {
        stream: GONE,
        connections: [
          answered(random, BEGIN, {
            over: BEGIN + 130,
            headers: { 'Content-Type': type },
            evidence,
            more: { end: 'error' },
          }),
        ],
      },
    };
  },
  'redirectedAway: to a page to log in': (random) => {
    const to = random.pick(['http://a.test/login?next=/events', 'https://sso.test/auth', 'http://a.test/']);
    return {
      code: 'redirectedAway',
      sketch: {
        stream: GONE,
        connections: [
          answered(random, BEGIN, {
            over: BEGIN + 200,
            redirects: [
              {
                at: BEGIN + 30,
                status: random.pick([301, 302, 303, 307]),
                from: 'http://a.test/events',
                to,
                headers: [],
              },
            ],
            headers: { 'Content-Type': 'text/html; charset=utf-8' },
            evidence: '<title>Sign in</title><input type="password">',
            more: { end: 'error' },
          }),
        ],
      },
    };
  },
  'charset: not UTF-8': (random) => ({
    code: 'charset',
    sketch: {
      stream: GONE,
      connections: [
        answered(random, BEGIN, {
          over: BEGIN + 60,
          error: 'net::ERR_ABORTED',
          headers: {
            'Content-Type': `text/event-stream; charset=${random.pick(['ISO-8859-1', 'utf8', 'windows-1252', '"latin1"'])}`,
          },
        }),
      ],
    },
  }),
  'cors: not allowed': (random) => {
    const allowed = random.pick(['', 'https://other.test', 'null']);
    return {
      code: 'cors',
      sketch: {
        stream: ELSEWHERE,
        connections: [
          answered(random, BEGIN, {
            over: BEGIN + 90,
            error: 'net::ERR_FAILED',
            headers: allowed ? { 'Access-Control-Allow-Origin': allowed } : {},
            requestHeaders: [['Origin', 'http://a.test']],
          }),
        ],
      },
    };
  },
  'cors: not with credentials': (random) => ({
    code: 'cors',
    sketch: {
      stream: ELSEWHERE,
      connections: [
        answered(random, BEGIN, {
          over: BEGIN + 90,
          error: 'net::ERR_FAILED',
          headers: { 'Access-Control-Allow-Origin': random.pick(['*', 'http://a.test']) },
          requestHeaders: [
            ['Origin', 'http://a.test'],
            ['Cookie', 'sid=1'],
          ],
        }),
      ],
    },
  }),
  'cors: Firefox asks again for ever': (random) => ({
    code: 'cors',
    sketch: {
      browser: 'firefox',
      stream: { ...ELSEWHERE, state: 'reconnecting' },
      connections: Array.from({ length: random.integer(1, 14) }, (_, i) =>
        answered(random, BEGIN + i * 5000, {
          over: BEGIN + i * 5000 + 95,
          error: 'NS_ERROR_DOM_BAD_URI',
          headers: { 'Access-Control-Allow-Origin': 'https://other.test' },
          requestHeaders: [['Origin', 'http://a.test']],
        }),
      ),
    },
  }),
  'neverSent: a policy, or mixed content': (random) => ({
    code: 'neverSent',
    sketch: {
      stream: {
        ...GONE,
        url: random.chance(0.5) ? 'http://plain.test/events' : 'https://api.test/events',
        documentUrl: 'https://a.test/',
      },
      connections: [
        answered(random, BEGIN, {
          answered: false,
          unseen: true,
          over: BEGIN + random.integer(1, 9),
          more: { end: 'error' },
        }),
      ],
      now: BEGIN + 5000,
    },
  }),
  'fromCache: a hit': (random) => {
    const headers = random.pick<Record<string, string>>([
      { Age: String(random.integer(1, 5000)) },
      { 'X-Cache': 'HIT from edge-3' },
      { 'CF-Cache-Status': 'HIT', 'CF-Ray': '8f2' },
      { 'X-Varnish': '32772 32770', Age: '7' },
      { 'X-Vercel-Cache': 'HIT' },
    ]);
    const text = Array.from({ length: 8 }, (_, i) => `id: ${i}\ndata: {"n":${i}}\n\n`).join('');
    let at = BEGIN;
    const connections = Array.from({ length: random.integer(1, 4) }, () => {
      const one = answered(random, at, { headers, over: at + 120, chunks: [[at + 100, text]] });
      at += 3120;
      return one;
    });
    return { code: 'fromCache', sketch: { connections } };
  },
  'contentLength: on a stream': (random) => {
    const length = random.chance(0.4) ? 0 : random.integer(20, 60);
    return {
      code: 'contentLength',
      sketch: {
        connections: [
          answered(random, BEGIN, {
            over: BEGIN + 130,
            headers: { 'Content-Length': String(length) },
            chunks: length ? [[BEGIN + 100, `data: ${'x'.repeat(length - 8)}\n\n`]] : [],
          }),
        ],
      },
    };
  },
  'sixConnections: one waits': (random) => ({
    code: 'sixConnections',
    sketch: {
      stream: { url: 'http://a.test/s?widget=99', state: 'connecting' },
      connections: [answered(random, BEGIN + 100, { answered: false })],
      others: Array.from({ length: random.integer(6, 6) }, (_, i) => ({
        stream: { url: `http://a.test/s?widget=${i}` },
        last: { at: BEGIN + i, protocol: random.pick(['HTTP/1.1', 'http/1.1']) },
      })),
      now: BEGIN + random.integer(2500, 60_000),
    },
  }),
  'cacheable: a finite stream that says nothing of caches': (random) => {
    const events = source(random);
    const chunks = flow(events, moments(random, BEGIN + 100, 200, 8));
    return {
      code: 'cacheable',
      sketch: {
        transport: 'fetch',
        stream: { ...hears(events), state: 'ended', end: 'end' },
        connections: [
          answered(random, BEGIN, { headers: { 'Cache-Control': '' }, chunks, over: chunks.at(-1)![0] + 20 }),
        ],
      },
    };
  },
  'cacheControl: missing': (random) => {
    const events = source(random);
    return {
      code: 'cacheControl',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, {
            headers: { 'Cache-Control': random.pick(['', 'public', 'max-age=60']) },
            chunks: flow(events, moments(random, BEGIN + 100, 200, 8)),
          }),
        ],
      },
    };
  },
  'headersOfHttp1: over HTTP/2': (random) => {
    const events = source(random);
    return {
      code: 'headersOfHttp1',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, {
            protocol: random.pick(['h2', 'h3']),
            headers: random.pick<Record<string, string>>([
              { Connection: 'keep-alive' },
              { 'Keep-Alive': 'timeout=5' },
              { 'Transfer-Encoding': 'chunked' },
            ]),
            chunks: flow(events, moments(random, BEGIN + 100, 200, 8)),
          }),
        ],
      },
    };
  },
};
