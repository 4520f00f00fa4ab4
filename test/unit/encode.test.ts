import { expect, test } from 'vitest';
import { encodeBlock, encodeComment } from '../../src/shared/sse/encode.ts';

test('a block has its fields in one order, and ends with a blank line', () => {
  expect(encodeBlock({ data: 'a', id: '1', event: 'tick', retry: 5, comment: 'hi' })).toBe(
    ': hi\nevent: tick\nid: 1\nretry: 5\ndata: a\n\n',
  );
});

test.each([
  ['a\nb', 'data: a\ndata: b\n\n'],
  ['a\r\nb', 'data: a\ndata: b\n\n'],
  ['a\rb', 'data: a\ndata: b\n\n'],
  ['a\n', 'data: a\ndata: \n\n'],
  ['', 'data: \n\n'],
  [' a', 'data:  a\n\n'],
])('data %j is split on every line end', (data, block) => {
  expect(encodeBlock({ data })).toBe(block);
});

test('an empty id resets the ID', () => {
  expect(encodeBlock({ id: '', data: 'a' })).toBe('id\ndata: a\n\n');
});

test.each([
  [{ event: 'a\nb' }, /event type cannot hold a line end/],
  [{ id: 'a\rb' }, /event ID cannot hold a line end/],
  [{ id: 'a\0b' }, /NUL/],
  [{ retry: 1.5 }, /whole number/],
  [{ retry: -1 }, /whole number/],
])('%j is refused with a sentence', (fields, sentence) => {
  expect(() => encodeBlock(fields)).toThrow(sentence);
});

test('comments', () => {
  expect(encodeComment()).toBe(':\n');
  expect(encodeComment('a\nb')).toBe(': a\n: b\n');
});
