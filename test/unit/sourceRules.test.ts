import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

function linesOf(folder: string, except: readonly string[] = []): { at: string; line: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => !except.includes(file))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .map((line, i) => ({ at: `${file}:${i + 1}`, line })),
    );
}

// Arguments of a call go on the stack: a list of 120,000 of them throws a RangeError.
test('no list is handed over as the arguments of a call', () => {
  const spread = /\b(Math\.(min|max)|\.push|\.unshift|fromCharCode)\((?:[^()]|\([^()]*\))*\.\.\./;
  const found = linesOf('src').filter(({ line }) => spread.test(line.replace(/\{ \.\.\./g, '{ ')));
  expect(found.map(({ line }) => line.trim())).toEqual(BOUNDED);
});

/** Bytes in pieces of 32 KiB. */
const BOUNDED = ['binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));'];

// A wall clock that is set back by an hour must not make anything wait for an hour.
test('the panel measures how long something takes by the monotonic clock', () => {
  const found = linesOf('src/devtools').filter(({ line }) => /\bDate\.now\(\)/.test(line));
  expect(found.map(({ at }) => at.replace(/:\d+$/, '')).sort()).toEqual(WALL_CLOCK);
});

/** Where the time of day is meant: it is held against times of recordings, or becomes one. */
const WALL_CLOCK = [
  'src/devtools/library/importFile.ts',
  'src/devtools/query/openImports.ts',
  'src/devtools/replay/startReplay.ts',
  'src/devtools/timeline/recordingLag.ts',
  'src/devtools/timeline/timelineStore.ts',
  'src/devtools/timeline/timelineStore.ts',
  'src/devtools/timeline/timelineStore.ts',
];
