import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeFilter } from '../../src/devtools/filter/completeFilter.ts';
import { highlight } from '../../src/devtools/filter/highlight.ts';
import { type FilteredEntry, matchEntry } from '../../src/devtools/filter/matchEntry.ts';
import { parseFilter, tokens } from '../../src/devtools/filter/parseFilter.ts';
import { matchSegment } from '../../src/devtools/query/matchSegment.ts';
import { entryText } from '../../src/devtools/reading/entryText.ts';
import { entryRow, entryTime } from '../../src/shared/segment/readSegment.ts';
import type { Segment } from '../../src/shared/segment/segment.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import { EntryKind } from '../../src/shared/sse/types.ts';
import { cut, streamBytes } from '../support/arbitraryStream.ts';
import { holds, holdsLater } from '../support/properties.ts';

const entry: FilteredEntry = {
  kind: EntryKind.event,
  type: 'price',
  id: '42',
  size: 1500,
  gap: 2500,
  exchange: 2,
  text: '{"symbol":"ACME","n":7,"user":{"name":"Ada Lovelace","tags":["a","b"]},"a.b":1,"none":null}',
};
const stays = (filter: string, more: Partial<FilteredEntry> = {}) =>
  matchEntry(parseFilter(filter).terms, { ...entry, ...more });

describe('a filter', () => {
  test.each([
    ['', true],
    ['acme', true],
    ['ACME PRICE', true],
    ['acme hooli', false],
    ['-hooli', true],
    ['-acme', false],
    ['42', true],
    ['"Ada Lovelace"', true],
    ['"Lovelace Ada"', false],
    ['"n":7', true],
    ['{"symbol":"ACME","n"', true],
    ['"ada love', true],
    ['-"n":8', true],
    ['/ac.e/i', true],
    ['/ac.e/', false],
    ['-/ac.e/', true],
    ['/[A-Z]{4}"/', true],
    ['/user":\\{"name/', true],
    ['type:price', true],
    ['type:PRICE', true],
    ['type:pri', false],
    ['type:pri*', true],
    ['type:*ice', true],
    ['-type:price', false],
    ['id:42', true],
    ['id:4', false],
    ['id:4*', true],
    ['kind:event', true],
    ['kind:comment', false],
    ['kind:e', true],
    ['size>1kB', true],
    ['size>1.5kB', false],
    ['size>=1500', true],
    ['size<2000', true],
    ['size:1500', true],
    ['size:>1000', true],
    ['size!=1500', false],
    ['gap>2s', true],
    ['gap>2.5s', false],
    ['gap<1min', true],
    ['exchange:2', true],
    ['exchange:1', false],
    ['json:$.n=7', true],
    ['json:$.n>6.5', true],
    ['json:n<7', false],
    ['json:$.user.name=ada', false],
    ['json:$.user.name="ada lovelace"', true],
    ['json:$.user.tags[1]=b', true],
    ['json:$.user.tags[2]', false],
    ['json:$.user', true],
    ['json:$["a.b"]=1', true],
    ['json:$.none', true],
    ['json:$.none=null', true],
    ['json:$.absent', false],
    ['-json:$.absent', true],
    ['json:$.user.name.length', false],
    ['type:', true],
    ['size>', true],
    ['/api/stocks', false],
    ['http://x', false],
  ])('%j: %j', (filter, expected) => {
    expect(parseFilter(filter).problem).toBe('');
    expect(stays(filter)).toBe(expected);
  });

  test('the first entry has no gap', () => {
    expect(stays('gap>=0', { gap: undefined })).toBe(false);
  });

  test.each([
    ['/(/', 'no regular expression'],
    ['kind:banana', 'There is no kind “banana”'],
    ['size>much', 'no size'],
    ['gap>2parsecs', 'no length of time'],
    ['exchange:first', 'no number of an exchange'],
    ['json:$..x=1', 'no path into JSON'],
  ])('%j says what is wrong, and the rest still holds', (filter, problem) => {
    const read = parseFilter(`acme ${filter}`);
    expect(read.problem).toContain(problem);
    expect(read.terms).toHaveLength(1);
  });

  test('any text is a filter, and its words stand where they are said to', () => {
    const words = fc.constantFrom(
      'type:',
      '-',
      '"',
      '/',
      '\\',
      '[',
      'json:$',
      '.a',
      'size>',
      '9',
      ' ',
      '*',
      'İ',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((parts) => parts.join('')),
    );
    holds('filters', [text], (filter) => {
      for (const { text, from, to } of tokens(filter)) expect(filter.slice(from, to)).toBe(text);
      const { terms } = parseFilter(filter);
      expect(typeof matchEntry(terms, entry)).toBe('boolean');
      const pieces = highlight(entry.text, terms);
      expect(pieces.map((piece) => piece.text).join('')).toBe(entry.text);
    });
  });
});

test('what is found is marked', () => {
  const marked = (filter: string, text: string) =>
    highlight(text, parseFilter(filter).terms)
      .map(({ text, found }) => (found ? `[${text}]` : text))
      .join('');
  expect(marked('ac', 'ACME tracks')).toBe('[AC]ME tr[ac]ks');
  expect(marked('/\\d+/ b', 'a1b22')).toBe('a[1b22]');
  expect(marked('-a', 'abc')).toBe('abc');
  expect(marked('type:a', 'abc')).toBe('abc');
});

test('completions: names, types, kinds', () => {
  const offered = (text: string, types: string[] = []) =>
    completeFilter(text, text.length, types).map((one) => text.slice(0, one.from) + one.text);
  expect(offered('ty')).toEqual(['type:']);
  expect(offered('acme si')).toEqual(['acme size>']);
  expect(offered('-ty')).toEqual(['-type:']);
  expect(offered('type:p', ['price', 'Ping', 'news'])).toEqual(['type:price ', 'type:Ping ']);
  expect(offered('pri', ['price', 'two words'])).toEqual(['type:price ']);
  expect(offered('two', ['two words'])).toEqual(['type:"two words" ']);
  expect(offered('kind:c')).toEqual(['kind:comment ']);
  expect(offered('acme ')).toEqual([]);
});

describe('a segment as a whole', () => {
  const segmentsOf = (bytes: Uint8Array, places: number[]): Segment[] => {
    const writer = createSegmentWriter({ exchange: 'x', lastEventId: '9é' });
    cut(bytes, places).forEach((chunk, i) => void writer.append(chunk, 1000 + i * 7));
    writer.end();
    return writer.takeChanged();
  };
  const word = fc.constantFrom('a', '9', 'x', 'data', 'é', '新', 'mess', 'ms', 'line', '{"', 'a a', ':');
  const term = fc.oneof(
    word,
    word.map((one) => `-${one}`),
    word.map((one) => `"${one}"`),
    fc.constantFrom(
      '/a+/',
      '/^.$/',
      '/9|é/i',
      'type:a*',
      'id:9*',
      'kind:comment',
      '-kind:event',
      'size>2',
      'gap>3',
    ),
    fc.constantFrom('json:$.a', 'exchange:3', '-exchange:3', 'type:message'),
  );

  test('gives the same as looking at one entry after the other', async () => {
    await holdsLater(
      'segments and filters',
      [streamBytes, fc.array(fc.nat(), { maxLength: 4 }), fc.array(term, { maxLength: 3 }), fc.nat(3)],
      async (bytes, places, words, skip) => {
        const { terms } = parseFilter(words.join(' '));
        for (const segment of segmentsOf(bytes, places)) {
          const from = Math.min(skip, segment.kinds.length);
          const textOf = (i: number) =>
            entryText(segment, i, entryRow(segment, i), () => Promise.resolve(undefined));
          const timeBefore = from > 0 ? entryTime(segment, from - 1) : undefined;
          const found = await matchSegment(segment, from, terms, { exchange: 3, timeBefore, textOf });
          const expected: number[] = [];
          for (let i = from; i < segment.kinds.length; i++) {
            const row = entryRow(segment, i);
            const isEvent = row.kind === EntryKind.event || row.kind === EntryKind.incomplete;
            const one: FilteredEntry = {
              kind: row.kind,
              type: row.type,
              id: row.lastEventId,
              size: isEvent ? row.value : row.end - row.start,
              gap: i > 0 ? row.time - entryTime(segment, i - 1) : undefined,
              exchange: 3,
              text: await textOf(i),
            };
            expected.push(matchEntry(terms, one) ? 1 : 0);
          }
          expect([...found]).toEqual(expected);
        }
      },
      4000,
    );
  });

  test('an event in several segments is found by what it says in full', async () => {
    const writer = createSegmentWriter({ exchange: 'x' });
    const data = `needle${'x'.repeat(600_000)}thread`;
    writer.append(new TextEncoder().encode(`data: first\n\ndata: ${data}\n\ndata: last\n\n`), 1);
    const segments = writer.takeChanged();
    expect(segments.length).toBeGreaterThan(2);
    const found: string[] = [];
    for (const segment of segments) {
      const source = (index: number) => Promise.resolve(segments[index]);
      for (const filter of ['needle', 'thread', 'needlex', 'last']) {
        const mask = await matchSegment(segment, 0, parseFilter(filter).terms, {
          exchange: 1,
          timeBefore: undefined,
          textOf: (i) => entryText(segment, i, entryRow(segment, i), source),
        });
        mask.forEach((hit, i) => {
          if (hit) found.push(`${filter} ${segment.firstEntry + i}`);
        });
      }
    }
    expect(found.sort()).toEqual(['last 2', 'needle 1', 'needlex 1', 'thread 1']);
  });
});
