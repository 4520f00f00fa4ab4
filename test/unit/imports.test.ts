import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Who may import whom: the table of ARCHITECTURE.md. `types:` allows type imports alone. The longest folder that
 * matches a file holds for it.
 */
const TABLE: Record<string, string[]> = {
  'src/shared/sse': [],
  'src/shared/session': ['src/shared/sse'],
  'src/shared/protocol': ['types:src/shared/session', 'types:src/shared/sse'],
  'src/shared/store': ['src/shared/session', 'idb'],
  'src/content/page': ['types:src/shared/protocol', 'types:src/shared/session'],
  'src/content/bridge': ['src/shared/protocol', 'types:src/shared/session'],
  'src/background': ['src/shared', 'webextension-polyfill'],
  'src/devtools': ['src/shared', 'preact', '@preact/signals', 'webextension-polyfill'],
  'src/devtools/state': [
    'src/shared/session',
    'src/shared/sse',
    'types:src/shared/protocol',
    'types:src/devtools/query',
  ],
  'src/devtools/filter': ['src/shared/sse', 'src/devtools/state'],
  'src/devtools/query': ['src/shared', 'src/devtools/filter', 'src/devtools/reading'],
  'src/devtools/reading': ['src/shared', 'src/devtools/state'],
  'src/devtools/timeline': [
    'src/shared/session',
    'src/shared/sse',
    'src/devtools/state',
    'types:src/devtools/query',
  ],
  'src/devtools/replay': [
    'src/shared/sse',
    'src/shared/session',
    'types:src/shared/protocol',
    'types:src/devtools/query',
    '@preact/signals',
  ],
  'src/devtools/ui': ['preact'],
  'src/devtools/views': [
    'src/shared/session',
    'src/shared/sse',
    'src/devtools/state',
    'src/devtools/ui',
    'src/devtools/reading',
    'src/devtools/filter',
    'src/devtools/timeline',
    'types:src/devtools/query',
    'types:src/devtools/panelStore.ts',
    'types:src/devtools/importFile.ts',
    'types:src/devtools/replay',
    'types:src/shared/protocol',
    'preact',
    'diff',
    'uplot',
  ],
  'src/mock': [
    'src/shared/sse',
    'src/shared/session',
    'node:',
    'fastify',
    '@fastify/swagger',
    'ajv',
    'commander',
    'picocolors',
  ],
  demo: ['src/shared/sse', 'src/shared/session', 'node:', 'fastify'],
};

/** Nobody but the background writes the store. */
const FORBIDDEN: Record<string, string> = { 'src/devtools': 'src/shared/store/write.ts' };

interface Import {
  file: string;
  target: string;
  typeOnly: boolean;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).split(sep).join('/'));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?from\s+)?'([^']+)'/gm)].map((match) => ({
    file,
    target: match[2]!.startsWith('.')
      ? relative('.', join(dirname(file), match[2]!))
          .split(sep)
          .join('/')
      : match[2]!,
    typeOnly: match[1] !== undefined,
  }));
}

const files = [...filesUnder('src'), ...filesUnder('demo')];
const imports = files.flatMap(importsOf);

const within = (target: string, place: string) =>
  target === place || target.startsWith(place.endsWith(':') ? place : `${place}/`);

function ruleFor(file: string): string {
  return Object.keys(TABLE)
    .filter((folder) => within(file, folder))
    .sort((a, b) => b.length - a.length)[0]!;
}

test('every import stands in the table', () => {
  expect(imports.length).toBeGreaterThan(100);
  const wrong = imports.filter(({ file, target, typeOnly }) => {
    const rule = ruleFor(file);
    // A folder that has rooms of its own, which the table names, does not own them.
    if (within(target, rule) && ruleFor(target) === rule) return false;
    if (within(rule, 'src/devtools') && rule === 'src/devtools' && within(target, 'src/devtools'))
      return false;
    return !TABLE[rule]!.some((allowed) =>
      allowed.startsWith('types:') ? typeOnly && within(target, allowed.slice(6)) : within(target, allowed),
    );
  });
  expect(wrong).toEqual([]);
});

test('nothing imports what is forbidden to it', () => {
  const wrong = imports.filter(({ file, target }) =>
    Object.entries(FORBIDDEN).some(([folder, forbidden]) => within(file, folder) && target === forbidden),
  );
  expect(wrong).toEqual([]);
});

test('there is no cycle', () => {
  const graph = new Map<string, string[]>();
  for (const { file, target, typeOnly } of imports) {
    if (!typeOnly && files.includes(target)) graph.set(file, [...(graph.get(file) ?? []), target]);
  }
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file))
      throw new Error(`A cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

test('only main.ts and the entry files of pages have side effects', () => {
  const entries = /\/(main\.tsx?|devtools\.ts)$/;
  for (const file of files.filter((one) => one.startsWith('src/') && !entries.test(one))) {
    const text = readFileSync(file, 'utf8');
    expect(text, file).not.toMatch(/^(?:await |void )?[a-z][\w.]*\([^)]*\);?$/m);
  }
});

test('every file has a reader', () => {
  const used = new Set(imports.map(({ target }) => target));
  for (const page of ['src/devtools/panel.html', 'src/devtools/devtools.html', 'demo/page/index.html']) {
    const text = readFileSync(page, 'utf8');
    for (const match of text.matchAll(/src="\.\/([^"]+)"/g)) used.add(`${dirname(page)}/${match[1]}`);
  }
  for (const match of readFileSync('manifest.json', 'utf8').matchAll(/"(src\/[^"]+\.ts)"/g))
    used.add(match[1]!);
  used.add('demo/server/main.ts');
  // The command of the package.
  used.add('src/mock/main.ts');
  // The panel starts it as a worker.
  used.add('src/devtools/query/main.ts');
  const byOthers = [...filesUnder('test'), ...filesUnder('bench'), ...filesUnder('scripts')].flatMap(
    importsOf,
  );
  for (const { target } of byOthers) if (target.startsWith('demo/')) used.add(target);
  expect(files.filter((file) => !used.has(file))).toEqual([]);
});
