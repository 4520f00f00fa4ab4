import { expect, test } from 'vitest';
import { createParser } from '../../src/shared/sse/parse.ts';
import { EntryKind, type EntrySink, LONG_LINE, ProblemKind } from '../../src/shared/sse/types.ts';

function counting() {
  const kinds: number[] = [0, 0, 0, 0, 0];
  const problems: number[] = [];
  const sink: EntrySink = {
    entry(kind, _start, _end, detail) {
      kinds[kind]!++;
      if (kind === EntryKind.problem && problems.length < 100) problems.push(detail);
    },
  };
  return { sink, kinds, problems };
}

const MIB = 1 << 20;
const text = (s: string) => new TextEncoder().encode(s);

test('a line of 1 GB is one event and one problem, and only its head is kept', () => {
  const { sink, kinds, problems } = counting();
  const parser = createParser(sink);
  const chunk = new Uint8Array(MIB).fill(0x78);
  parser.push(text('data: '));
  for (let i = 0; i < 1024; i++) parser.push(chunk);
  expect(parser.state().head.length).toBeLessThan(64);
  parser.push(text('\n\n'));
  expect(problems).toEqual([ProblemKind.longLine]);
  expect(kinds[EntryKind.event]).toBe(1);
});

test.each(['id: ', 'event: ', 'retry: '])('of a long line "%s" no more than the bound is kept', (start) => {
  const { sink, problems } = counting();
  const parser = createParser(sink);
  parser.push(text(start));
  for (let i = 0; i < 8; i++) parser.push(new Uint8Array(MIB).fill(0x31));
  expect(parser.state().head.length).toBeLessThan(LONG_LINE + 64);
  parser.push(text('\ndata: a\n\n'));
  expect(problems).toEqual([ProblemKind.longLine]);
  expect(parser.lastEventId()).toBe('');
});

test('ten million empty lines are nothing', () => {
  const { sink, kinds } = counting();
  const parser = createParser(sink);
  const lines = new Uint8Array(1_000_000).fill(0x0a);
  for (let i = 0; i < 10; i++) parser.push(lines);
  parser.end();
  expect(kinds).toEqual([0, 0, 0, 0, 0]);
});

test('a million chunks of one byte', () => {
  const { sink, kinds } = counting();
  const parser = createParser(sink);
  const block = text('id: 1\nevent: tick\ndata: abc\n\n');
  const byte = new Uint8Array(1);
  let chunks = 0;
  for (; chunks < 1_000_000; chunks++) {
    byte[0] = block[chunks % block.length]!;
    parser.push(byte);
  }
  expect(kinds[EntryKind.event]).toBe(Math.floor(chunks / block.length));
});

test('a long id that comes byte by byte', () => {
  const { sink } = counting();
  const parser = createParser(sink);
  parser.push(text('id: '));
  const byte = text('7');
  for (let i = 0; i < 200_000; i++) parser.push(byte);
  parser.push(text('\ndata: a\n\n'));
  expect(parser.lastEventId()).toHaveLength(200_000);
});

test('random bytes: no exception, and a bounded state', () => {
  const { sink } = counting();
  const parser = createParser(sink);
  let x = 1;
  for (let i = 0; i < 64; i++) {
    const bytes = new Uint8Array(65_536);
    for (let j = 0; j < bytes.length; j++) {
      x = (x * 1_103_515_245 + 12_345) >>> 0;
      bytes[j] = x >>> 16;
    }
    parser.push(bytes);
    expect(parser.state().head.length).toBeLessThan(LONG_LINE);
  }
  parser.end();
});

test('an empty chunk changes nothing', () => {
  const { sink } = counting();
  const parser = createParser(sink);
  parser.push(text('data: a\r'));
  const before = parser.state();
  parser.push(new Uint8Array(0));
  expect(parser.state()).toEqual(before);
});
