import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';

/** Names that every context or folder may have. */
const FIXED = new Set(['main.ts', 'main.tsx', 'types.ts']);

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file.replaceAll('\\', '/')}`)
  .filter((file) => /\.tsx?$/.test(file));

/** Types, functions and classes that a file exports. */
const EXPORT = /^export (?:async )?(?:interface|type|class|function\*?|enum) (\w+)/gm;

function twins(named: readonly (readonly [name: string, file: string])[]): Record<string, string[]> {
  const places = new Map<string, string[]>();
  for (const [name, file] of named) places.set(name, [...(places.get(name) ?? []), file]);
  return Object.fromEntries([...places].filter(([, found]) => found.length > 1));
}

test('no two files have the same name', () => {
  const named = files
    .filter((file) => !FIXED.has(basename(file)))
    .map((file) => [basename(file), file] as const);
  expect(files.length).toBeGreaterThan(400);
  expect(twins(named)).toEqual({});
});

test('no two files export a type or a function of the same name', () => {
  const named = files.flatMap((file) => {
    const names = [...readFileSync(file, 'utf8').matchAll(EXPORT)].map((match) => match[1]!);
    // Overloads of one function have one name.
    return [...new Set(names)].map((name) => [name, file] as const);
  });
  expect(named.length).toBeGreaterThan(700);
  expect(twins(named)).toEqual({});
});

test('every file that ARCHITECTURE.md names is there', () => {
  const others = ['test', 'demo', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file.replaceAll('\\', '/')}`,
    ),
  );
  const known = [...files, ...others, 'vite.config.ts'];
  const named = [...readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/`([\w./]+\.tsx?)`/g)].map(
    (match) => match[1]!,
  );
  expect(named.length).toBeGreaterThan(80);
  expect(
    named.filter(
      (name) => !name.includes('NAME') && !known.some((file) => file === name || file.endsWith(`/${name}`)),
    ),
  ).toEqual([]);
});
