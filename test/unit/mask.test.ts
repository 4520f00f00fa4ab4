import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskedRanges } from '../../src/shared/file/mask/maskedRanges.ts';
import { maskSource } from '../../src/shared/file/mask/maskSource.ts';
import { parseMasks } from '../../src/shared/file/mask/parseMasks.ts';
import type { SessionSource } from '../../src/shared/file/source/sessionSource.ts';
import type { Segment } from '../../src/shared/segment/segment.ts';
import { createSegmentWriter } from '../../src/shared/segment/segmentWriter.ts';
import { cut, streamBytes } from '../support/arbitraryStream.ts';
import { holds, holdsLater } from '../support/properties.ts';
import { joined } from '../support/streamNotation.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

async function masked(chunks: Uint8Array[], rules: string): Promise<Segment[]> {
  const writer = createSegmentWriter({ exchange: 'x' });
  chunks.forEach((chunk, i) => void writer.append(chunk, i));
  writer.end();
  const segments = writer.takeChanged();
  const source = {
    async *segments() {
      yield* segments;
    },
  } as unknown as SessionSource;
  const { masks, problems } = parseMasks(rules);
  expect(problems).toEqual([]);
  const out: Segment[] = [];
  for await (const segment of maskSource(source, masks).segments('x')) out.push(segment);
  return out;
}

const textOf = async (stream: string, rules: string) =>
  decoder.decode(joined((await masked([encoder.encode(stream)], rules)).map(({ bytes }) => bytes)));

describe('masks', () => {
  test.each([
    ['$.a', '{"a":"xyz","b":"a"}', '{"a":"xxx","b":"a"}'],
    ['$.a', '{"a":{"b":["geheim",12,true,false,null]}}', '{"a":{"b":["xxxxxx",11,null,null ,null]}}'],
    ['$.a[1]', '{"a":["p","q"]}', '{"a":["p","x"]}'],
    ['$.a[*].p', '{"a":[{"p":-1.5e3,"q":2}]}', '{"a":[{"p":-1.1e1,"q":2}]}'],
    ['$..t', '{"t":"1","a":[{"t":"2","s":{"t":"3"}}]}', '{"t":"x","a":[{"t":"x","s":{"t":"x"}}]}'],
    ["$['a b']", '{"a b":"c","a":"d"}', '{"a b":"x","a":"d"}'],
    ['$[0]', '["a","b"]', '["x","b"]'],
    ['$.ü', '{"ü":"ö\\n","b":1}', '{"ü":"xxxx","b":1}'],
    ['$.a', 'no {"a":"xyz"}', 'no {"a":"xyz"}'],
    ['$.a', '{"a":"xyz", broken', '{"a":"xxx", broken'],
    ['/\\d{4}/', 'card 1234 5678 12', 'card xxxx xxxx 12'],
    ['/ö+/', 'aööb', 'axxxxb'],
    ['# nothing\n\n/SECRET/i', 'a secret', 'a xxxxxx'],
  ])('%s in %s', async (rules, data, expected) => {
    expect(await textOf(`id: 1\ndata: ${data}\n\n`, rules)).toBe(`id: 1\ndata: ${expected}\n\n`);
  });

  test('data of many lines is looked through as one text', async () => {
    expect(await textOf('data: {"a":\ndata:"xyz"}\n\ndata: keep\n\n', '$.a')).toBe(
      'data: {"a":\ndata:"xxx"}\n\ndata: keep\n\n',
    );
    expect(await textOf('data: a1\r\ndata: 2b\r\n\r\n', '/1\\n2/')).toBe('data: ax\r\ndata: xb\r\n\r\n');
  });

  test('an unfinished block is masked whole; comments by patterns', async () => {
    expect(await textOf(': token 123\n\nid: 123\ndata: open 1\ndata', '/123/')).toBe(
      ': token xxx\n\nid: 123\ndata: xxxxxx\ndata',
    );
  });

  test('lines whose field is not known are looked through, too: secrets hide in misspelt fields', async () => {
    for (const [line, rules, expected] of [
      ['message: {"token":"geheim","n":1}', '$.token', 'message: {"token":"xxxxxx","n":1}'],
      ['daat: card 1234', '/\\d{4}/', 'daat: card xxxx'],
      ['token-geheim', '/geheim/', 'token-xxxxxx'],
      [' data: geheim', '/geheim/', ' data: xxxxxx'],
      ['x: {"a":"ö \ufffd"}', '$.a', `x: {"a":"${'x'.repeat(6)}"}`],
      ['x: {"t":"geheim"}', '/"t"/\n$.t', 'x: {xxx:"xxxxxx"}'],
    ] as const) {
      for (const end of ['\n', '\r', '\r\n']) {
        for (const [before, after] of [
          ['', ''],
          ['data: a', 'data: b'],
        ] as const) {
          const stream = (middle: string) =>
            [before, middle, after, ''].filter(Boolean).join(end) + end + end;
          expect(await textOf(stream(line), rules)).toBe(stream(expected));
        }
      }
    }
    // In a block that has no end, they are masked whole, as its data is.
    expect(await textOf('id: 1\nsecret: geheim\nmessag', '/nothing/')).toBe('id: 1\nxxxxxxxxxxxxxx\nxxxxxx');
  });

  test('what is no mask is answered by a sentence', () => {
    expect(parseMasks('$.a\n$\nfoo\n/(/\n$.a[').problems).toEqual([
      expect.stringMatching(/^Line 2: .*is no path/),
      expect.stringMatching(/^Line 3: .*neither a path/),
      expect.stringMatching(/^Line 4: .*regular expression/),
      expect.stringMatching(/^Line 5: .*is no path/),
    ]);
  });

  test('whatever is masked, nothing moves: the entries are the same, and what was matched is gone', async () => {
    await holdsLater(
      'masked streams',
      [streamBytes, fc.array(fc.nat(), { maxLength: 5 })],
      async (bytes, places) => {
        const before = await masked(cut(bytes, places), '$.nowhere');
        const after = await masked(cut(bytes, places), '/[a-w]+/\n/[é-￿]/');
        expect(after.map(({ bytes: _, ...rest }) => rest)).toEqual(
          before.map(({ bytes: _, ...rest }) => rest),
        );
        const [old, now] = [before, after].map((segments) => joined(segments.map((one) => one.bytes)));
        expect(now!.length).toBe(old!.length);
        for (const [i, byte] of now!.entries()) if (byte !== old![i]) expect(byte).toBe(0x78);
      },
      2000,
    );
  });

  test('a path finds in any JSON just the values that it leads to', () => {
    holds('paths', [fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 2)], (other, space) => {
      const data = JSON.stringify({ before: other, secret: 'geheim', after: [other] }, null, space);
      const { masks } = parseMasks('$.secret');
      const found = maskedRanges(data, masks).map(({ from, to }) => data.slice(from, to));
      expect(found).toEqual(['geheim']);
    });
  });

  test('an event of several segments is masked through all of them', async () => {
    const long = 'ab'.repeat(400_000);
    const bytes = encoder.encode(`data: {"a":"${long}","b":"${long}"}\n\ndata: {"a":"c"}\n\n`);
    const segments = await masked([bytes], '$.a');
    expect(segments.length).toBeGreaterThan(3);
    expect(decoder.decode(joined(segments.map((one) => one.bytes)))).toBe(
      `data: {"a":"${'x'.repeat(long.length)}","b":"${long}"}\n\ndata: {"a":"x"}\n\n`,
    );
  });
});
