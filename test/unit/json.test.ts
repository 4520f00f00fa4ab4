import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonPlace } from '../../src/shared/file/json/plan.ts';
import { itemsAt, scanJson } from '../../src/shared/file/json/scan.ts';
import { textAt } from '../../src/shared/file/json/textAt.ts';
import type { FileBytes } from '../../src/shared/file/source/fileBytes.ts';
import { FileError } from '../../src/shared/file/source/fileError.ts';
import { holdsLater } from '../support/properties.ts';
import { joined } from '../support/streamNotation.ts';

/** A file that is read so many bytes at a time. */
function fileOf(text: string, window: number): FileBytes {
  const blob = new Blob([text]);
  return { size: blob.size, window, slice: (from, to) => blob.slice(from, to) };
}

const anyJson = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
const anyWindow = fc.integer({ min: 1, max: 40 });

describe('JSON that is read a window at a time', () => {
  test('is what JSON.parse reads, spaces or none, however it is cut', async () => {
    await holdsLater(
      'scanned JSON',
      [anyJson, anyWindow, fc.constantFrom(undefined, 1, '\t')],
      async (value, window, space) => {
        const text = JSON.stringify(value, null, space);
        expect(await scanJson(fileOf(text, window), 'keep')).toEqual(JSON.parse(text));
      },
    );
  });

  test('a byte order mark is left out at the start of the file, and kept in a text', async () => {
    expect(await scanJson(fileOf('\ufeff{"a":"\ufeffb"}', 2), 'keep')).toEqual({ a: '\ufeffb' });
  });

  test('says where a value stands without reading it', async () => {
    await holdsLater(
      'places',
      [anyJson, fc.string({ unit: 'binary' }), anyWindow],
      async (other, text, window) => {
        const list = [other, text, [other]];
        const json = JSON.stringify({ before: other, list, text, after: [text] });
        const file = fileOf(json, window);
        const {
          list: listAt,
          text: at,
          ...rest
        } = (await scanJson(file, {
          fields: { list: 'place', text: 'place', before: 'skip' },
          others: 'keep',
        })) as Record<string, JsonPlace>;
        expect(listAt).toBeInstanceOf(JsonPlace);
        expect(listAt!.items).toBe(3);
        expect(rest).toEqual({ after: [text] });
        const items: unknown[] = [];
        for await (const some of itemsAt(file, listAt!)) items.push(...some);
        expect(items).toEqual(JSON.parse(JSON.stringify(list)));
        const pieces: Uint8Array[] = [];
        for await (const piece of textAt(file, at!)) pieces.push(piece);
        // Half a pair of surrogates cannot be written as UTF-8.
        expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(joined(pieces))).toBe(
          Buffer.from(text).toString(),
        );
      },
      1000,
    );
  });

  test('what is cut off is an error, and to be had up to there when it is wanted', async () => {
    const whole = JSON.stringify({ list: [1, { a: 'x' }, 'text'], text: 'data: 1\n' });
    const plan = { fields: { text: 'place' }, others: 'keep' } as const;
    for (let length = 1; length < whole.length; length++) {
      const file = fileOf(whole.slice(0, length), 7);
      await expect(scanJson(file, plan)).rejects.toThrow('cut off');
      const read = (await scanJson(file, plan, { salvage: true })) as { list?: unknown[]; text?: JsonPlace };
      const items = [1, { a: 'x' }, 'text'];
      for (const [i, item] of (read.list ?? []).entries()) expect([items[i], {}]).toContainEqual(item);
      if (read.text) expect(read.text.to).toBeLessThanOrEqual(length);
    }
  });

  test.each([
    ['{"a" 1}', 'in place of a colon'],
    ['{a: 1}', 'in place of a name'],
    ['[1 2]', 'in place of a comma'],
    ['[1] x', 'after its end'],
    ['[tru]', '“tru”'],
    ['[01]', '“01”'],
    ['["a\nb"]', 'has to be escaped'],
    ['[}', '“}”'],
  ])('%s is answered by a sentence', async (text, sentence) => {
    for (const window of [1, 3, 100]) {
      const read = scanJson(fileOf(text, window), 'keep');
      await expect(read).rejects.toThrow(sentence);
      await expect(read).rejects.toBeInstanceOf(FileError);
    }
  });
});
