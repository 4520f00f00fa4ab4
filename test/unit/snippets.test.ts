import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellQuote } from '../../src/devtools/http/shellQuote.ts';
import { curlOf, eventSourceOf, fetchOf } from '../../src/devtools/http/snippets.ts';
import type { Exchange, Header, Stream } from '../../src/shared/session/types.ts';
import { holds, holdsLater } from '../support/properties.ts';

/* What is copied as a command or as code means what was recorded, whatever a page or a file says. Real shells read it. */

/** Shells of POSIX that are there: `sh` always is. */
const SHELLS = ['sh', 'bash', 'dash', 'ksh', 'zsh'].filter(
  (shell) => spawnSync(shell, ['-c', 'exit 0']).status === 0,
);

/** The arguments that `curl` would get from a command, in a shell. */
function argumentsOf(command: string, shell = 'sh'): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}\n`;
  const out = execFileSync(shell, ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return out.split('\0').slice(0, -1);
}

const exchangeOf = (some: Partial<Exchange>, headers: Header[] = []): Exchange =>
  ({ method: 'GET', url: 'https://a.test/e', http: { requestHeaders: headers }, ...some }) as Exchange;

/** Signs that mean something to a shell, to curl or to a terminal. */
const NASTY = fc.constantFrom(
  ...[
    '$(touch PWNED)',
    '`id`',
    "'",
    '"',
    '\\',
    '!',
    '#',
    '%s',
    '%n',
    '@/etc/passwd',
    '-o',
    '--',
    '~',
    '*',
    ';',
    '&&',
  ],
  ...[
    '\n',
    '\r',
    '\t',
    '\x1b[31m',
    '\x07',
    '\x7f',
    '\u009b',
    '\u2028',
    'é',
    '😀',
    ' ',
    '$',
    '{a,b}',
    '[1-3]',
    '\0',
    '…',
  ],
);
const text = fc.oneof(
  fc
    .array(fc.oneof(NASTY, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 8 })
    .map((all) => all.join('')),
  fc.string({ maxLength: 20 }),
);

test('a quoted text is that text to every shell, and nothing that a terminal acts on', () => {
  expect(SHELLS).toContain('sh');
  holds(
    'shellQuote',
    [fc.array(text, { minLength: 1, maxLength: 60 })],
    (texts) => {
      const words = texts.map(shellQuote);
      for (const word of words) expect(word.replace(/\n+'$/, "'")).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      const wanted = texts.map((one) => Buffer.from(one.replaceAll('\0', '')).toString());
      for (const shell of SHELLS) expect(argumentsOf(`curl ${words.join(' ')}`, shell)).toEqual(wanted);
    },
    50,
  );
});

test('Copy as cURL runs curl once, with the request as it was', () => {
  const header = fc.tuple(fc.oneof(text, fc.constantFrom('X-A', '@x', '-x', 'x y')), text);
  holds(
    'curlOf',
    [text, text, fc.array(header, { maxLength: 5 })],
    (method, path, headers) => {
      const url = `https://a.test/${path}`;
      const clean = (one: string) => Buffer.from(one.replaceAll('\0', '')).toString();
      const args = argumentsOf(curlOf(exchangeOf({ url, method }, headers as Header[])));
      const wanted = ['--no-buffer', '--globoff', '--url', clean(url)];
      if (method !== 'GET') wanted.push('--request', clean(method));
      for (const [name, value] of headers) {
        if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || /[\0\r\n]/.test(value)) continue;
        wanted.push('--header', clean(value.trim() === '' ? `${name};` : `${name}: ${value}`));
      }
      if (!/^(GET|HEAD)$/i.test(method)) wanted.push('--data-raw', '…');
      expect(args).toEqual(wanted);
    },
    150,
  );
});

test('Copy as cURL: a method that holds a command is sent, not run', () => {
  expect(argumentsOf(curlOf(exchangeOf({ method: '$(echo PWNED)' })))).toContain('$(echo PWNED)');
});

test('Copy as cURL: no address but http and https, no header that names a file, no secret', () => {
  expect(argumentsOf(curlOf(exchangeOf({ url: 'file:///etc/passwd' })))).toEqual([]);
  expect(argumentsOf(curlOf(exchangeOf({ url: 'x\n$(echo PWNED)' })))).toEqual([]);
  const command = curlOf(
    exchangeOf({}, [
      ['@/etc/passwd', 'x'],
      ['Authorization', 'Bearer geheim'],
      ['X-Empty', ''],
    ]),
  );
  expect(command).not.toContain('geheim');
  expect(argumentsOf(command).slice(4)).toEqual(['--header', 'Authorization: …', '--header', 'X-Empty;']);
});

test('Copy as fetch and as EventSource is code that does the same', async () => {
  const header = fc.tuple(fc.constantFrom('X-A', 'x-b', '__proto__', 'Accept', 'bad name', 'X-A'), text);
  await holdsLater(
    'fetchOf',
    [text, text, fc.array(header, { maxLength: 5 })],
    async (method, url, headers) => {
      const asked: unknown[][] = [];
      const fetch = async (...args: unknown[]) => {
        asked.push(args);
        return { body: { pipeThrough: () => [] } };
      };
      const code = fetchOf(exchangeOf({ url, method }, headers as Header[]));
      expect(code).not.toMatch(/[\x7f-\x9f\u2028\u2029]/);
      await new Function('fetch', `return (async () => { ${code} })()`)(fetch);
      const kept = headers.filter(([name, value]) => name !== 'bad name' && !/[\0\r\n]/.test(value));
      expect(asked).toEqual([
        [
          url,
          {
            ...(method === 'GET' ? {} : { method }),
            ...(kept.length > 0 ? { headers: kept } : {}),
            ...(/^(GET|HEAD)$/i.test(method) ? {} : { body: '…' }),
          },
        ],
      ]);
      const heard: string[] = [];
      class EventSource {
        constructor(address: string) {
          heard.push(address);
        }
        addEventListener(type: string) {
          heard.push(type);
        }
      }
      new Function('EventSource', eventSourceOf({ url, listeners: [method] } as unknown as Stream))(
        EventSource,
      );
      expect(heard).toEqual([url, method]);
    },
    1000,
  );
});
