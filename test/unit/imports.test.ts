import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Who may import whom: the table of ARCHITECTURE.md. `types:` allows type imports alone. The longest folder that
 * matches a file holds for it; a folder of the table may not use its own subfolders that have a row, unless it says so.
 */
const TABLE: Record<string, string[]> = {
  'src/shared/sse': [],
  'src/shared/formats': [],
  'src/shared/session': ['src/shared/formats', 'src/shared/sse'],
  'src/shared/segment': ['src/shared/session', 'src/shared/sse'],
  'src/shared/file': ['src/shared/formats', 'src/shared/segment', 'src/shared/session', 'src/shared/sse'],
  'src/shared/replay': ['src/shared/segment', 'src/shared/session', 'src/shared/sse'],
  'src/shared/assemble': ['src/shared/session', 'src/shared/sse'],
  'src/shared/diagnosis': [
    'src/shared/formats',
    'src/shared/segment',
    'src/shared/session',
    'src/shared/sse',
  ],
  'src/shared/text': [
    'types:src/shared/assemble',
    'types:src/shared/diagnosis',
    'src/shared/file',
    'src/shared/session',
  ],
  'src/shared/fleet': [
    'src/shared/assemble',
    'src/shared/diagnosis',
    'src/shared/file',
    'src/shared/segment',
    'src/shared/session',
    'src/shared/sse',
    'hyparquet-writer',
  ],
  'src/shared/protocol': ['types:src/shared/segment', 'types:src/shared/session', 'types:src/shared/sse'],
  'src/shared/store': ['src/shared/segment', 'src/shared/session', 'idb'],
  'src/content/page': ['types:src/shared/protocol', 'types:src/shared/session'],
  'src/content/bridge': ['src/shared/protocol', 'types:src/shared/session'],
  'src/background': ['src/shared', 'webextension-polyfill'],
  'src/devtools/ui': ['preact', 'uplot'],
  'src/devtools/filter': ['src/shared/fleet', 'src/shared/sse', 'src/devtools/reading'],
  'src/devtools/reading': ['src/shared/segment', 'src/shared/session', 'src/shared/sse', 'src/shared/store'],
  'src/devtools/query': ['src/shared', 'src/devtools/filter', 'src/devtools/reading'],
  'src/devtools/data': ['src/shared', 'types:src/devtools/query', 'src/devtools/reading', '@preact/signals'],
  'src/devtools/streams': feature('types:src/devtools/timeline'),
  'src/devtools/events': feature('src/devtools/filter', 'src/shared/fleet'),
  'src/devtools/detail': feature('src/devtools/events', 'src/devtools/http', 'diff'),
  'src/devtools/timeline': feature('src/devtools/events'),
  'src/devtools/findings': feature('types:src/devtools/timeline'),
  'src/devtools/health': feature('src/devtools/findings', 'src/devtools/timeline'),
  'src/devtools/http': feature(),
  'src/devtools/statistics': feature('src/devtools/timeline'),
  'src/devtools/replay': feature(),
  'src/devtools/library': feature('types:src/devtools/events'),
  'src/devtools/assembled': feature('src/devtools/detail', 'src/shared/assemble'),
  'src/devtools/app': feature(
    'src/devtools/assembled',
    'src/devtools/detail',
    'src/devtools/events',
    'src/devtools/findings',
    'src/devtools/health',
    'src/devtools/http',
    'src/devtools/library',
    'src/devtools/replay',
    'src/devtools/statistics',
    'src/devtools/streams',
    'src/devtools/timeline',
    'types:src/shared/store',
  ),
  'src/devtools/shell': [
    'src/shared/protocol',
    'src/shared/store',
    'src/devtools/app',
    'src/devtools/data',
    'src/devtools/query',
    'preact',
    'webextension-polyfill',
  ],
  'src/node': [
    'src/shared/assemble',
    'src/shared/diagnosis',
    'src/shared/fleet',
    'src/shared/text',
    'src/shared/file',
    'src/shared/formats',
    'src/shared/replay',
    'src/shared/segment',
    'src/shared/sse',
    'src/shared/session',
    'node:',
    'fastify',
    '@fastify/swagger',
    'ajv',
    'commander',
    'picocolors',
    '@clickhouse/client',
    '@duckdb/node-api',
    'reports',
  ],
  demo: ['src/shared/sse', 'src/shared/session', 'node:', 'fastify'],
};

/** What each feature of the panel may use, and what it uses beside that. */
function feature(...more: string[]): string[] {
  return [
    'src/shared/diagnosis',
    'src/shared/file',
    'src/shared/replay',
    'src/shared/segment',
    'src/shared/session',
    'src/shared/sse',
    'src/shared/text',
    'types:src/shared/protocol',
    'src/devtools/data',
    'src/devtools/reading',
    'src/devtools/ui',
    'types:src/devtools/query',
    'preact',
    '@preact/signals',
    ...more,
  ];
}

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

/** Static imports and exports, `import()`, and what is started by `new URL(…, import.meta.url)`. */
const IMPORT =
  /^(?:import|export)\s+(type\s)?(?:[^'";]*?from\s+)?'([^']+)'|\bimport\('([^']+)'\)|\bnew URL\('([^']+)', import\.meta\.url\)/gm;

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = (match[2] ?? match[3] ?? match[4])!;
    return {
      file,
      target: target.startsWith('.')
        ? relative('.', join(dirname(file), target))
            .split(sep)
            .join('/')
        : target,
      typeOnly: match[1] !== undefined,
    };
  });
}

const files = [...filesUnder('src'), ...filesUnder('demo')];
/** Without JSON and pages: these import nothing. */
const imports = files.flatMap(importsOf).filter(({ target }) => !/\.(json|html)$/.test(target));

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
    if (within(target, rule) && ruleFor(target) === rule) return false;
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

/** @returns a cycle as its members, the first one again at the end; undefined where there is none */
function cycleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  function visit(one: string, path: string[]): string[] | undefined {
    if (path.includes(one)) return [...path.slice(path.indexOf(one)), one];
    if (done.has(one)) return undefined;
    for (const next of graph.get(one) ?? []) {
      const cycle = visit(next, [...path, one]);
      if (cycle) return cycle;
    }
    done.add(one);
    return undefined;
  }
  for (const one of graph.keys()) {
    const cycle = visit(one, []);
    if (cycle) return cycle;
  }
  return undefined;
}

function graphOf(edges: readonly (readonly [string, string])[]): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    if (from !== to) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  return graph;
}

const inner = imports.filter(({ target }) => files.includes(target));

test('there is no cycle of files', () => {
  const values = inner.filter(({ typeOnly }) => !typeOnly);
  expect(cycleIn(graphOf(values.map(({ file, target }) => [file, target])))).toBeUndefined();
});

test('there is no cycle of folders, type imports included', () => {
  const edges = inner
    .filter(({ file }) => !within(file, 'src/background'))
    .map(({ file, target }) => [dirname(file), dirname(target)] as const);
  expect(cycleIn(graphOf(edges))).toBeUndefined();
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
  const pages = ['src/devtools/shell/panel.html', 'src/devtools/shell/devtools.html', 'demo/page/index.html'];
  for (const page of pages) {
    const text = readFileSync(page, 'utf8');
    for (const match of text.matchAll(/src="\.\/([^"]+)"/g)) used.add(`${dirname(page)}/${match[1]}`);
  }
  for (const match of readFileSync('manifest.json', 'utf8').matchAll(/"(src\/[^"]+\.ts)"/g))
    used.add(match[1]!);
  used.add('demo/server/main.ts');
  // The command of the package.
  used.add('src/node/cli/main.ts');
  used.add('src/node/fleet/worker/main.ts');
  const byOthers = [...filesUnder('test'), ...filesUnder('bench'), ...filesUnder('scripts')].flatMap(
    importsOf,
  );
  for (const { target } of byOthers) if (target.startsWith('demo/')) used.add(target);
  expect(files.filter((file) => !used.has(file))).toEqual([]);
});
