import type { Chunk, ConnectionSketch } from '../../support/scene.ts';
import type { Families } from '../scenario.ts';
import { answered, BEGIN, BROKEN, flow, hears, moments, sentId, source } from '../traffic.ts';

export const COMING_BACK: Families = {
  'endlessRerequest: the last event says so': (random) => {
    const last = random.pick([
      'event: done\ndata: {}\n\n',
      'event: complete\ndata: 1\n\n',
      'event: end\ndata: bye\n\n',
      'data: [DONE]\n\n',
    ]);
    const type = /event: (\w+)/.exec(last)?.[1] ?? 'message';
    let at = BEGIN;
    const retry = random.pick([1000, 3000, 5000]);
    const connections = Array.from({ length: random.integer(3, 8) }, (_, run) => {
      const events = source(random, { type: 'message', run, ids: 'none' });
      const chunks = flow(events, moments(random, at + 100, random.integer(80, 400), random.integer(2, 9)));
      const end = chunks.at(-1)![0] + 100;
      chunks.push([end, last]);
      const one = answered(random, at, { chunks, over: end + random.integer(1, 30) });
      at = end + retry;
      return one;
    });
    return { code: 'endlessRerequest', sketch: { stream: { listeners: ['message', type] }, connections } };
  },
  'endlessRerequest: the same each time': (random) => {
    const events = source(random, { type: 'message', ids: 'none' });
    const texts = Array.from({ length: random.integer(3, 9) }, () => events.next(BEGIN));
    let at = BEGIN;
    const connections = Array.from({ length: random.integer(3, 6) }, () => {
      const chunks = texts.map((text, i): Chunk => [at + 100 + i * 150, text]);
      const one = answered(random, at, { chunks, over: chunks.at(-1)![0] + random.integer(5, 40) });
      at = chunks.at(-1)![0] + 3000;
      return one;
    });
    return { code: 'endlessRerequest', sketch: { connections } };
  },
  'reconnectStorm: an end after each event': (random) => {
    const gap = random.integer(30, 600);
    const events = source(random, { ids: 'counting', type: 'message' });
    const connections = Array.from({ length: random.integer(16, 60) }, (_, i): ConnectionSketch => {
      const at = BEGIN + i * gap;
      const id = events.lastId();
      return {
        at,
        answered: at + 5,
        over: at + 20,
        chunks: [[at + 8, events.next(at)]],
        ...(id ? { requestHeaders: sentId(id) } : {}),
      };
    });
    return { code: 'reconnectStorm', sketch: { connections } };
  },
  'retryTooLong: minutes': (random) => {
    const events = source(random, { ids: 'counting' });
    const chunks: Chunk[] = [
      [BEGIN + 95, `retry: ${random.integer(90, 3600) * 1000}\n\n`],
      ...flow(events, moments(random, BEGIN + 200, 400, 8)),
    ];
    const down = random.chance(0.5);
    return {
      code: 'retryTooLong',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, {
            chunks,
            ...(down ? { over: chunks.at(-1)![0] + 60, error: random.pick(BROKEN) } : {}),
          }),
        ],
      },
    };
  },
  'retryTooShort: at once': (random) => {
    const events = source(random);
    return {
      code: 'retryTooShort',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, {
            chunks: [
              [BEGIN + 95, `retry: ${random.integer(0, 400)}\n\n`],
              ...flow(events, moments(random, BEGIN + 200, 400, 8)),
            ],
          }),
        ],
      },
    };
  },
  'retryInvalid: no number': (random) => {
    const events = source(random);
    return {
      code: 'retryInvalid',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, {
            chunks: [
              [BEGIN + 95, `retry: ${random.pick(['3s', '-1', '1e3', '3000ms', '2.5'])}\n\n`],
              ...flow(events, moments(random, BEGIN + 200, 400, 8)),
            ],
          }),
        ],
      },
    };
  },
  'noBackOff: a page that tries again at once': (random) => {
    const wait = random.integer(1200, 4000);
    return {
      code: 'noBackOff',
      also: ['serverGone', 'reconnectStorm'],
      sketch: {
        transport: random.pick(['fetch', 'EventSource'] as const),
        stream: { state: 'ended', end: 'error' },
        connections: Array.from({ length: random.integer(7, 20) }, (_, i) => {
          const at = BEGIN + i * wait;
          return answered(random, at, {
            of: i + 1,
            answered: false,
            over: at + 6,
            error: 'net::ERR_CONNECTION_REFUSED',
            more: { end: 'error' },
          });
        }),
      },
    };
  },
  'duplicateStreams: opened twice': (random) => {
    const events = source(random);
    return {
      code: 'duplicateStreams',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN + random.integer(1, 300), {
            chunks: flow(events, moments(random, BEGIN + 500, 500, 12)),
          }),
        ],
        others: [{ stream: hears(events), last: { at: BEGIN } }],
      },
    };
  },
  'noIds: after a break': (random) => {
    const events = source(random, { ids: 'none', timed: true });
    const chunks = flow(events, moments(random, BEGIN + 100, 300, 12));
    const over = chunks.at(-1)![0] + random.integer(20, 250);
    const back = over + 3000;
    return {
      code: 'noIds',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, { chunks, over, error: random.pick(BROKEN) }),
          answered(random, back, { chunks: flow(events, moments(random, back + 100, 300, 12)) }),
        ],
      },
    };
  },
  'lastIdNotSent: opened anew by hand': (random) => {
    const events = source(random, { ids: random.pick(['counting', 'uuid'] as const) });
    const chunks = flow(events, moments(random, BEGIN + 100, 300, 12));
    const over = chunks.at(-1)![0] + random.integer(20, 250);
    const back = over + random.integer(100, 3000);
    return {
      code: 'lastIdNotSent',
      also: ['eventsLost'],
      sketch: {
        transport: random.pick(['fetch', 'EventSource'] as const),
        stream: hears(events),
        connections: [
          answered(random, BEGIN, {
            of: 1,
            chunks,
            over,
            error: random.pick(BROKEN),
            more: { end: 'error' },
          }),
          answered(random, back, { of: 2, chunks: flow(events, moments(random, back + 100, 300, 12)) }),
        ],
      },
    };
  },
  'idIgnored: all comes again': (random) => {
    const events = source(random, { ids: random.pick(['counting', 'uuid'] as const), type: 'message' });
    const texts = Array.from({ length: random.integer(4, 40) }, () => events.next(BEGIN));
    let at = BEGIN;
    const connections = Array.from({ length: random.integer(2, 4) }, (_, i) => {
      const chunks = texts.map((text, n): Chunk => [at + 100 + n * 120, text]);
      const over = chunks.at(-1)![0] + random.integer(10, 90);
      const one = answered(random, at, {
        chunks,
        over,
        error: random.pick(BROKEN),
        ...(i > 0 ? { requestHeaders: sentId(events.lastId()) } : {}),
      });
      at = over + 3000;
      return one;
    });
    return { code: 'idIgnored', also: ['cutByAge'], sketch: { connections } };
  },
  'idsRestart: a new count': (random) => {
    const first = source(random, {
      ids: 'counting',
      type: 'message',
      after: random.integer(50, 900),
      run: 1,
    });
    const chunks = flow(first, moments(random, BEGIN + 100, 200, random.integer(6, 30)));
    const over = chunks.at(-1)![0] + 90;
    const back = over + 3000;
    const second = source(random, { ids: 'counting', type: 'message', run: 2 });
    return {
      code: 'idsRestart',
      sketch: {
        connections: [
          answered(random, BEGIN, { chunks, over, error: random.pick(BROKEN) }),
          answered(random, back, {
            requestHeaders: sentId(first.lastId()),
            chunks: flow(second, moments(random, back + 100, 200, random.integer(6, 30))),
          }),
        ],
      },
    };
  },
  'eventsLost: a hole': (random) => {
    const first = source(random, { ids: 'counting', type: 'message' });
    const chunks = flow(first, moments(random, BEGIN + 100, 200, random.integer(6, 30)));
    const over = chunks.at(-1)![0] + 90;
    const back = over + 3000;
    const second = source(random, {
      ids: 'counting',
      type: 'message',
      after: Number(first.lastId()) + random.integer(1, 50),
    });
    return {
      code: 'eventsLost',
      sketch: {
        connections: [
          answered(random, BEGIN, { chunks, over, error: random.pick(BROKEN) }),
          answered(random, back, {
            requestHeaders: sentId(first.lastId()),
            chunks: flow(second, moments(random, back + 100, 200, random.integer(6, 30))),
          }),
        ],
      },
    };
  },
  'nulInId: a NULL': (random) => ({
    code: 'nulInId',
    sketch: {
      browser: random.pick(['chromium', 'firefox'] as const),
      connections: [
        answered(random, BEGIN, {
          chunks: moments(random, BEGIN + 100, 400, 9).map(
            (at, i): Chunk => [at, `id: a\0${i}\ndata: ${i}\n\n`],
          ),
        }),
      ],
    },
  }),
};
