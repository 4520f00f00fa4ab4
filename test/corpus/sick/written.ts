import type { Random } from '../../simulate/random.ts';
import type { Chunk } from '../../support/scene.ts';
import { anthropic, gemini, openAiChat, openAiResponses } from '../answers.ts';
import type { Families } from '../scenario.ts';
import { answered, BEGIN, flow, hears, inOrder, moments, source, words } from '../traffic.ts';

const MODEL = {
  transport: 'fetch' as const,
  stream: { method: 'POST', url: 'http://a.test/v1/chat', state: 'ended' as const, end: 'end' as const },
};

/** Pieces of an answer, and when it was over. */
function told(random: Random, texts: readonly string[]): { chunks: Chunk[]; over: number } {
  const at = moments(random, BEGIN + 400, 40, texts.length);
  return { chunks: texts.map((text, i): Chunk => [at[i]!, text]), over: at.at(-1)! + 12 };
}
/** A stream of blocks among others that are well. */
function among(random: Random, block: (i: number) => string, share = 0.3): Chunk[] {
  const good = source(random, { type: 'message', ids: 'counting' });
  return moments(random, BEGIN + 100, random.integer(100, 700), random.integer(12, 40)).map(
    (at, i): Chunk => [at, i === 3 || random.chance(share) ? block(i) : good.next(at)],
  );
}

export const WRITTEN: Families = {
  'unheard: a type that nobody listens to': (random) => {
    const named = source(random, { type: random.pick(['quote', 'price-update', 'notification']) });
    const heard = source(random, { type: 'message' });
    const chunks = inOrder(
      flow(named, moments(random, BEGIN + 100, 300, 14)),
      random.chance(0.5) ? flow(heard, moments(random, BEGIN + 150, 500, 8)) : [],
    );
    return {
      code: 'unheard',
      sketch: {
        stream: { listeners: random.pick([['message'], ['message', 'Quote'], []]) },
        connections: [answered(random, BEGIN, { chunks })],
      },
      also: [],
    };
  },
  'eventNamedError: reaches onerror': (random) => ({
    code: 'eventNamedError',
    sketch: {
      stream: { listeners: ['message', 'error'] },
      connections: [
        answered(random, BEGIN, {
          chunks: among(
            random,
            () =>
              `event: ${random.pick(['error', 'error', 'open'])}\ndata: {"code":"${words(random, 1)}"}\n\n`,
          ),
        }),
      ],
    },
  }),
  'withoutData: blocks that are dropped': (random) => ({
    code: 'withoutData',
    sketch: {
      stream: { listeners: ['message', 'refresh', 'tick'] },
      connections: [
        answered(random, BEGIN, {
          chunks: among(random, (i) => `event: ${random.pick(['refresh', 'tick'])}\nid: x${i}\n\n`, 0.5),
        }),
      ],
    },
  }),
  'linesWithoutData: pretty JSON': (random) => ({
    code: 'linesWithoutData',
    sketch: {
      connections: [
        answered(random, BEGIN, {
          chunks: among(
            random,
            (i) =>
              `id: ${i}\ndata: ${JSON.stringify({ n: i, user: { name: words(random, 2) }, tags: [1, 2] }, null, random.integer(1, 4))}\n\n`,
          ),
        }),
      ],
    },
  }),
  'linesWithoutData: an error written bare into the stream': (random) => ({
    code: 'linesWithoutData',
    sketch: {
      connections: [
        answered(random, BEGIN, {
          chunks: among(random, () => `{"detail":"${words(random, 3)}","status":500}\n\n`, 0.05),
        }),
      ],
    },
  }),
  'unterminated: the last event is dropped': (random) => {
    const { chunks, over } = told(
      random,
      Array.from({ length: random.integer(3, 20) }, (_, i) => `data: {"row":${i}}\n\n`),
    );
    chunks.push([over - 3, `data: {"summary":"${words(random, 5)}"}${random.pick(['', '\n'])}`]);
    return {
      code: 'unterminated',
      sketch: {
        transport: random.pick(['fetch', 'XMLHttpRequest'] as const),
        stream: { state: 'ended', end: 'end' },
        connections: [answered(random, BEGIN, { chunks, over })],
      },
    };
  },
  'runTogether: two events in one': (random) => {
    const json = (i: number) => `data: ${JSON.stringify({ n: i, text: words(random, 3) })}\n`;
    const chunks = moments(random, BEGIN + 100, 300, 24).map(
      (at, i): Chunk => [at, i === 9 || i === 15 ? `${json(i)}${json(i + 100)}\n` : `${json(i)}\n`],
    );
    return { code: 'runTogether', sketch: { connections: [answered(random, BEGIN, { chunks })] } };
  },
  'notUtf8: Latin-1': (random) => {
    const encoder = new TextEncoder();
    const block = (i: number) =>
      Uint8Array.from([
        ...encoder.encode(`id: ${i}\ndata: caf`),
        0xe9,
        ...encoder.encode(` ${words(random, 2)}\n\n`),
      ]);
    const chunks = moments(random, BEGIN + 100, 300, 12).map((at, i): Chunk => [at, block(i)]);
    return { code: 'notUtf8', sketch: { connections: [answered(random, BEGIN, { chunks })] } };
  },
  'splitCharacters: chunks of a fixed size': (random) => {
    const bytes = new TextEncoder().encode(
      Array.from({ length: 40 }, (_, i) => `data: ${'行列🎉'.repeat(random.integer(3, 9))} ${i}\n\n`).join(
        '',
      ),
    );
    const size = random.integer(61, 140);
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i): Chunk => [BEGIN + 100 + i * 20, bytes.slice(i * size, (i + 1) * size)],
    );
    return {
      code: 'splitCharacters',
      sketch: { transport: 'fetch', connections: [answered(random, BEGIN, { chunks })] },
    };
  },
  'crlf: read by fetch': (random) => ({
    code: 'crlf',
    sketch: {
      transport: 'fetch',
      connections: [
        answered(random, BEGIN, {
          chunks: moments(random, BEGIN + 100, 300, 12).map(
            (at, i): Chunk => [at, `data: ${i}${random.pick(['\r\n', '\r\n'])}\r\n`],
          ),
        }),
      ],
    },
  }),
  'bom: inside the stream': (random) => ({
    code: 'bom',
    sketch: {
      connections: [
        answered(random, BEGIN, {
          chunks: moments(random, BEGIN + 100, 300, 12).map(
            (at, i): Chunk => [at, `${i % 4 === 2 ? '\uFEFF' : ''}data: ${i}\n\n`],
          ),
        }),
      ],
    },
  }),
  'oversized: megabytes': (random) => {
    const chunks = among(
      random,
      (i) => `data: ${JSON.stringify({ i, rows: 'r'.repeat(random.integer(1_100_000, 1_400_000)) })}\n\n`,
      0,
    );
    return { code: 'oversized', sketch: { connections: [answered(random, BEGIN, { chunks })] } };
  },
  'tokenInUrl: in a parameter': (random) => {
    const events = source(random);
    const url = random.pick([
      'http://a.test/events?token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
      'http://a.test/events?room=4&api_key=sk_live_0123456789abcdef',
      'http://a.test/events?access_token=0123456789abcdef0123456789',
    ]);
    return {
      code: 'tokenInUrl',
      sketch: {
        stream: { ...hears(events), url },
        connections: [
          answered(random, BEGIN, { chunks: flow(events, moments(random, BEGIN + 100, 300, 8)) }),
        ],
      },
    };
  },
  'answerTruncated: OpenAI': (random) => ({
    code: 'answerTruncated',
    sketch: { ...MODEL, connections: [answered(random, BEGIN, told(random, openAiChat(random, undefined)))] },
  }),
  'answerTruncated: a response of OpenAI': (random) => ({
    code: 'answerTruncated',
    sketch: {
      ...MODEL,
      connections: [answered(random, BEGIN, told(random, openAiResponses(random, undefined)))],
    },
  }),
  'answerTruncated: Anthropic': (random) => ({
    code: 'answerTruncated',
    sketch: { ...MODEL, connections: [answered(random, BEGIN, told(random, anthropic(random, false)))] },
  }),
  'answerTruncated: Gemini': (random) => ({
    code: 'answerTruncated',
    sketch: { ...MODEL, connections: [answered(random, BEGIN, told(random, gemini(random, undefined)))] },
  }),
  'errorInStream: the service says so': (random) => {
    const error = random.pick([
      'data: {"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}\n\n',
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      'event: response.failed\ndata: {"type":"response.failed","response":{"error":{"code":"server_error","message":"Something went wrong"}}}\n\n',
    ]);
    const texts = error.includes('overloaded')
      ? anthropic(random, false)
      : error.includes('response.failed')
        ? openAiResponses(random, undefined)
        : openAiChat(random, undefined);
    return {
      code: 'errorInStream',
      also: ['answerTruncated'],
      sketch: { ...MODEL, connections: [answered(random, BEGIN, told(random, [...texts, error]))] },
    };
  },
  'openAfterFinish: nobody ends it': (random) => {
    const { chunks, over } = told(
      random,
      random.chance(0.5) ? openAiChat(random, 'stop') : anthropic(random, true),
    );
    return {
      code: 'openAfterFinish',
      sketch: {
        ...MODEL,
        stream: { ...MODEL.stream, state: 'open', end: undefined as never },
        connections: [answered(random, BEGIN, { chunks })],
        now: over + random.integer(6000, 90_000),
      },
    };
  },
  'compressed: and flushed': (random) => {
    const events = source(random);
    return {
      code: 'compressed',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, {
            headers: { 'Content-Encoding': 'br' },
            chunks: flow(events, moments(random, BEGIN + 100, 300, 18)),
          }),
        ],
      },
    };
  },
};
