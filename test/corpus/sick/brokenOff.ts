import type { Random } from '../../simulate/random.ts';
import type { Chunk, ConnectionSketch } from '../../support/scene.ts';
import type { Families } from '../scenario.ts';
import {
  answered,
  BEGIN,
  BROKEN,
  comments,
  flow,
  hears,
  inOrder,
  moments,
  type Source,
  sentId,
  source,
} from '../traffic.ts';

/** Connections one after the other, each cut so long after its last event. */
function cuts(
  random: Random,
  events: Source,
  silence: number,
  count: number,
  clean: boolean,
): ConnectionSketch[] {
  let at = BEGIN;
  return Array.from({ length: count }, (_, i) => {
    const requestHeaders = i > 0 ? sentId(events.lastId()) : undefined;
    const chunks = flow(events, moments(random, at + 100, random.integer(200, 900), random.integer(2, 12)));
    const over = chunks.at(-1)![0] + silence + random.integer(0, 60);
    const one = answered(random, at, {
      chunks,
      over,
      ...(clean ? {} : { error: random.pick(BROKEN) }),
      ...(requestHeaders ? { requestHeaders } : {}),
    });
    at = over + 3000;
    return one;
  });
}

export const BROKEN_OFF: Families = {
  'cutWhenSilent: an idle time-out of a proxy': (random) => {
    const events = source(random, { ids: 'counting' });
    const silence = random.pick([30, 55, 60, 75, 100, 120]) * 1000;
    return {
      code: 'cutWhenSilent',
      sketch: {
        stream: hears(events),
        connections: cuts(random, events, silence, random.integer(2, 4), false),
      },
    };
  },
  'cutWhenSilent: a silent stream is ended cleanly': (random) => {
    const events = source(random, { ids: 'counting' });
    return {
      code: 'cutWhenSilent',
      sketch: {
        stream: hears(events),
        connections: cuts(random, events, random.integer(5000, 90_000), 3, true),
      },
    };
  },
  'cutWhenSilent: once, at a known time': (random) => {
    const events = source(random, { ids: 'counting' });
    return {
      code: 'cutWhenSilent',
      sketch: {
        stream: hears(events),
        connections: cuts(random, events, random.pick([30, 60, 120]) * 1000, 1, false),
      },
    };
  },
  'cutByAge: a limit on the whole response': (random) => {
    const events = source(random, { ids: 'counting' });
    const age = random.pick([10, 15, 30, 60, 100, 230, 300]) * 1000;
    const error = random.chance(0.6) ? { error: random.pick(BROKEN) } : {};
    let at = BEGIN;
    const connections = Array.from({ length: random.integer(3, 5) }, (_, i) => {
      const requestHeaders = i > 0 ? { requestHeaders: sentId(events.lastId()) } : {};
      const respondedAt = at + random.integer(5, 40);
      const chunks = flow(events, moments(random, respondedAt + 20, age / 40, 40));
      const over = respondedAt + age + random.integer(0, 40);
      const one = answered(random, at, { answered: respondedAt, chunks, over, ...error, ...requestHeaders });
      at = over + 1000;
      return one;
    });
    return { code: 'cutByAge', sketch: { stream: hears(events), connections } };
  },
  'deadButOpen: comments stop': (random) => {
    const period = random.integer(1000, 15_000);
    const beats = comments(moments(random, BEGIN + 200, period, random.integer(6, 20), 0.05));
    const events = source(random);
    const chunks = inOrder(beats, flow(events, moments(random, BEGIN + 300, period * 1.7, 4)));
    return {
      code: 'deadButOpen',
      sketch: {
        stream: hears(events),
        connections: [answered(random, BEGIN, { chunks })],
        now: chunks.at(-1)![0] + Math.max(8000, period * 5),
      },
    };
  },
  'deadButOpen: events with a rhythm stop': (random) => {
    const period = random.integer(500, 4000);
    const chunks: Chunk[] = moments(random, BEGIN + 200, period, 20, 0.05).map((at) => [
      at,
      `event: tick\ndata: ${at}\n\n`,
    ]);
    return {
      code: 'deadButOpen',
      sketch: {
        stream: { listeners: ['message', 'tick'] },
        connections: [answered(random, BEGIN, { chunks })],
        now: chunks.at(-1)![0] + Math.max(9000, period * 6),
      },
    };
  },
  'noHeartbeat: long silences': (random) => {
    const events = source(random);
    const at = [200, 900, 1000 + random.integer(28_000, 50_000), 60_000 + random.integer(10_000, 60_000)].map(
      (ms) => BEGIN + ms,
    );
    return {
      code: 'noHeartbeat',
      sketch: { stream: hears(events), connections: [answered(random, BEGIN, { chunks: flow(events, at) })] },
    };
  },
  'heartbeatTooSlow: slower than the time-outs of proxies': (random) => ({
    code: 'heartbeatTooSlow',
    sketch: {
      connections: [
        answered(random, BEGIN, {
          chunks: comments(moments(random, BEGIN + 200, random.integer(57, 120) * 1000, 7, 0.01)),
        }),
      ],
    },
  }),
  'clientGivesUp: a library with a time-out of its own': (random) => {
    const events = source(random, { ids: 'counting' });
    const silence = random.pick([10_000, 30_000, 45_000]);
    let at = BEGIN;
    const connections = Array.from({ length: 4 }, (_, i) => {
      const requestHeaders = i > 0 ? { requestHeaders: sentId(events.lastId()) } : {};
      const chunks = flow(events, moments(random, at + 100, 700, random.integer(1, 4)));
      const over = chunks.at(-1)![0] + silence + random.integer(0, 30);
      const one = answered(random, at, {
        of: i + 1,
        chunks,
        over,
        more: { end: 'abort' },
        ...requestHeaders,
      });
      at = over + random.integer(50, 3000);
      return one;
    });
    return {
      code: 'clientGivesUp',
      sketch: {
        transport: random.pick(['fetch', 'XMLHttpRequest'] as const),
        stream: hears(events),
        connections,
      },
    };
  },
  'clientOffline: a tunnel': (random) => {
    const events = source(random, { ids: 'counting' });
    const chunks = flow(events, moments(random, BEGIN + 100, 400, 12));
    const over = chunks.at(-1)![0] + random.integer(100, 2500);
    return {
      code: 'clientOffline',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, {
            chunks,
            over,
            error: random.pick([
              'net::ERR_INTERNET_DISCONNECTED',
              'net::ERR_NETWORK_CHANGED',
              'NS_ERROR_OFFLINE',
            ]),
          }),
        ],
        marks: [[over + random.integer(-400, 3000), 'offline']],
      },
    };
  },
  'serverGone: refused again and again': (random) => {
    const events = source(random, { ids: 'counting' });
    const chunks = flow(events, moments(random, BEGIN + 100, 400, 12));
    const over = chunks.at(-1)![0] + 100;
    const error = random.pick([
      'net::ERR_CONNECTION_REFUSED',
      'net::ERR_NAME_NOT_RESOLVED',
      'net::ERR_ADDRESS_UNREACHABLE',
    ]);
    return {
      code: 'serverGone',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, { chunks, over, error: random.pick(BROKEN) }),
          ...Array.from({ length: random.integer(1, 9) }, (_, i) =>
            answered(random, over + 3000 * (i + 1), {
              answered: false,
              over: over + 3000 * (i + 1) + 8,
              error,
            }),
          ),
        ],
      },
    };
  },
  'serverGone: Firefox gives up': (random) => ({
    code: 'serverGone',
    sketch: {
      browser: 'firefox',
      stream: { state: 'ended', end: 'error' },
      connections: [
        answered(random, BEGIN, { answered: false, over: BEGIN + 12, error: 'NS_ERROR_CONNECTION_REFUSED' }),
      ],
    },
  }),
  'closedOnError: close() at the first error': (random) => {
    const events = source(random);
    const chunks = flow(events, moments(random, BEGIN + 100, 400, 12));
    const over = chunks.at(-1)![0] + random.integer(10, 900);
    return {
      code: 'closedOnError',
      sketch: {
        stream: { ...hears(events), state: 'ended', end: 'close' },
        connections: [
          answered(random, BEGIN, { chunks, over }),
          answered(random, over + 1, {
            answered: false,
            unseen: true,
            over: over + random.integer(2, 40),
            more: { end: 'close' },
          }),
        ],
        now: over + 20_000,
      },
    };
  },
  'reopenedOnVisibility: and all comes again': (random) => {
    const first = source(random, { ids: 'counting', type: 'message', run: 1 });
    const text = Array.from({ length: random.integer(4, 30) }, () => first.next(BEGIN)).join('');
    const hidden = BEGIN + random.integer(2000, 9000);
    const visible = hidden + random.integer(3000, 60_000);
    return {
      code: 'reopenedOnVisibility',
      also: ['lastIdNotSent'],
      sketch: {
        transport: 'fetch',
        connections: [
          answered(random, BEGIN, {
            of: 1,
            over: hidden + 30,
            chunks: [[BEGIN + 99, text]],
            more: { end: 'abort' },
          }),
          answered(random, visible + 40, { of: 2, chunks: [[visible + 140, text]] }),
        ],
        marks: [
          [hidden, 'visibility', 'hidden'],
          [visible, 'visibility', 'visible'],
        ],
      },
    };
  },
};
