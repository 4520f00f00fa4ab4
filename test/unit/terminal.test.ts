import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { out } from '../../src/node/cli/terminal.ts';
import { visible, visibleJson } from '../../src/node/cli/visible.ts';
import { holds } from '../support/properties.ts';

/* What the command prints of files and servers: nothing that a terminal would act on. */

const ACTED_ON = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom('\x1b[31m', '\x9b', '\x07', '\r\n', '\u202e', 'a', 'é', '"'),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join(''));

test('text has nothing left that a terminal acts on, and what it does not act on stays', () => {
  holds('visible', [text], (given) => void expect(visible(given)).not.toMatch(ACTED_ON));
  expect(visible('GET https://x/é?a=b “ok” 😀')).toBe('GET https://x/é?a=b “ok” 😀');
  expect(visible('\x1b[2J\x9b\u202e\n\t')).toBe('\\x1b[2J\\x9b\\u202e\\n\\t');
});

test('JSON neither, and its value is the same', () => {
  holds('visibleJson', [text, text], (key, value) => {
    const json = visibleJson({ [key]: [value] });
    expect(json.replaceAll('\n', '')).not.toMatch(ACTED_ON);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ [key]: [value] })));
  });
});

test('a line makes what is put into it visible, once, in whatever style', () => {
  expect(out.text`a ${'\x1b'} ${out.bold('\x1b')} ${out.dim(out.text`${'\n'}`)} ${7}`.text).toBe(
    'a \\x1b \\x1b \\n 7',
  );
});

test('nothing but the terminal prints', () => {
  const printing = readdirSync('src/node', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) =>
      /\bconsole\.|process\.(stdout|stderr)/.test(readFileSync(join('src/node', file), 'utf8')),
    );
  expect(printing).toEqual([join('cli', 'terminal.ts')]);
});
