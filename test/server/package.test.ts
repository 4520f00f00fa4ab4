import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordedHar } from '../support/recordedHar.ts';

/* The package as it is packed, installed in an empty folder. */

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'sse-scope-package-'));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(async () => {
  // What the build has made already is packed as it is.
  const [{ filename }] = JSON.parse(
    execFileSync(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  writeFileSync(join(folder, 'package.json'), '{"name":"empty","private":true,"type":"module"}');
  // Without the engines, which are optional.
  run(npm, 'install', '--no-audit', '--no-fund', '--prefer-offline', '--omit=optional', `./${filename}`);
  writeFileSync(
    join(folder, 'session.har'),
    await recordedHar([{ url: 'https://x/e', connections: [{ chunks: [[0, 'data: 1\n\n']] }] }]),
  );
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the command runs, without the tools that built it', () => {
  expect(run(join('node_modules', '.bin', 'sse-scope'), 'inspect', 'session.har')).toContain('1 events');
  const installed = run(npm, 'ls', '--all', '--parseable');
  expect(installed).toContain('fastify');
  for (const name of ['vite', 'preact', 'typescript', 'playwright', 'webextension-polyfill'])
    expect(installed).not.toMatch(new RegExp(`node_modules/${name}$`, 'm'));
});

test('an engine that is not installed is named in a sentence, and the rest works without it', () => {
  const command = join('node_modules', '.bin', 'sse-scope');
  for (const [args, sentence] of [
    [['load', 'session.har', '--to', 'duckdb:x.duckdb'], 'DuckDB is not installed'],
    [
      ['load', 'session.har', '--to', 'clickhouse://127.0.0.1/x'],
      'The client of ClickHouse is not installed',
    ],
  ] as const)
    expect(() => run(command, ...args)).toThrow(sentence);
  expect(run(command, 'load', 'session.har', '--to', 'parquet:lake')).toContain('1 recording loaded');
  expect(() => run(command, 'query', 'ttft', '--from', 'parquet:lake')).toThrow('DuckDB is not installed');
  expect(run(command, 'query')).toContain('slow-first-byte');
}, 60_000);

test('the library starts a server for a test', () => {
  writeFileSync(
    join(folder, 'use.js'),
    `import { createMockServer } from 'sse-scope';
const mock = await createMockServer({ sessions: ['session.har'] });
console.log(await (await fetch(mock.urlOf('https://x/e'))).text());
await mock.close();`,
  );
  expect(run(process.execPath, 'use.js')).toBe('data: 1\n\n\n');
});

test('its types are there', () => {
  writeFileSync(
    join(folder, 'use.ts'),
    `import { createMockServer, type MockServer } from 'sse-scope';
const mock: MockServer = await createMockServer({ sessions: ['session.har'], speed: 2 });
mock.setFaults({ rules: [{ faults: { drop: { events: 3 } } }] });
const url: string = mock.urlOf('https://x/e');
// @ts-expect-error there is no such option
await createMockServer({ sped: 2 });
console.log(url, mock.clients[0]?.lag);`,
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  expect(
    run(
      process.execPath,
      tsc,
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--typeRoots',
      join(root, 'node_modules/@types'),
      '--types',
      'node',
      'use.ts',
    ),
  ).toBe('');
});
