import type { Chunk } from '../../support/scene.ts';
import type { Families } from '../scenario.ts';
import { answered, BEGIN, flow, hears, moments, pieces, source } from '../traffic.ts';

/** A buffer of so many bytes in front of a source that writes a block every `gap` ms. */
function buffered(from: ReturnType<typeof source>, size: number, gap: number, count: number): Chunk[] {
  const chunks: Chunk[] = [];
  let waiting = '';
  for (let at = BEGIN; chunks.length < count; at += gap) {
    waiting += from.next(at);
    for (; waiting.length >= size; waiting = waiting.slice(size)) chunks.push([at, waiting.slice(0, size)]);
  }
  return chunks;
}

export const LATE: Families = {
  'buffered: 4, 8 or 16 KiB of a proxy': (random) => {
    const events = source(random, { size: random.integer(20, 300) });
    const size = random.pick([4096, 8192, 16_384]);
    const chunks = buffered(events, size, random.integer(30, 200), random.integer(5, 12));
    return {
      code: 'buffered',
      also: ['lateHeaders'],
      sketch: {
        stream: hears(events),
        connections: [answered(random, BEGIN, { answered: chunks[0]![0] - 1, chunks })],
      },
    };
  },
  'buffered: blocks of an odd size, cut in the middle': (random) => {
    const events = source(random, { size: random.integer(40, 200) });
    const chunks = buffered(
      events,
      random.integer(2500, 9000),
      random.integer(50, 150),
      random.integer(6, 12),
    );
    return {
      code: 'buffered',
      also: ['lateHeaders'],
      sketch: {
        stream: hears(events),
        connections: [answered(random, BEGIN, { answered: chunks[0]![0], chunks })],
      },
    };
  },
  'compressedHeld: nothing comes': (random) => ({
    code: 'compressedHeld',
    sketch: {
      connections: [
        answered(random, BEGIN, { headers: { 'Content-Encoding': random.pick(['gzip', 'br', 'deflate']) } }),
      ],
      now: BEGIN + random.integer(6000, 90_000),
    },
  }),
  'compressedHeld: in lumps': (random) => {
    const events = source(random, { size: random.integer(40, 200) });
    const chunks = buffered(
      events,
      random.integer(9000, 40_000),
      random.integer(30, 100),
      random.integer(5, 9),
    );
    return {
      code: 'compressedHeld',
      sketch: {
        stream: hears(events),
        connections: [answered(random, BEGIN, { headers: { 'Content-Encoding': 'gzip' }, chunks })],
      },
    };
  },
  'noAnswer: held back with its headers': (random) => ({
    code: 'noAnswer',
    sketch: {
      stream: { state: 'connecting' },
      connections: [answered(random, BEGIN, { answered: false })],
      now: BEGIN + random.integer(6000, 200_000),
    },
  }),
  'lateHeaders: sent with the first event': (random) => {
    const events = source(random);
    const at = BEGIN + random.integer(2300, 25_000);
    return {
      code: 'lateHeaders',
      sketch: {
        stream: hears(events),
        connections: [
          answered(random, BEGIN, {
            answered: at,
            chunks: flow(events, moments(random, at + random.integer(0, 20), 500, 12)),
          }),
        ],
      },
    };
  },
  'deliveredAtOnce: collected, and sent at its end': (random) => {
    const at = BEGIN + random.integer(1300, 30_000);
    const text = Array.from(
      { length: random.integer(6, 60) },
      (_, i) => `data: {"delta":"word ${i}"}\n\n`,
    ).join('');
    const parts = pieces(text, Math.ceil(text.length / random.integer(1, 3)));
    return {
      code: 'deliveredAtOnce',
      sketch: {
        transport: 'fetch',
        stream: { method: 'POST', state: 'ended', end: 'end' },
        connections: [
          answered(random, BEGIN, {
            answered: at - 2,
            over: at + 8,
            chunks: parts.map((part, i): Chunk => [at + i, part]),
            ...(random.chance(0.5) ? { headers: { 'Content-Length': String(text.length) } } : {}),
          }),
        ],
      },
    };
  },
  'deliveredByTimer: a proxy that flushes at intervals': (random) => {
    const events = source(random, { timed: true });
    const period = random.integer(250, 3000);
    const each = random.integer(6, 20);
    const chunks = Array.from({ length: random.integer(6, 20) }, (_, burst): Chunk => {
      const at = BEGIN + 500 + (burst + 1) * period;
      return [
        at + random.integer(0, Math.floor(period * 0.02)),
        Array.from({ length: each }, (_, i) =>
          events.next(at - period + Math.floor((i * period) / each)),
        ).join(''),
      ];
    });
    return {
      code: 'deliveredByTimer',
      sketch: { stream: hears(events), connections: [answered(random, BEGIN, { chunks })] },
    };
  },
  'lateBlankLine: each event is one late': (random) => {
    const events = source(random, { ids: 'counting' });
    const at = moments(random, BEGIN + 100, random.integer(200, 2500), random.integer(8, 30));
    let before = '';
    const chunks = at.map((time): Chunk => {
      const text = before + events.next(time).slice(0, -1);
      before = '\n';
      return [time, text];
    });
    return {
      code: 'lateBlankLine',
      sketch: { stream: hears(events), connections: [answered(random, BEGIN, { chunks })] },
    };
  },
  'ownTimesLate: a queue that fills': (random) => {
    const events = source(random, { timed: true });
    const slow = 1 + random.next() * 0.6 + 0.15;
    const chunks = Array.from({ length: 60 }, (_, i): Chunk => {
      const made = BEGIN + 1500 + i * 300;
      return [Math.round(BEGIN + 1500 + i * 300 * slow) + random.integer(5, 40), events.next(made)];
    });
    return {
      code: 'ownTimesLate',
      sketch: { stream: hears(events), connections: [answered(random, BEGIN, { chunks })] },
    };
  },
};
