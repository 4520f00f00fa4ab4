import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/shared/diagnosis/diagnose.ts';
import type { FindingCode } from '../../../src/shared/diagnosis/model/finding.ts';
import { createStreamFacts } from '../../../src/shared/diagnosis/model/streamFacts.ts';
import { sayFinding } from '../../../src/shared/text/sayFinding.ts';
import { type Chunk, event, every, type SceneSketch, scene } from '../../support/scene.ts';
import { withoutWire } from '../../support/withoutWire.ts';
import { chat } from './fixtures/fixture.ts';

/** Streams with trouble, as they were met, and streams without: what is said of each, and nothing else. */

const RESET = 'net::ERR_INCOMPLETE_CHUNKED_ENCODING';
const quote = (n: number) =>
  `id: ${n}\nevent: quote\ndata: {"symbol":"ACME","n":${n},"price":"100.00","note":"${'x'.repeat(72)}"}\n\n`;
const quotes = Array.from({ length: 300 }, (_, i) => quote(i + 1)).join('');
const sent = (id: number): [string, string][] => [['Last-Event-ID', String(id)]];
const timed = (texts: string[], at: readonly number[]): Chunk[] => texts.map((text, i) => [at[i]!, text]);

/** Findings above a note, in their order. */
function said(sketch: SceneSketch): FindingCode[] {
  return diagnose(scene(sketch))
    .findings.filter(({ severity }) => severity !== 'note')
    .map(({ code }) => code);
}

const SICK: Record<string, { sketch: SceneSketch; expected: FindingCode[] }> = {
  '1: a proxy’s buffer': {
    sketch: {
      stream: { listeners: ['quote'] },
      connections: [
        {
          at: 0,
          answered: 1250,
          chunks: [
            [1250, quotes.slice(0, 3963)],
            ...[1, 2, 3, 4, 5].map(
              (i): Chunk => [1250 + i * 1230, quotes.slice(3963 + (i - 1) * 4096, 3963 + i * 4096)],
            ),
          ],
        },
      ],
    },
    expected: ['buffered'],
  },
  '2: a compressor that is not flushed': {
    sketch: { connections: [{ at: 0, headers: { 'Content-Encoding': 'gzip' } }], now: 9000 },
    expected: ['compressedHeld'],
  },
  '3: no answer': {
    sketch: { connections: [{ at: 0, answered: false }], now: 8000 },
    expected: ['noAnswer'],
  },
  '4: headers with the first event': {
    sketch: { connections: [{ at: 0, answered: 4500, chunks: every(500, 8, (i) => event(i + 1), 4501) }] },
    expected: ['lateHeaders'],
  },
  '5: a whole answer at once': {
    sketch: {
      transport: 'fetch',
      stream: { method: 'POST' },
      connections: [
        {
          at: 0,
          answered: 4000,
          over: 4002,
          headers: { 'Content-Length': '4321' },
          chunks: [[4001, chat(21, 'stop').join('')]],
        },
      ],
    },
    expected: ['deliveredAtOnce'],
  },
  '6: one event behind': {
    sketch: {
      connections: [
        {
          at: 0,
          chunks: [
            [20, 'id: 1\ndata: {"n":1}\n'],
            ...every(600, 8, (i) => `\nid: ${i + 2}\ndata: {"n":${i + 2}}\n`, 620),
          ],
        },
      ],
    },
    expected: ['lateBlankLine'],
  },
  '7: a limit on age': {
    sketch: {
      connections: [0, 2800, 5600, 8400].map((at, i) => ({
        at,
        over: at + 2505,
        error: RESET,
        requestHeaders: i > 0 ? sent(i * 3) : [],
        chunks: (
          [
            [at + 6, 'retry: 300\n\n'],
            ...every(400, 6, () => ': ping\n\n', at + 300),
            ...every(800, 3, (n) => event(i * 3 + n + 1), at + 450),
          ] as Chunk[]
        ).sort((a, b) => a[0] - b[0]),
      })),
    },
    expected: ['cutByAge'],
  },
  '8: dead but open': {
    sketch: {
      connections: [
        {
          at: 0,
          chunks: (
            [...every(300, 10, () => ': ping\n\n', 20), ...every(500, 6, (i) => event(i + 1), 30)] as Chunk[]
          ).sort((a, b) => a[0] - b[0]),
        },
      ],
      now: 9500,
    },
    expected: ['deadButOpen'],
  },
  '9: the client’s own time-out': {
    sketch: {
      transport: 'fetch',
      connections: [1, 2, 3, 4].map((of) => ({
        at: (of - 1) * 2050,
        of,
        over: (of - 1) * 2050 + 1530,
        chunks: [[(of - 1) * 2050 + 30, `data: hello ${of}\n\n`]] as Chunk[],
        more: { end: 'abort' as const },
      })),
    },
    expected: ['clientGivesUp'],
  },
  '10: the app’s own page': {
    sketch: {
      stream: { state: 'ended', end: 'error' },
      connections: [
        {
          at: 0,
          over: 20,
          headers: { 'Content-Type': 'text/html; charset=utf-8' },
          evidence: '<!doctype html><div id="root"></div><script src="/assets/index-4f1.js"></script>',
          more: { end: 'error' },
        },
      ],
    },
    expected: ['wrongType'],
  },
  '11: once 502': {
    sketch: {
      stream: { state: 'ended', end: 'error' },
      connections: [
        {
          at: 0,
          over: 1650,
          error: RESET,
          chunks: [[6, 'retry: 500\n\n'], ...every(400, 4, (i) => event(i + 1), 30)],
        },
        {
          at: 2150,
          over: 2170,
          status: 502,
          headers: { 'Content-Type': 'text/html' },
          evidence: '<html>502</html>',
        },
      ],
    },
    expected: ['statusEnds'],
  },
  '12: CORS with credentials': {
    sketch: {
      stream: { url: 'http://a.test:81/e', state: 'ended', end: 'error' },
      connections: [
        {
          at: 0,
          over: 20,
          error: 'net::ERR_FAILED',
          headers: { 'Access-Control-Allow-Origin': '*' },
          more: { end: 'error' },
        },
      ],
    },
    expected: ['cors'],
  },
  '12: the same, where the headers were not seen': {
    sketch: {
      stream: { url: 'http://a.test:81/e', state: 'ended', end: 'error' },
      connections: [{ at: 0, over: 20, answered: false, error: 'net::ERR_FAILED', more: { end: 'error' } }],
    },
    expected: ['cors'],
  },
  '13: blocked by policy': {
    sketch: {
      stream: { url: 'http://a.test:81/e', state: 'ended', end: 'error' },
      connections: [{ at: 0, over: 2, answered: false, unseen: true, more: { end: 'error' } }],
      now: 3000,
    },
    expected: ['neverSent'],
  },
  '14: six connections, at the seventh': {
    sketch: {
      stream: { url: 'http://a.test/s?widget=7' },
      connections: [{ at: 0, answered: false }],
      others: [1, 2, 3, 4, 5, 6].map((n) => ({
        stream: { url: `http://a.test/s?widget=${n}` },
        last: { at: 0 },
      })),
      now: 6000,
    },
    expected: ['sixConnections'],
  },
  '14: six connections, at one of the six': {
    sketch: {
      stream: { url: 'http://a.test/s?widget=1' },
      connections: [{ at: 0, chunks: every(500, 6, (i) => event(i + 1), 20) }],
      others: [
        ...[2, 3, 4, 5, 6].map((n) => ({ stream: { url: `http://a.test/s?widget=${n}` }, last: { at: 0 } })),
        { stream: { url: 'http://a.test/s?widget=7' }, last: { at: 0, answered: false as const } },
      ],
    },
    expected: ['sixConnections'],
  },
  '15: lines without data:': {
    sketch: {
      connections: [
        {
          at: 0,
          chunks: every(
            700,
            5,
            (i) => `id: ${i + 1}\ndata: {\n  "n": ${i + 1},\n  "user": {\n    "name": "Ann"\n  }\n}\n\n`,
            20,
          ),
        },
      ],
    },
    expected: ['linesWithoutData'],
  },
  '16: an event named error': {
    sketch: {
      stream: { listeners: ['error', 'message'] },
      connections: [
        {
          at: 0,
          chunks: every(
            330,
            9,
            (i) =>
              i % 3 === 2
                ? 'event: error\ndata: {"code":"quota","message":"Too many requests"}\n\n'
                : event(i + 1),
            20,
          ),
        },
      ],
    },
    expected: ['eventNamedError'],
  },
  '17: Last-Event-ID not read': {
    sketch: {
      connections: [0, 2100, 4200].map((at, i) => ({
        at,
        over: at + 1600,
        error: RESET,
        requestHeaders: i > 0 ? sent(12) : [],
        chunks: [
          [at + 6, 'retry: 500\n\n'],
          ...every(120, 12, (n) => event(n + 1, { line: n + 1 }), at + 20 + i * 7),
        ] as Chunk[],
      })),
    },
    expected: ['idIgnored'],
  },
  '18: a new count': {
    sketch: {
      connections: [
        {
          at: 0,
          over: 1400,
          error: RESET,
          chunks: [[6, 'retry: 500\n\n'], ...every(120, 10, (i) => event(101 + i, { job: 1, i }), 20)],
        },
        {
          at: 1900,
          requestHeaders: sent(110),
          chunks: every(120, 10, (i) => event(1 + i, { job: 2, i }), 1920),
        },
      ],
    },
    expected: ['idsRestart'],
  },
  '19: asked again for ever': {
    sketch: {
      stream: { listeners: ['message', 'done'] },
      connections: [0, 1500, 3000].map((at) => ({
        at,
        over: at + 780,
        chunks: [
          [at + 6, 'retry: 700\n\n'],
          ...every(150, 4, (i) => `data: {"progress":${i * 25}}\n\n`, at + 20),
          [at + 770, 'event: done\ndata: {"result":"ok"}\n\n'],
        ] as Chunk[],
      })),
    },
    expected: ['endlessRerequest'],
  },
  '20: a truncated answer': {
    sketch: {
      transport: 'fetch',
      stream: { method: 'POST', state: 'ended', end: 'end' },
      connections: [
        {
          at: 0,
          over: 1700,
          chunks: timed(
            chat(12, undefined),
            every(120, 13, () => '', 30).map(([at]) => at),
          ),
        },
      ],
    },
    expected: ['answerTruncated'],
  },
};

describe.each(Object.entries(SICK))('%s', (_name, { sketch, expected }) => {
  test('is named, and nothing else above a note is said', () => {
    expect(said(sketch)).toEqual(expected);
  });
});

describe('without the wire', () => {
  const notLookedAt = (name: keyof typeof SICK, heard?: string[]) => {
    const { findings, notLookedAt } = diagnose(scene(withoutWire(SICK[name]!.sketch, heard)));
    return {
      above: findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code),
      unseen: notLookedAt.map(({ code }) => code),
    };
  };
  test.each<[string, FindingCode, string[]?]>([
    ['1: a proxy’s buffer', 'buffered', ['quote']],
    ['6: one event behind', 'lateBlankLine'],
    ['15: lines without data:', 'linesWithoutData'],
  ])('%s is not looked at, and not passed over in silence', (name, code, heard) => {
    const { above, unseen } = notLookedAt(name, heard);
    expect(above).toEqual([]);
    expect(unseen).toContain(code);
  });
  test.each([
    '8: dead but open',
    '16: an event named error',
    '17: Last-Event-ID not read',
    '18: a new count',
  ])('%s is named by its events', (name) => {
    expect(notLookedAt(name, ['message', 'error']).above).toEqual(SICK[name]!.expected);
  });
});

const WELL: Record<string, SceneSketch> = {
  'A: compressed, and flushed after each event': {
    connections: [
      { at: 0, headers: { 'Content-Encoding': 'gzip' }, chunks: every(250, 20, (i) => event(i + 1), 20) },
    ],
  },
  'B: a model that thinks': {
    transport: 'fetch',
    stream: { method: 'POST', state: 'ended', end: 'end' },
    connections: [
      {
        at: 0,
        over: 7000,
        chunks: timed(
          chat(40, 'stop'),
          Array.from(
            { length: 43 },
            (_, i) => 1200 + i * 30 + (i > 10 ? 400 : 0) + (i > 20 ? 900 : 0) + (i > 30 ? 1500 : 0),
          ),
        ),
      },
    ],
  },
  'C: three thousand events a second': {
    connections: [
      {
        at: 0,
        chunks: every(
          10,
          600,
          (i) => Array.from({ length: 30 }, (_, n) => event(i * 30 + n + 1)).join(''),
          20,
        ),
      },
    ],
  },
  'D: one event, a silence, a close': {
    stream: { state: 'ended', end: 'close' },
    connections: [
      {
        at: 0,
        over: 7020,
        chunks: [[20, event(1)]],
        error: 'NS_ERROR_ABORT',
        more: { end: 'close' },
      },
    ],
    browser: 'firefox',
  },
  'E: a user who opens it again, with the last ID': {
    connections: [
      { at: 0, over: 3000, chunks: every(300, 9, (i) => event(i + 1), 20), more: { end: 'close' } },
      {
        at: 3004,
        of: 2,
        chunks: every(300, 9, (i) => event(i + 10), 3050),
        more: { url: 'http://a.test/events?after=9' },
      },
    ],
  },
  'F: a deploy': {
    connections: [
      { at: 0, over: 2500, chunks: [[6, 'retry: 1000\n\n'], ...every(250, 10, (i) => event(i + 1), 20)] },
      { at: 3500, requestHeaders: sent(10), chunks: every(250, 10, (i) => event(i + 11), 3520) },
    ],
  },
};

describe.each(Object.entries(WELL))('%s', (_name, sketch) => {
  test('has no finding above a note, with the wire and without', () => {
    expect(said(sketch)).toEqual([]);
    expect(said(withoutWire(sketch))).toEqual([]);
  });
});

test('of an answer that is no stream nobody says that its bytes were not looked at', () => {
  const { notLookedAt } = diagnose(scene(withoutWire(SICK['10: the app’s own page']!.sketch)));
  expect(notLookedAt.filter(({ lacks }) => lacks === 'bytes')).toEqual([]);
});

describe('a silence that is on its way to a known time-out', () => {
  const cut = (at: number) => ({
    at,
    over: at + 6000,
    error: RESET,
    chunks: [[at + 50, event(at)]] as Chunk[],
  });
  const told = (silence: number, chunks: Chunk[] = [[20_050, event(3)]]) => {
    const sketch = {
      connections: [cut(0), cut(9000), { at: 20_000, chunks }],
      now: chunks.at(-1)![0] + silence,
    };
    return diagnose(scene(sketch)).findings.find(({ code }) => code === 'cutWhenSilent');
  };
  test('is told with the time that is left', () => {
    expect(told(4000)?.parameters).toMatchObject({ after: 5950, left: 1950 });
    expect(sayFinding(told(4000)!).how).toContain('it will be cut in 1.95 s');
    expect(told(4000)?.evidence).toContainEqual({ place: 'range', from: 20_050, to: undefined });
  });
  test('is not, where there is time enough, or a heartbeat', () => {
    expect(told(2000)?.parameters).toMatchObject({ left: undefined });
    const beats = every(900, 6, () => ': ping\n\n', 20_050);
    expect(told(4000, beats)?.parameters).toMatchObject({ left: undefined });
  });
});

describe('gaps of good streams', () => {
  const gapsOf = (name: keyof typeof WELL) => createStreamFacts(scene(WELL[name]!)).gaps();

  test.each(['B: a model that thinks', 'D: one event, a silence, a close'])('%s has none', (name) => {
    expect(gapsOf(name)).toEqual([]);
  });
  test('what the page opens again has no wait that is expected', () => {
    const [gap] = gapsOf('E: a user who opens it again, with the last ID');
    expect(gap).toMatchObject({ cause: 'page', attempts: [{ waited: 4, expected: undefined }] });
  });
  test('a deploy has one that is bridged', () => {
    expect(gapsOf('F: a deploy')).toMatchObject([
      { cause: 'end', to: 3520, lost: 0, repeated: 0, attempts: [{ expected: 1000 }] },
    ]);
  });
});
