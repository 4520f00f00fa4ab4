import type { Random } from '../simulate/random.ts';
import type { Chunk } from '../support/scene.ts';
import { anthropic, gemini, openAiChat, openAiResponses } from './answers.ts';
import type { Families } from './scenario.ts';
import {
  answered,
  BEGIN,
  BROKEN,
  comments,
  flow,
  hears,
  inOrder,
  moments,
  pieces,
  sentId,
  source,
  words,
} from './traffic.ts';

const POST = { transport: 'fetch' as const };
const post = (random: Random) => ({
  method: 'POST',
  state: 'ended' as const,
  end: 'end' as const,
  url: `http://a.test/v1/${random.pick(['chat', 'messages', 'ask'])}`,
});

/** An answer of a model whose pieces come as models send them: a long thought, then words, some pauses. */
function spoken(random: Random, pieces: readonly string[]): { chunks: Chunk[]; over: number } {
  let at = BEGIN + random.integer(300, 9000);
  const chunks = pieces.map((text): Chunk => {
    at += random.chance(0.05) ? random.integer(300, 1800) : random.integer(8, 60);
    return [at, text];
  });
  return { chunks, over: at + random.integer(1, 40) };
}

/** Streams with which nothing is wrong. */
export const HEALTHY: Families = {
  'a ticker': (random) => {
    const ticks = source(random);
    const at = moments(random, BEGIN + 100, random.integer(40, 1500), random.integer(20, 300), 0.8);
    return {
      sketch: { stream: hears(ticks), connections: [answered(random, BEGIN, { chunks: flow(ticks, at) })] },
    };
  },
  'a busy log, many events in a chunk, cut where blocks end': (random) => {
    const log = source(random, { type: 'log' });
    const at = moments(random, BEGIN + 60, random.integer(10, 90), 200, 1);
    const chunks = at.map(
      (time): Chunk => [time, Array.from({ length: random.integer(1, 25) }, () => log.next(time)).join('')],
    );
    return { sketch: { stream: hears(log), connections: [answered(random, BEGIN, { chunks })] } };
  },
  'compressed, and flushed after each event': (random) => {
    const ticks = source(random);
    const at = moments(random, BEGIN + 80, random.integer(100, 2000), 30);
    const headers = { 'Content-Encoding': random.pick(['gzip', 'br', 'zstd']) };
    return {
      sketch: {
        stream: hears(ticks),
        connections: [answered(random, BEGIN, { headers, chunks: flow(ticks, at) })],
      },
    };
  },
  'idle, with a comment every 15 s': (random) => {
    const rare = source(random);
    const period = random.integer(10, 20) * 1000;
    const chunks = inOrder(
      comments(
        moments(random, BEGIN + 400, period, 20, 0.02),
        random.pick([': ping\n\n', ':\n\n', ': keep-alive\n\n']),
      ),
      flow(rare, moments(random, BEGIN + 700, period * 4.3, 4, 1)),
    );
    return { sketch: { stream: hears(rare), connections: [answered(random, BEGIN, { chunks })] } };
  },
  'idle, with an event every 15 s that says so': (random) => {
    const chunks: Chunk[] = moments(random, BEGIN + 400, 15_000, 12, 0.02).map((at) => [
      at,
      `event: ping\ndata: {"time":${at}}\n\n`,
    ]);
    return {
      sketch: {
        stream: { listeners: ['message', 'ping'] },
        connections: [answered(random, BEGIN, { chunks })],
      },
    };
  },
  'line ends with CR LF and comments, as sse-starlette sends them': (random) => {
    const chunks: Chunk[] = moments(random, BEGIN + 300, 900, 40).map((at, i) => [
      at,
      i % 15 === 14 ? `: ping - ${at}\r\n\r\n` : `id: ${i}\r\ndata: ${words(random, 4)}\r\n\r\n`,
    ]);
    const headers = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no', Server: 'uvicorn' };
    return { sketch: { connections: [answered(random, BEGIN, { chunks, headers })] } };
  },
  'history at the opening, then news': (random) => {
    const news = source(random);
    const history = Array.from({ length: random.integer(50, 2000) }, () => news.next(BEGIN)).join('');
    const chunks: Chunk[] = [[BEGIN + 95, history], ...flow(news, moments(random, BEGIN + 700, 1300, 20))];
    return { sketch: { stream: hears(news), connections: [answered(random, BEGIN, { chunks })] } };
  },
  'a large snapshot, then changes': (random) => {
    const chunks: Chunk[] = [
      [BEGIN + 90, `data: ${JSON.stringify({ rows: 'r'.repeat(random.integer(300_000, 1_500_000)) })}\n\n`],
      ...flow(source(random, { type: 'message' }), moments(random, BEGIN + 800, 700, 15)),
    ];
    return { sketch: { connections: [answered(random, BEGIN, { chunks })] } };
  },
  'large events in several packets': (random) => {
    const rows = source(random, { size: random.integer(3000, 30_000) });
    const chunks = moments(random, BEGIN + 90, random.integer(200, 900), 25).flatMap((at): Chunk[] => {
      const text = rows.next(at);
      return Array.from(
        { length: Math.ceil(text.length / 1448) },
        (_, i): Chunk => [at + Math.floor(i / 10), text.slice(i * 1448, (i + 1) * 1448)],
      );
    });
    return { sketch: { stream: hears(rows), connections: [answered(random, BEGIN, { chunks })] } };
  },
  'a network that stutters': (random) => {
    const ticks = source(random);
    // What waits behind a lost packet comes together, whole blocks since each was written by itself.
    const chunks: Chunk[] = [];
    let waiting = '';
    let until = 0;
    for (const at of moments(random, BEGIN + 90, 120, 150)) {
      if (until === 0 && random.chance(0.03)) until = at + random.integer(200, 1200);
      if (at < until) waiting += ticks.next(at);
      else {
        if (waiting) chunks.push([until, waiting]);
        chunks.push([Math.max(at, until + 1), ticks.next(at)]);
        waiting = '';
        until = 0;
      }
    }
    return { sketch: { stream: hears(ticks), connections: [answered(random, BEGIN, { chunks })] } };
  },
  'batches on purpose, whose data is of that moment': (random) => {
    const batch = source(random, { timed: true });
    const chunks = moments(random, BEGIN + 200, random.integer(500, 2000), 15, 0.3).map(
      (at): Chunk => [
        at,
        Array.from({ length: random.integer(3, 9) }, () => batch.next(at - random.integer(0, 5))).join(''),
      ],
    );
    return { sketch: { stream: hears(batch), connections: [answered(random, BEGIN, { chunks })] } };
  },
  'more than the browser reads at once': (random) => {
    const rows = source(random, { size: 200 });
    const chunks = moments(random, BEGIN + 90, random.integer(300, 2000), 20).flatMap((at): Chunk[] => {
      const text = Array.from({ length: random.integer(250, 700) }, () => rows.next(at)).join('');
      return pieces(text, 65_536).map((piece, i): Chunk => [at + i, piece]);
    });
    return { sketch: { stream: hears(rows), connections: [answered(random, BEGIN, { chunks })] } };
  },
  'times in whole seconds': (random) => {
    const chunks = moments(random, BEGIN + 1500, 1000, 60, 0.9).map(
      (at, i): Chunk => [
        at + random.integer(5, 200),
        `id: ${i}\ndata: {"n":${i},"ts":${Math.floor(at / 1000)}}\n\n`,
      ],
    );
    return { sketch: { connections: [answered(random, BEGIN, { chunks })] } };
  },
  'a network that stutters, under data that tells its time': (random) => {
    const ticks = source(random, { timed: true });
    const chunks: Chunk[] = [];
    let until = 0;
    for (const at of moments(random, BEGIN + 1500, 150, 120)) {
      if (until <= at && random.chance(0.01)) until = at + random.integer(300, 1500);
      chunks.push([Math.max(at, until) + 20, ticks.next(at)]);
    }
    return {
      sketch: { stream: hears(ticks), connections: [answered(random, BEGIN, { chunks: inOrder(chunks) })] },
    };
  },
  'a page that is opened in Firefox, and closed': (random) => {
    const ticks = source(random, { ids: 'counting' });
    const chunks = flow(ticks, moments(random, BEGIN + 100, 700, random.integer(3, 40)));
    const over = chunks.at(-1)![0] + random.integer(20, 20_000);
    return {
      sketch: {
        browser: 'firefox',
        stream: { ...hears(ticks), state: 'ended', end: 'close' },
        connections: [
          answered(random, BEGIN, { chunks, over, error: 'NS_ERROR_ABORT', more: { end: 'close' } }),
        ],
      },
    };
  },
  'a server that was restarted twice in an hour': (random) => {
    const ticks = source(random, { ids: 'counting' });
    let at = BEGIN;
    const connections = Array.from({ length: 3 }, (_, i) => {
      const requestHeaders = i > 0 ? { requestHeaders: sentId(ticks.lastId()) } : {};
      const chunks = flow(
        ticks,
        moments(random, at + 100, random.integer(900, 4000), random.integer(20, 200), 1),
      );
      const over = chunks.at(-1)![0] + random.integer(5, 900);
      const one = answered(random, at, { chunks, ...(i < 2 ? { over } : {}), ...requestHeaders });
      at = over + 3000;
      return one;
    });
    return { sketch: { stream: hears(ticks), connections } };
  },
  'clocks that differ by minutes': (random) => {
    const ticks = source(random, { timed: true });
    const off = random.integer(-300_000, 300_000);
    const chunks = moments(random, BEGIN + 90, 400, 40).map(
      (at): Chunk => [at, ticks.next(at - off - random.integer(5, 60))],
    );
    return { sketch: { stream: hears(ticks), connections: [answered(random, BEGIN, { chunks })] } };
  },
  'a deploy: the server ends it, and it goes on': (random) => {
    const ticks = source(random, { ids: 'counting' });
    const first = flow(ticks, moments(random, BEGIN + 60, 300, random.integer(5, 60)));
    const over = first.at(-1)![0] + random.integer(30, 250);
    const id = ticks.lastId();
    const back = over + random.pick([1000, 3000, 5000]);
    return {
      sketch: {
        stream: hears(ticks),
        connections: [
          answered(random, BEGIN, {
            over,
            chunks: [[BEGIN + 95, 'retry: 3000\n\n'], ...first.map(([at, text]): Chunk => [at + 40, text])],
          }),
          answered(random, back, {
            requestHeaders: sentId(id),
            chunks: flow(ticks, moments(random, back + 100, 300, 20)),
          }),
        ],
      },
    };
  },
  'a break, and it goes on where it was': (random) => {
    const ticks = source(random, { ids: random.pick(['counting', 'uuid'] as const) });
    const first = flow(ticks, moments(random, BEGIN + 100, 200, random.integer(10, 80)));
    const over = first.at(-1)![0] + random.integer(10, 180);
    const back = over + 3000 + random.integer(0, 30);
    const requestHeaders = sentId(ticks.lastId());
    return {
      sketch: {
        stream: hears(ticks),
        connections: [
          answered(random, BEGIN, { over, error: random.pick(BROKEN), chunks: first }),
          answered(random, back, {
            requestHeaders,
            chunks: flow(ticks, moments(random, back + 100, 200, 30)),
          }),
        ],
      },
    };
  },
  'the last event is sent once more for safety': (random) => {
    const ticks = source(random, { ids: 'counting' });
    const first = flow(ticks, moments(random, BEGIN + 100, 200, 20));
    const over = first.at(-1)![0] + 90;
    const back = over + 3000;
    return {
      sketch: {
        stream: hears(ticks),
        connections: [
          answered(random, BEGIN, { over, chunks: first }),
          answered(random, back, {
            requestHeaders: sentId(ticks.lastId()),
            chunks: [
              [back + 100, String(first.at(-1)![1])],
              ...flow(ticks, moments(random, back + 300, 200, 20)),
            ],
          }),
        ],
      },
    };
  },
  'a tunnel: off line, and back': (random) => {
    const ticks = source(random, { ids: 'counting' });
    const first = flow(ticks, moments(random, BEGIN + 100, 400, 15));
    const over = first.at(-1)![0] + random.integer(100, 900);
    const back = over + random.integer(6000, 60_000);
    return {
      sketch: {
        stream: hears(ticks),
        connections: [
          answered(random, BEGIN, { over, error: 'net::ERR_NETWORK_CHANGED', chunks: first }),
          answered(random, back, {
            requestHeaders: sentId(ticks.lastId()),
            chunks: flow(ticks, moments(random, back + 100, 400, 15)),
          }),
        ],
        marks: [
          [over + 20, 'offline'],
          [back - 500, 'online'],
        ],
      },
    };
  },
  'a user who goes from room to room': (random) => {
    const chat = source(random);
    const before = BEGIN + random.integer(3000, 60_000);
    return {
      sketch: {
        stream: { ...hears(chat), url: 'http://a.test/events?room=3' },
        connections: [
          answered(random, before, { chunks: flow(chat, moments(random, before + 100, 500, 14, 1.2)) }),
        ],
        others: [1, 2].map((room) => ({
          stream: {
            url: `http://a.test/events?room=${room}`,
            state: 'ended' as const,
            end: 'close' as const,
          },
          last: { at: BEGIN + room, over: before - 2, more: { end: 'close' as const } },
        })),
      },
    };
  },
  'a job that ends, and a page that closes': (random) => {
    const chunks: Chunk[] = moments(random, BEGIN + 100, 300, 10).map((at, i) => [
      at,
      `data: {"progress":${i * 10}}\n\n`,
    ]);
    const over = chunks.at(-1)![0] + 300;
    chunks.push([over - 5, 'event: done\ndata: {}\n\n']);
    return {
      sketch: {
        stream: { state: 'ended', end: 'close', listeners: ['message', 'done'] },
        connections: [answered(random, BEGIN, { over, chunks, more: { end: 'close' } })],
      },
    };
  },
  'a job that ends, and a server that says 204': (random) => {
    const chunks: Chunk[] = moments(random, BEGIN + 100, 300, 10).map((at, i) => [
      at,
      `id: ${i}\ndata: {"progress":${i * 10}}\n\n`,
    ]);
    const over = chunks.at(-1)![0] + 60;
    return {
      sketch: {
        stream: { state: 'ended', end: 'error' },
        connections: [
          answered(random, BEGIN, { over, chunks }),
          answered(random, over + 3000, {
            over: over + 3050,
            status: 204,
            headers: { 'Content-Type': '' },
            requestHeaders: sentId('9'),
          }),
        ],
      },
    };
  },
  'an answer of OpenAI': (random) => ({
    sketch: {
      ...POST,
      stream: post(random),
      connections: [answered(random, BEGIN, spoken(random, openAiChat(random, 'stop')))],
    },
  }),
  'an answer of OpenAI that calls a tool': (random) => ({
    sketch: {
      ...POST,
      stream: post(random),
      connections: [answered(random, BEGIN, spoken(random, openAiChat(random, 'tool_calls')))],
    },
  }),
  'a response of OpenAI': (random) => ({
    sketch: {
      ...POST,
      stream: post(random),
      connections: [answered(random, BEGIN, spoken(random, openAiResponses(random, 'response.completed')))],
    },
  }),
  'a message of Anthropic': (random) => ({
    sketch: {
      ...POST,
      stream: post(random),
      connections: [answered(random, BEGIN, spoken(random, anthropic(random, true)))],
    },
  }),
  'an answer of Gemini': (random) => ({
    sketch: {
      ...POST,
      stream: post(random),
      connections: [answered(random, BEGIN, spoken(random, gemini(random, 'STOP')))],
    },
  }),
  'a user who stops a model': (random) => {
    const { chunks } = spoken(random, openAiChat(random, undefined));
    return {
      sketch: {
        ...POST,
        stream: { ...post(random), end: 'abort' },
        connections: [
          answered(random, BEGIN, { chunks, over: chunks.at(-1)![0] + 15, more: { end: 'abort' } }),
        ],
      },
    };
  },
  'a call of MCP, answered at once': (random) => {
    const at = BEGIN + random.integer(20, 900);
    return {
      sketch: {
        ...POST,
        stream: { ...post(random), url: 'http://a.test/mcp' },
        connections: [
          answered(random, BEGIN, {
            answered: at,
            chunks: [
              [
                at + 1,
                `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [] } })}\n\n`,
              ],
            ],
            over: at + 3,
          }),
        ],
      },
    };
  },
  'MCP primes the client, and ends': (random) => ({
    sketch: {
      ...POST,
      stream: { ...post(random), url: 'http://a.test/mcp' },
      connections: [
        answered(random, BEGIN, {
          chunks: [
            [BEGIN + 95, 'id: 1\ndata: \n\n'],
            [BEGIN + 300, 'id: 2\nretry: 3000\n\n'],
            [BEGIN + 900, 'id: 3\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n'],
          ],
          over: BEGIN + 905,
        }),
      ],
    },
  }),
  'many streams over HTTP/2': (random) => {
    const ticks = source(random);
    return {
      sketch: {
        stream: { ...hears(ticks), url: 'http://a.test/s?widget=0' },
        connections: [
          answered(random, BEGIN, {
            protocol: 'h2',
            chunks: flow(ticks, moments(random, BEGIN + 100, 500, 20)),
          }),
        ],
        others: Array.from({ length: 12 }, (_, i) => ({
          stream: { url: `http://a.test/s?widget=${i + 1}` },
          last: { at: BEGIN + i, protocol: 'h2' },
        })),
      },
    };
  },
  'three widgets over HTTP/1.1': (random) => {
    const ticks = source(random);
    return {
      sketch: {
        stream: { ...hears(ticks), url: 'http://a.test/s?widget=0' },
        connections: [
          answered(random, BEGIN, {
            protocol: 'HTTP/1.1',
            chunks: flow(ticks, moments(random, BEGIN + 100, 500, 20)),
          }),
        ],
        others: [1, 2].map((i) => ({
          stream: {
            url: `http://a.test/s?widget=${i}`,
            stack: `Error\n    at w (http://a.test/w.js:${i}:1)`,
          },
          last: { at: BEGIN + i },
        })),
      },
    };
  },
  'of another origin, allowed': (random) => {
    const ticks = source(random);
    const headers: Record<string, string> = random.chance(0.5)
      ? { 'Access-Control-Allow-Origin': '*' }
      : {
          'Access-Control-Allow-Origin': 'http://a.test',
          'Access-Control-Allow-Credentials': 'true',
          Vary: 'Origin',
        };
    return {
      sketch: {
        stream: { ...hears(ticks), url: 'https://api.test/events' },
        connections: [
          answered(random, BEGIN, { headers, chunks: flow(ticks, moments(random, BEGIN + 120, 400, 20)) }),
        ],
      },
    };
  },
  'redirected to where the stream is': (random) => {
    const ticks = source(random);
    const redirects = [
      {
        at: BEGIN + 10,
        status: random.pick([301, 302, 307, 308]),
        from: 'http://a.test/events',
        to: 'http://a.test/v2/events',
        headers: [],
      },
    ];
    return {
      sketch: {
        stream: hears(ticks),
        connections: [
          answered(random, BEGIN, { redirects, chunks: flow(ticks, moments(random, BEGIN + 120, 400, 20)) }),
        ],
      },
    };
  },
  'in a worker, whose listeners nobody sees': (random) => {
    const ticks = source(random, { type: 'tick' });
    return {
      sketch: {
        stream: { frame: 'worker', listeners: [] },
        connections: [
          answered(random, BEGIN, { chunks: flow(ticks, moments(random, BEGIN + 120, 400, 20)) }),
        ],
      },
    };
  },
  'texts of several lines, and of all scripts': (random) => {
    const chunks: Chunk[] = moments(random, BEGIN + 100, 600, 20).map((at, i) => [
      at,
      `id: ${i}\ndata: ${words(random, 5)}\ndata: línea – 行 🎉\ndata:\ndata: עברית\n\n`,
    ]);
    return { sketch: { connections: [answered(random, BEGIN, { chunks })] } };
  },
  'open, and nothing said yet': (random) => ({
    sketch: {
      connections: [answered(random, BEGIN, { chunks: [[BEGIN + 95, ': connected\n\n']] })],
      now: BEGIN + random.integer(3000, 50_000),
    },
  }),
  'hidden for a while, and kept open': (random) => {
    const ticks = source(random);
    const at = moments(random, BEGIN + 100, 800, 30);
    return {
      sketch: {
        stream: hears(ticks),
        connections: [answered(random, BEGIN, { chunks: flow(ticks, at) })],
        marks: [
          [BEGIN + 5000, 'visibility', 'hidden'],
          [BEGIN + 15_000, 'visibility', 'visible'],
        ],
      },
    };
  },
  'closed while hidden, and opened again with its last ID': (random) => {
    const ticks = source(random, { ids: 'counting' });
    const first = flow(ticks, moments(random, BEGIN + 100, 300, 10));
    const hidden = first.at(-1)![0] + 150;
    const visible = hidden + random.integer(4000, 90_000);
    const id = ticks.lastId();
    return {
      sketch: {
        transport: 'fetch',
        stream: hears(ticks),
        connections: [
          answered(random, BEGIN, { of: 1, over: hidden + 40, chunks: first, more: { end: 'abort' } }),
          answered(random, visible + 60, {
            of: 2,
            requestHeaders: sentId(id),
            chunks: flow(ticks, moments(random, visible + 160, 300, 10)),
          }),
        ],
        marks: [
          [hidden, 'visibility', 'hidden'],
          [visible, 'visibility', 'visible'],
        ],
      },
    };
  },
};
