import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createPace } from '../../src/devtools/data/pace.ts';
import { stallsOf } from '../../src/devtools/query/findStalls.ts';
import { statisticsOf } from '../../src/devtools/query/statistics.ts';
import { StreamIndex } from '../../src/devtools/query/streamIndex.ts';
import { LaneBuilder } from '../../src/devtools/timeline/model/LaneBuilder.ts';
import { spanText } from '../../src/devtools/timeline/model/laneWords.ts';
import { markText } from '../../src/devtools/timeline/model/markText.ts';
import { diagnose } from '../../src/shared/diagnosis/diagnose.ts';
import { arrivalOf } from '../../src/shared/diagnosis/measures/arrival.ts';
import { columnsOf } from '../../src/shared/diagnosis/measures/columns.ts';
import type { Connection } from '../../src/shared/diagnosis/measures/connection.ts';
import { findGaps } from '../../src/shared/diagnosis/measures/gaps.ts';
import { findHeartbeat } from '../../src/shared/diagnosis/measures/heartbeat.ts';
import { findLumps } from '../../src/shared/diagnosis/measures/lumps.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import { clockJumps, elapsed, withoutJumps } from '../../src/shared/session/clockJumps.ts';
import type { Exchange, Mark, Stream } from '../../src/shared/session/types.ts';
import { holds } from '../support/properties.ts';

const HOUR = 3_600_000;
const mark = (at: number, by: number): Mark => ({ session: 'a', at, kind: 'clock', detail: String(by) });

/** What the wall clock says at true times, given when it jumped (in true time) and by how much. */
function wallClock(jumps: readonly { after: number; by: number }[]) {
  const read = (time: number) => jumps.reduce((sum, { after, by }) => (time > after ? sum + by : sum), time);
  return { read, marks: jumps.map(({ after, by }) => mark(read(after + 0.001), by)) };
}

/** A regular stream: a comment each second, of which one is an event, through a jump of the clock. */
function recorded(by: number) {
  const { read, marks } = wallClock([{ after: 30_500, by }]);
  const times = Array.from({ length: 60 }, (_, i) => 1000 + i * 1000);
  const writer = createSegmentWriter({ exchange: 's/1' });
  const encoder = new TextEncoder();
  for (const time of times) writer.append(encoder.encode(`data: ${time}\n\n`), 1e12 + read(time));
  const segments = writer.takeChanged();
  const exchange = {
    id: 's/1',
    stream: 's',
    number: 1,
    startedAt: 1e12 + read(500),
    respondedAt: 1e12 + read(600),
    firstAt: 1e12 + read(1000),
    lastAt: 1e12 + read(60_000),
    status: 200,
    headers: [['content-type', 'text/event-stream']],
  } as Exchange;
  const stream = { id: 's', transport: 'EventSource', state: 'open', lastAt: exchange.lastAt } as Stream;
  const at = marks.map((one) => ({ ...one, at: 1e12 + one.at }));
  const index = new StreamIndex();
  for (const segment of segments) index.add(segment, 0);
  const now = 1e12 + read(60_500);
  return { segments, exchange, stream, marks: at, jumps: clockJumps(at), index, now };
}

describe.each([8 * HOUR, 90_000, -90_000, -HOUR])(
  'a clock that jumps by %i ms in the middle of a stream',
  (by) => {
    const { segments, exchange, stream, marks, jumps, index, now } = recorded(by);
    const columns = columnsOf(segments);
    const connection: Connection = { exchange, columns, transport: 'EventSource' };

    test('makes no gap, and no finding', () => {
      expect(findGaps([connection], marks, 'chromium')).toEqual([]);
      const ended = { ...connection, exchange: { ...exchange, endedAt: now, end: 'error' as const } };
      const heard = { ...stream, listeners: ['message'] };
      const { findings } = diagnose({
        streams: [heard],
        connections: [ended],
        marks,
        neighbours: [],
        browser: 'chromium',
        now,
      });
      expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    });
    test('makes no silence, in the health of a connection or in the stalls of its stream', () => {
      const { longestSilence, between } = arrivalOf(exchange, columns, now, jumps);
      expect(longestSilence).toBeCloseTo(1000, 0);
      expect(between.max).toBeCloseTo(1000, 0);
      expect(stallsOf(index, jumps).stalls).toEqual([]);
      expect(statisticsOf([index], jumps).between.max).toBeCloseTo(1000, 0);
    });
    test('makes no missed beat', () => {
      const heartbeat = findHeartbeat(columns, jumps);
      expect(heartbeat).toMatchObject({ beats: 60, missed: [] });
      expect(heartbeat?.period).toBeCloseTo(1000, 0);
      expect(heartbeat?.jitter).toBeLessThan(1);
    });
    test('makes no burst', () => {
      expect(findLumps(connection, jumps).lumps).toEqual([]);
    });
    test('is no part of the time that a lane was open, or silent', () => {
      const lane = new LaneBuilder().update({
        streams: [stream],
        exchanges: [exchange],
        stalls: [],
        threshold: 4000,
        jumps,
        now,
        live: true,
      });
      expect(lane.present).toEqual([]);
      const open = lane.spans.find(({ kind }) => kind === 'open')!;
      // A clock that was set back by more than the stream is old is not told by its two ends alone.
      if (by > 0) expect(spanText(open, now, jumps)).toBe('open, 59.90 s');
    });
  },
);

test('the gap over a night in which the machine slept is as long as the attempts took', () => {
  const { read, marks } = wallClock([{ after: 10_000, by: 8 * HOUR }]);
  const writer = createSegmentWriter({ exchange: 's/1' });
  writer.append(new TextEncoder().encode('id: 1\ndata: x\n\n'), read(5000));
  const before = {
    number: 1,
    startedAt: 0,
    status: 200,
    endedAt: read(10_500),
    end: 'error',
    error: 'reset',
  };
  const next = createSegmentWriter({ exchange: 's/2' });
  next.append(new TextEncoder().encode('id: 2\ndata: x\n\n'), read(13_700));
  const after = { number: 2, startedAt: read(13_500), status: 200 };
  const connection = (exchange: object, writer: ReturnType<typeof createSegmentWriter>): Connection => ({
    exchange: exchange as Exchange,
    columns: columnsOf(writer.takeChanged()),
    transport: 'EventSource',
  });
  const [gap] = findGaps([connection(before, writer), connection(after, next)], marks, 'chromium');
  expect(gap?.attempts[0]?.waited).toBe(3000);
  expect(elapsed(gap!.from, gap!.to!, clockJumps(marks))).toBeCloseTo(8700, 0);
});

test('time that passed is told without any number of jumps, both ways', () => {
  const steps = fc.array(
    fc.record({
      // Jumps of less than the time between two moments cannot be told from time that passed.
      by: fc.oneof(fc.integer({ min: 20_000, max: 1e8 }), fc.integer({ min: -1e8, max: -20_000 })),
      moments: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 10 }),
    }),
    { maxLength: 6 },
  );
  holds(
    'clock jumps',
    [steps],
    (steps) => {
      let time = 1e12;
      const times: number[] = [time];
      const jumps: { after: number; by: number }[] = [];
      for (const { by, moments } of steps) {
        jumps.push({ after: time, by });
        for (const moment of moments) {
          time += moment;
          times.push(time);
        }
      }
      const { read, marks } = wallClock(jumps);
      const walls = times.map(read);
      // Where times came twice, nobody can tell which of both it was: only what can be told is.
      const result = withoutJumps(walls, clockJumps(marks));
      if (jumps.every(({ by }) => by > 0)) {
        times.forEach((at, i) => {
          expect(result[i]).toBeCloseTo(at - times[0]!, 1);
        });
      }
      for (let i = 1; i < result.length; i++) expect(result[i]!).toBeGreaterThanOrEqual(result[i - 1]!);
    },
    2000,
  );
});

test('marks that tell of no number of ms are no jumps', () => {
  const marks = ['', 'x', '1e9', '12.5', '0', '9'.repeat(30), ' 5', '5000', '-5000'].map((detail) => ({
    ...mark(1, 0),
    detail,
  }));
  expect(clockJumps([...marks, { ...mark(1, 5), kind: 'freeze' }])).toEqual([
    { at: 1, by: 5000 },
    { at: 1, by: -5000 },
  ]);
});

test('a jump is told in words', () => {
  expect(markText(mark(0, 8 * HOUR))).toBe('The machine slept, or its clock was set, for 8 h 0 min');
  expect(markText(mark(0, -90_000))).toBe('The clock was set back by 1 min 30 s');
});

test('what is done at most once a second goes on when the wall clock is set back by an hour', () => {
  vi.useFakeTimers({ now: 1e12 });
  try {
    const pace = createPace(1000);
    expect(pace.wait()).toBe(0);
    pace.taken();
    vi.setSystemTime(1e12 - HOUR);
    expect(pace.wait()).toBe(1000);
    vi.advanceTimersByTime(600);
    expect(pace.wait()).toBe(400);
    vi.advanceTimersByTime(400);
    expect(pace.wait()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
