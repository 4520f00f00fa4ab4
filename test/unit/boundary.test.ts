import { expect, test } from 'vitest';
import { createBoundary } from '../../src/node/stage/boundary.ts';

const encoder = new TextEncoder();

test.each([
  ['', true],
  ['data: 1\n', false],
  ['data: 1\n\n', true],
  ['data: 1\r\n\r\n', true],
  ['data: 1\r\n', false],
  ['data: 1\r\r', true],
  ['data: 1\n\r', true],
  ['data: 1\n\r\n', true],
  ['data: 1\n\n: beat\n', true],
  ['data: 1\n\n: beat', false],
  ['data: 1\n: comment\n', false],
  [': a\n: b\n\n', true],
  ['retry: 5\n\n', true],
])('%j', (text, isThere) => {
  const whole = createBoundary();
  whole.written(encoder.encode(text), 0);
  expect(whole.isThere).toBe(isThere);
  const inPieces = createBoundary();
  for (const letter of text) inPieces.written(encoder.encode(letter), 0);
  expect(inPieces.isThere).toBe(isThere);
});

test('what stands before the end of a block is not looked at', () => {
  const boundary = createBoundary();
  boundary.written(encoder.encode('data: 1\n\ndata: 2'), 9);
  expect(boundary.isThere).toBe(false);
  boundary.written(encoder.encode('\n\n'), 2);
  expect(boundary.isThere).toBe(true);
});
