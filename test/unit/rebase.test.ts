import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/content/bridge/outbox.ts';
import { createRebase } from '../../src/content/bridge/rebase.ts';
import type { Batch } from '../../src/shared/protocol/bridgeLink.ts';
import type { PageFact } from '../../src/shared/protocol/pageLink.ts';
import { holds } from '../support/properties.ts';

const HOUR = 3_600_000;
const ORIGIN = 1_700_000_000_000;

const at = (time: number): PageFact => ({ type: 'ExchangeStarted', stream: 1, at: time });
const events = (...times: number[]): PageFact => ({
  type: 'TextArrived',
  stream: 1,
  text: 'x'.repeat(times.length),
  ends: Uint32Array.from(times, (_, i) => i + 1),
  times: Float64Array.from(times),
});
const timesOf = (facts: PageFact[]): number[] =>
  facts.flatMap((fact) => ('times' in fact ? [...fact.times] : [fact.at]));
const marksOf = (facts: PageFact[]): [at: number, detail: string][] =>
  facts.flatMap((fact) => (fact.type === 'PageMarked' ? [[fact.at, fact.detail]] : []));

describe('times of a page become times of the wall clock', () => {
  test.each([0, 90, 250, HOUR, -90, -250, -HOUR])('whose time origin is off by %d ms', (off) => {
    // What the page believes to be its time origin plays no part: only the two clocks do.
    const rebase = createRebase();
    const clock = { monotonic: 1000 + off, wall: ORIGIN + 1000 };
    const facts = rebase.batch([at(900 + off), events(950 + off, 999.5 + off)], { ...clock });
    const expected = [900, 950, 999.5].map((time) => ORIGIN + Math.max(time, -off));
    expect(timesOf(facts)).toEqual(expected);
  });

  test('whose clocks drift apart by 50 ms: the wall clock is followed, without a mark', () => {
    const rebase = createRebase();
    rebase.batch([at(1000)], { monotonic: 1000, wall: ORIGIN + 1000 });
    expect(timesOf(rebase.batch([at(60_000)], { monotonic: 60_000, wall: ORIGIN + 60_050 }))).toEqual([
      ORIGIN + 60_050,
    ]);
    expect(timesOf(rebase.batch([at(120_000)], { monotonic: 120_000, wall: ORIGIN + 119_950 }))).toEqual([
      ORIGIN + 119_950,
    ]);
  });

  test('a drift back does not turn the order of times', () => {
    const rebase = createRebase();
    rebase.batch([at(1000)], { monotonic: 1000, wall: ORIGIN + 1000 });
    const facts = rebase.batch([events(1001, 1500, 1600)], { monotonic: 1600, wall: ORIGIN + 1000 });
    expect(timesOf(facts)).toEqual([ORIGIN + 1000, ORIGIN + 1000, ORIGIN + 1000]);
  });

  test('the grain of the clocks is no drift', () => {
    const rebase = createRebase();
    rebase.batch([at(1)], { monotonic: 1000.75, wall: ORIGIN + 1000 });
    const facts = rebase.batch([at(1100)], { monotonic: 1100.25, wall: ORIGIN + 1100 });
    expect(timesOf(facts)).toEqual([ORIGIN + 1099.25]);
  });
});

describe('a wall clock that jumps in the middle of a stream', () => {
  test('forward: a mark stands before the facts that follow, and they are of the new clock', () => {
    const rebase = createRebase();
    rebase.batch([events(100, 200)], { monotonic: 250, wall: ORIGIN + 250 });
    const after = rebase.batch([events(300, 400)], { monotonic: 450, wall: ORIGIN + 450 + 8 * HOUR });
    expect(after).toHaveLength(2);
    expect(after[0]).toEqual({
      type: 'PageMarked',
      stream: 0,
      at: ORIGIN + 300 + 8 * HOUR,
      kind: 'clock',
      detail: '28800000',
    });
    expect(timesOf([after[1]!])).toEqual([ORIGIN + 300 + 8 * HOUR, ORIGIN + 400 + 8 * HOUR]);
  });

  test('forward: what began before the last pair keeps its time', () => {
    const rebase = createRebase();
    rebase.batch([at(100)], { monotonic: 250, wall: ORIGIN + 250 });
    const [, opened, answered] = rebase.batch([at(200), at(440)], {
      monotonic: 450,
      wall: ORIGIN + 450 + HOUR,
    });
    expect(timesOf([opened!, answered!])).toEqual([ORIGIN + 200, ORIGIN + 440 + HOUR]);
  });

  test('back: a mark, and times go on', () => {
    const rebase = createRebase();
    rebase.batch([events(100, 200)], { monotonic: 250, wall: ORIGIN + 250 });
    const after = rebase.batch([events(300)], { monotonic: 450, wall: ORIGIN + 450 - HOUR });
    expect(marksOf(after)).toEqual([[ORIGIN + 300, '-3600000']]);
    expect(timesOf(after)).toEqual([ORIGIN + 300, ORIGIN + 300]);
    const later = rebase.batch([events(60_000)], { monotonic: 60_000, wall: ORIGIN + 60_000 - HOUR });
    expect(later).toHaveLength(1);
    expect(timesOf(later)).toEqual([ORIGIN + 60_000]);
  });

  test('a document that begins after the clock was set back goes on from where the others are', () => {
    const rebase = createRebase();
    rebase.setBack(HOUR);
    expect(timesOf(rebase.batch([at(10)], { monotonic: 10, wall: ORIGIN - HOUR }))).toEqual([ORIGIN]);
    // It is the larger of what this document saw and what others have.
    rebase.batch([], { monotonic: 20, wall: ORIGIN + 10 - 2 * HOUR });
    rebase.setBack(HOUR);
    expect(timesOf(rebase.batch([at(30)], { monotonic: 30, wall: ORIGIN + 20 - 2 * HOUR }))).toEqual([
      ORIGIN + 20,
    ]);
  });

  test('both ways, through the outbox: in order, each with its mark', () => {
    const rebase = createRebase();
    const outbox = createOutbox();
    const sent: Batch[] = [];
    outbox.open((batch) => void sent.push(batch));
    let monotonic = 0;
    let offset = 0;
    for (const jump of [0, 0, HOUR, 0, -2 * HOUR, 0, 90_000, 0]) {
      const times = [monotonic + 30, monotonic + 60];
      monotonic += 100;
      offset += jump;
      outbox.add('s', rebase.batch([events(...times)], { monotonic, wall: ORIGIN + monotonic + offset }));
    }
    const facts = sent.flatMap((batch) => batch.facts);
    expect(marksOf(facts).map(([, detail]) => detail)).toEqual(['3600000', '-7200000', '90000']);
    const times = timesOf(facts);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(facts.map((fact) => fact.type))).toEqual(new Set(['TextArrived', 'PageMarked']));
    expect(times).toHaveLength(8 * 2 + 3);
    // Forward is followed, back is not.
    expect(times.at(-1)).toBe(ORIGIN + 760 + HOUR + 90_000);
  });
});

describe('whatever the clocks do', () => {
  const step = fc.record({
    passes: fc.double({ min: 0, max: 10_000, noNaN: true }),
    jumps: fc.oneof(
      fc.constant(0),
      fc.double({ min: -900, max: 900, noNaN: true }),
      fc.double({ min: -1e8, max: 1e8, noNaN: true }),
    ),
    /** Facts, as parts of the time that passes. */
    facts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
  });

  test('later in the document is never earlier by the wall clock', () => {
    holds(
      'order of rebased times',
      [fc.array(step, { maxLength: 100 })],
      (steps) => {
        const rebase = createRebase();
        let monotonic = 0;
        let wall = ORIGIN;
        let last = 0;
        for (const { passes, jumps, facts } of steps) {
          const times = facts.map((part) => monotonic + part * passes).sort((a, b) => a - b);
          monotonic += passes;
          wall += passes + jumps;
          const batch = rebase.batch(times.map(at), { monotonic, wall });
          for (const time of timesOf(batch.filter(({ type }) => type !== 'PageMarked'))) {
            expect(time).toBeGreaterThanOrEqual(last);
            last = time;
          }
        }
      },
      2000,
    );
  });

  test('a jump of over a second is marked, a smaller one is not', () => {
    holds('marks of jumps', [fc.integer({ min: -10_000, max: 10_000 })], (jump) => {
      const rebase = createRebase();
      rebase.batch([at(1)], { monotonic: 1, wall: ORIGIN });
      const marks = marksOf(rebase.batch([at(2)], { monotonic: 2, wall: ORIGIN + 1 + jump }));
      expect(marks.map(([, detail]) => detail)).toEqual(Math.abs(jump) > 1000 ? [String(jump)] : []);
    });
  });

  test('times that a page invents stay inside its life', () => {
    const rebase = createRebase();
    const facts = rebase.batch([at(1e300), at(-1e300), at(500)], { monotonic: 1000, wall: ORIGIN + 1000 });
    expect(timesOf(facts)).toEqual([ORIGIN + 1000, ORIGIN, ORIGIN + 500]);
  });
});
