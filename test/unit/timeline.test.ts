import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimeRange } from '../../src/devtools/data/timeRange.ts';
import { tableStep } from '../../src/devtools/events/tableStep.ts';
import { densityOf, MOST_TICKS } from '../../src/devtools/query/density.ts';
import { stallsOf } from '../../src/devtools/query/findStalls.ts';
import { sortRows } from '../../src/devtools/query/sortRows.ts';
import { statisticsOf } from '../../src/devtools/query/statistics.ts';
import { StreamIndex } from '../../src/devtools/query/streamIndex.ts';
import { conditionOf } from '../../src/devtools/timeline/model/condition.ts';
import { LaneBuilder } from '../../src/devtools/timeline/model/LaneBuilder.ts';
import type { Lane } from '../../src/devtools/timeline/model/lane.ts';
import { pointText } from '../../src/devtools/timeline/model/laneWords.ts';
import { axisTimes, pan, within, zoom } from '../../src/devtools/timeline/model/timeView.ts';
import { nextTrouble, troublesOf } from '../../src/devtools/timeline/model/troubles.ts';
import { createRecordingLag } from '../../src/devtools/timeline/recordingLag.ts';
import { timelineKey } from '../../src/devtools/timeline/timelineKeys.ts';
import { histogramOf } from '../../src/shared/diagnosis/measures/histogram.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import type { ClockJump } from '../../src/shared/session/clockJumps.ts';
import { outcomeOf } from '../../src/shared/session/outcome.ts';
import type { Exchange, Stream } from '../../src/shared/session/types.ts';
import { sayOutcome } from '../../src/shared/text/sayOutcome.ts';
import { holds } from '../support/properties.ts';

/** A stream whose entries came at these times, one each; every third one is a comment. */
function indexOf(times: readonly number[]): StreamIndex {
  const index = new StreamIndex();
  const writer = createSegmentWriter({ exchange: 'x/1' });
  const encoder = new TextEncoder();
  times.forEach((time, i) => {
    const text =
      i % 3 === 2 ? `: ${i}\n` : `event: t${i % 2}\nid: ${times.length - i}\ndata: ${'x'.repeat(i % 7)}\n\n`;
    writer.append(encoder.encode(text), time);
  });
  writer.end();
  for (const segment of writer.takeChanged()) index.add(segment, 0);
  return index;
}

const sortedTimes = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 60 }).map((steps) =>
  steps.map(
    (
      (sum) => (step) =>
        (sum += step)
    )(1000),
  ),
);
const range = fc
  .tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 20_000 }))
  .map(([from, length]): TimeRange => ({ from, to: from + length }));

describe('the density of a stream', () => {
  test('counts every entry once, in the span in which it came, at any zoom', () => {
    holds(
      'density',
      [sortedTimes, range, fc.integer({ min: 1, max: 50 })],
      (times, { from, to }, bins) => {
        const { counts, comments, ticks } = densityOf(indexOf(times), from, to, bins);
        const expected = new Uint32Array(bins);
        for (const time of times) {
          if (time < from || time >= to) continue;
          let bin = 0;
          while (bin < bins - 1 && time >= from + ((bin + 1) * (to - from)) / bins) bin++;
          expected[bin]!++;
        }
        expect([...counts]).toEqual([...expected]);
        const inside = times.filter((time) => time >= from && time < to);
        expect(ticks?.map(({ time }) => time)).toEqual(inside);
        expect(comments.reduce((sum, one) => sum + one, 0)).toBe(
          times.filter((time, i) => time >= from && time < to && i % 3 === 2).length,
        );
      },
      3000,
    );
  });
  test('many are not told one by one', () => {
    const index = indexOf(Array.from({ length: MOST_TICKS + 1 }, (_, i) => i));
    expect(densityOf(index, 0, 1000, 10).ticks).toBeUndefined();
    expect(densityOf(index, 1, 1000, 10).ticks).toHaveLength(MOST_TICKS);
  });
  test('the nearest entry is the nearest', () => {
    holds(
      'nearest',
      [sortedTimes, fc.integer({ min: 0, max: 30_000 })],
      (times, at) => {
        const n = indexOf(times).nearest(at);
        if (times.length === 0) expect(n).toBe(-1);
        else expect(Math.abs(times[n]! - at)).toBe(Math.min(...times.map((time) => Math.abs(time - at))));
      },
      2000,
    );
  });
});

describe('sorting', () => {
  test('by any column gives every row once, in order, alike ones as they came', () => {
    const column = fc.constantFrom('n', 'time', 'delta', 'kind', 'type', 'size') as fc.Arbitrary<
      'n' | 'delta' | 'type'
    >;
    holds(
      'sorting',
      [sortedTimes, column, fc.boolean()],
      (times, column, descending) => {
        const index = indexOf(times);
        const all = Uint32Array.from(times, (_, n) => n);
        const sorted = [...sortRows(index, all, { column, descending }, undefined)];
        expect(sorted.toSorted((a, b) => a - b)).toEqual([...all]);
        const value = (n: number) =>
          ({ n, delta: index.gap(n) ?? -1, type: index.types[index.typeOf.at(n)]! })[column] ?? n;
        for (let i = 1; i < sorted.length; i++) {
          const [a, b] = [value(sorted[i - 1]!), value(sorted[i]!)];
          if (column !== 'n' && column !== 'delta' && column !== 'type') continue;
          if (a === b) expect(sorted[i - 1]!).toBeLessThan(sorted[i]!);
          else expect(descending ? b < a : a < b).toBe(true);
        }
      },
      2000,
    );
  });
  test('IDs that are numbers are sorted as numbers, others as text', () => {
    const index = indexOf([1, 2, 3]);
    const all = Uint32Array.of(0, 1, 2);
    const order = { column: 'id', descending: false } as const;
    expect([...sortRows(index, all, order, ['10', '9', '100'])]).toEqual([1, 0, 2]);
    expect([...sortRows(index, all, order, ['b10', 'b9', 'a'])]).toEqual([2, 0, 1]);
  });
});

describe('a view of time', () => {
  const whole = { from: 0, to: 20_000 };
  test('stays within the session, however it is moved and zoomed', () => {
    holds(
      'views',
      [range, fc.integer({ min: -50_000, max: 50_000 }), fc.double({ min: 0.01, max: 100, noNaN: true })],
      (view, by, factor) => {
        for (const next of [
          within(view, whole),
          pan(within(view, whole), whole, by),
          zoom(within(view, whole), whole, by, factor),
        ]) {
          expect(next.from).toBeGreaterThanOrEqual(whole.from - 1e-6);
          expect(next.to).toBeLessThanOrEqual(whole.to + 1e-6);
          expect(next.to).toBeGreaterThan(next.from);
        }
      },
    );
  });
  test('a moment keeps its place when it is zoomed around', () => {
    const view = zoom({ from: 4000, to: 8000 }, whole, 5000, 0.5);
    expect(view).toEqual({ from: 4500, to: 6500 });
  });
  test('labels of the axis have room', () => {
    holds('axis', [range, fc.integer({ min: 100, max: 3000 })], (view, width) => {
      const { times } = axisTimes(view, width);
      const px = width / (view.to - view.from);
      for (let i = 1; i < times.length; i++)
        expect((times[i]! - times[i - 1]!) * px).toBeGreaterThanOrEqual(89.99);
      for (const time of times) expect(time >= view.from && time <= view.to).toBe(true);
    });
  });
});

const stream = { id: 's', state: 'open', lastAt: 5000, openedAt: 0, entries: 9 } as Stream;
const exchange = (number: number, startedAt: number, more: Partial<Exchange>): Exchange =>
  ({ id: `s/${number}`, stream: 's', number, startedAt, status: 200, ...more }) as Exchange;

/** A lane made at once. */
function laneOf(
  streams: Stream[],
  exchanges: readonly Exchange[],
  threshold: number | undefined,
  now: number,
  live: boolean,
  jumps: readonly ClockJump[] = [],
): Lane {
  return new LaneBuilder().update({ streams, exchanges, stalls: [], threshold, jumps, now, live });
}

describe('a lane', () => {
  const broken = exchange(1, 0, {
    respondedAt: 100,
    firstAt: 120,
    endedAt: 1000,
    end: 'error',
    error: 'reset',
  });
  const refused = exchange(2, 1000, { endedAt: 2100, end: 'error', status: 503 });
  const back = exchange(3, 2100, { respondedAt: 3200, firstAt: 3250 });
  const texts = ({ spans, present }: Lane) =>
    [...spans, ...present].map(({ kind, from, to = '…' }) => `${kind} ${from}-${to}`);

  test('is connecting, open, a gap with its attempts, and open again', () => {
    const lane = laneOf([stream], [broken, refused, back], 2000, 6000, true);
    expect(texts(lane)).toEqual([
      'connecting 0-100',
      'open 100-1000',
      'connecting 1000-2100',
      'connecting 2100-3200',
      'gap 1000-3200',
      'open 3200-…',
    ]);
    expect(lane.points.map((point) => `${point.kind} ${point.at} ${pointText(point)}`)).toEqual([
      'error 1000 reset',
      'reconnect 1000 attempt 1, after 0.0 ms',
      'error 2100 status 503',
      'reconnect 2100 attempt 2, after 1.10 s',
    ]);
    expect(troublesOf([lane], 6000).map(({ kind, from }) => `${kind} ${from}`)).toEqual([
      'gap 1000',
      'error 1000',
      'error 2100',
    ]);
    expect(conditionOf(lane, back, true, 6000)).toMatchObject({ tone: 'warn', text: '1 gap' });
  });
  test('that has not come back has a gap up to now', () => {
    const gone = { ...stream, state: 'reconnecting' } as Stream;
    const lane = laneOf(
      [gone],
      [broken, refused, exchange(3, 2100, { status: undefined as never })],
      2000,
      6000,
      true,
    );
    expect(texts(lane).at(-1)).toBe('gap 1000-…');
    expect(conditionOf(lane, refused, true, 6000)).toMatchObject({ tone: 'bad', text: 'down 5 s' });
  });
  test('that is silent for longer than usual says so, while it is live', () => {
    const open = exchange(1, 0, { respondedAt: 100, firstAt: 120 });
    const lane = laneOf([stream], [open], 2000, 9000, true);
    expect(texts(lane)).toContain('stall 5000-…');
    expect(conditionOf(lane, open, true, 9000)).toMatchObject({ tone: 'bad', text: 'silent 4 s' });
    const over = { ...open, lastAt: 4000 };
    expect(texts(laneOf([stream], [over], 2000, 9000, false))).toEqual(['connecting 0-100', 'open 100-4000']);
  });
  test('that the page closed is no trouble', () => {
    const closed = exchange(1, 0, { respondedAt: 100, endedAt: 900, end: 'close' });
    const lane = laneOf(
      [{ ...stream, state: 'ended', end: 'close' } as Stream],
      [closed],
      undefined,
      9000,
      true,
    );
    expect(troublesOf([lane], 9000)).toEqual([]);
    expect(conditionOf(lane, closed, true, 9000).text).toBe('');
  });
});

/** Exchanges of one stream: each answered, failed or open, at times that follow each other. */
const someExchanges = fc
  .array(
    fc.record({
      waits: fc.integer({ min: 0, max: 50 }),
      answers: fc.boolean(),
      lasts: fc.integer({ min: 0, max: 200 }),
      end: fc.constantFrom(undefined, 'end', 'error', 'close', 'unload', 'disconnect'),
    }),
    { maxLength: 200 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ waits, answers, lasts, end }, i) => {
      const startedAt = at;
      at += waits + lasts;
      return exchange(i + 1, startedAt, {
        ...(answers ? { respondedAt: startedAt + waits } : { status: 503 }),
        ...(end ? { endedAt: at, end } : {}),
      });
    });
  });

test('silence is known only up to where the recording is, when that is behind', () => {
  const lag = createRecordingLag();
  // What was there before came at any time.
  expect(lag.see(1000, 60_000)).toBe(0);
  expect(lag.see(60_000, 60_100)).toBe(0);
  expect(lag.see(60_500, 68_000)).toBe(7500);
  // Nothing more is read meanwhile: it is still behind.
  expect(lag.see(60_500, 69_000)).toBe(7500);
  expect(lag.see(69_500, 69_700)).toBe(0);
});

test('a lane that is worked out step by step is the same as one that is made at once', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 99 })), { maxLength: 8 });
  holds(
    'lanes',
    [someExchanges, changes, fc.boolean()],
    (all, changes, live) => {
      const builder = new LaneBuilder();
      const list: Exchange[] = [];
      const jumps: ClockJump[] = [];
      const source = { streams: [stream], stalls: [], threshold: undefined, jumps, now: 99_999 };
      const check = (live: boolean) => {
        const once = laneOf([stream], list, undefined, 99_999, live, jumps);
        expect(builder.update({ ...source, exchanges: list, live })).toEqual(once);
      };
      for (const one of all) {
        list.push(one);
        if (list.length % 7 === 0) check(live);
      }
      check(live);
      for (const [at, by] of changes) {
        if (list.length === 0) break;
        const place = at % list.length;
        list[place] = { ...list[place]!, end: 'error', endedAt: list[place]!.startedAt + by };
        check(live);
      }
      check(!live);
    },
    1000,
  );
});

test('an exchange more is no reason to look at all that were before it', () => {
  const builder = new LaneBuilder();
  let looked = 0;
  const counted = (number: number) =>
    new Proxy(exchange(number, number * 10, { endedAt: number * 10 + 5, end: 'error', error: 'refused' }), {
      get(target, name, receiver) {
        looked++;
        return Reflect.get(target, name, receiver);
      },
    });
  const list = Array.from({ length: 20_000 }, (_, i) => counted(i + 1));
  const source = { streams: [stream], stalls: [], threshold: undefined, jumps: [], now: 0, live: true };
  builder.update({ ...source, exchanges: list });
  looked = 0;
  const lane = builder.update({ ...source, exchanges: [...list, counted(20_001)] });
  expect(lane.errors).toBe(20_001);
  expect(looked).toBeLessThan(100);
});

test('jumping goes from one trouble to the next, from wherever the view is', () => {
  const trouble = (from: number) => ({ kind: 'gap', from, to: from + 10, stream: 's', text: '' }) as const;
  const all = [trouble(100), trouble(200), trouble(300)];
  const whole = { from: 0, to: 1000 };
  const go = (step: 1 | -1, view: TimeRange, last?: (typeof all)[0]) =>
    nextTrouble(all, step, view, whole, last)?.from;
  expect(go(1, whole)).toBe(100);
  expect(go(-1, whole)).toBe(300);
  expect(go(1, { from: 80, to: 130 }, all[0])).toBe(200);
  expect(go(-1, { from: 80, to: 130 }, all[0])).toBe(undefined);
  expect(go(1, { from: 180, to: 280 }, all[0])).toBe(300);
  expect(go(1, { from: 800, to: 900 }, all[0])).toBe(undefined);
});

test('a stall is silence of four times what is usual, and more than a second', () => {
  const regular = Array.from({ length: 40 }, (_, i) => 1000 + i * 500);
  const late = regular.map((time, i) => (i < 20 ? time : time + 4000));
  const { stalls, threshold } = stallsOf(indexOf(late));
  expect(threshold).toBe(2000);
  expect(stalls).toEqual([{ from: 10_500, to: 15_000 }]);
  expect(stallsOf(indexOf(regular)).stalls).toEqual([]);
  expect(stallsOf(indexOf([1, 2, 60_000])).threshold).toBeUndefined();
});

test('statistics count what there is', () => {
  const statistics = statisticsOf([indexOf([1000, 1010, 1015, 1040, 1100]), indexOf([1005])]);
  expect(statistics).toMatchObject({
    entries: 6,
    events: 5,
    comments: 1,
    problems: 0,
    types: [
      { type: 't0', events: 3, bytes: 4 },
      { type: 't1', events: 2, bytes: 4 },
    ],
    between: { p50: 30, max: 60 },
  });
  expect(statisticsOf([]).between.max).toBeNaN();
});

test('a histogram has every value in the class that it belongs to', () => {
  const values = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 50 });
  holds('histogram', [values], (list) => {
    const { edges, counts } = histogramOf(list, 0.1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(list.length);
    expect(edges).toEqual(edges.toSorted((a, b) => a - b));
    const expected = edges.map(
      (edge, i) =>
        list.filter(
          (value) =>
            (i === 0 || value >= edge * (1 - 1e-9)) && !(value >= (edges[i + 1] ?? Infinity) * (1 - 1e-9)),
        ).length,
    );
    expect(counts).toEqual(expected);
  });
  expect(histogramOf([], 1)).toEqual({ edges: [], counts: [] });
  expect(histogramOf([3, 30], 1)).toEqual({ edges: [2, 5, 10, 20], counts: [1, 0, 0, 1] });
});

test('keys of the table and the timeline', () => {
  expect(tableStep('ArrowDown', -1, 10, 5)).toBe(0);
  expect(tableStep('ArrowUp', -1, 10, 5)).toBe(9);
  expect(tableStep('PageUp', 7, 10, 5)).toBe(2);
  expect(tableStep('End', 0, 10, 5)).toBe(9);
  expect(tableStep('x', 0, 10, 5)).toBeUndefined();
  const key = (name: string, ctrlKey = false) =>
    timelineKey({ key: name, ctrlKey, altKey: false, metaKey: false });
  expect([key('N'), key('+'), key('ArrowLeft'), key('z')]).toEqual([
    'nextTrouble',
    'zoomIn',
    'left',
    undefined,
  ]);
  expect(key('f', true)).toBeUndefined();
});

test('what the page ended, or what went with it, is no failure, whatever the browser calls it', () => {
  const http = { error: 'net::ERR_FAILED', aborted: false } as NonNullable<Exchange['http']>;
  const failureOf = (one: Exchange) => sayOutcome(outcomeOf(one), one);
  for (const end of ['close', 'abort', 'cancel', 'unload'] as const) {
    expect(failureOf(exchange(1, 0, { end, http }))).toBe('');
  }
  expect(failureOf(exchange(1, 0, { end: 'error', http }))).toBe('net::ERR_FAILED');
  expect(failureOf(exchange(1, 0, { end: 'close', status: 503 }))).toBe('status 503');
});
