import { expect, test } from 'vitest';
import { lineChanges } from '../../src/devtools/detail/lineChanges.ts';

test('what differs between two texts is told line by line', () => {
  expect(
    lineChanges('a\nb\n', 'a\nc\n')?.map(({ value, added, removed }) => [value, added, removed]),
  ).toEqual([
    ['a\n', false, false],
    ['b\n', false, true],
    ['c\n', true, false],
  ]);
});

test('texts that have no line in common are given up, not compared for minutes', () => {
  const lines = (from: number) =>
    Array.from({ length: 16_000 }, (_, i) => (from + i).toString(36)).join('\n');
  const [old, now] = [lines(100_000), lines(200_000)];
  expect(old.length + now.length).toBeLessThan(200_000);
  expect(lineChanges(old, now)).toBeUndefined();
  expect(lineChanges('x'.repeat(200_000), 'y')).toBeUndefined();
});
