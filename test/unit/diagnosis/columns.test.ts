import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createColumnsBuilder } from '../../../src/shared/diagnosis/measures/columns.ts';
import type { Segment } from '../../../src/shared/segment/segment.ts';
import { createSegmentWriter } from '../../../src/shared/segment/segmentWriter.ts';
import { holds } from '../../support/properties.ts';

const encoder = new TextEncoder();
const BLOCKS = [
  'data: 1\n\n',
  'id: 7\ndata: é€\n\n',
  ': beat\n\n',
  'event: tick\n\n',
  'retry: 5\n\n',
  'x: y\ndata: {\n\n',
  `data: ${'z'.repeat(90_000)}\n\n`,
];

test('a stream that is read while it grows gives what it gives when it is read at once', () => {
  holds(
    'columns',
    [
      fc.array(
        fc.record({
          block: fc.nat(BLOCKS.length - 1),
          cut: fc.nat(12),
          wait: fc.nat(400),
          look: fc.boolean(),
        }),
        { maxLength: 30 },
      ),
    ],
    (steps) => {
      const writer = createSegmentWriter({ exchange: 'x' });
      const growing = createColumnsBuilder(8);
      const stored = new Map<number, Segment>();
      let time = 1000;
      const look = () => {
        for (const segment of writer.takeChanged()) {
          stored.set(segment.index, segment);
          growing.add(segment);
        }
      };
      for (const { block, cut, wait, look: looks } of steps) {
        const bytes = encoder.encode(BLOCKS[block]!);
        time += wait;
        writer.append(bytes.subarray(0, cut), time);
        if (looks) look();
        time += wait;
        writer.append(bytes.subarray(cut), time);
      }
      writer.end();
      look();
      const whole = createColumnsBuilder(8);
      for (const segment of [...stored.values()].sort((a, b) => a.index - b.index)) whole.add(segment);
      const { all, ...columns } = growing.columns();
      const { all: expected, ...expectedColumns } = whole.columns();
      // Which of the last events are at hand depends on when it was looked at; the last ones are.
      expect({ ...all, lastEvents: [] }).toEqual({ ...expected, lastEvents: [] });
      expect(all.lastEvents.at(-1)).toEqual(expected.lastEvents.at(-1));
      const last = (values: ArrayLike<number>) => Array.from(values).slice(-8);
      expect(last(columns.kinds)).toEqual(last(expectedColumns.kinds));
      expect(last(columns.times)).toEqual(last(expectedColumns.times));
      expect(last(columns.ends)).toEqual(last(expectedColumns.ends));
      expect(columns.firstEntry + columns.kinds.length).toBe(all.entries);
    },
    500,
  );
});
