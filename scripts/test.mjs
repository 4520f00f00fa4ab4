// npm test: sets up, checks types, style and every suite, and ends with one line "N passed, N failed".
// npm test -- NAME …: passes the names on to vitest, to run some of the test files.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser, ensureProxies } from './browsers.mjs';
import { build, ensureDependencies } from './setup.mjs';

const root = join(import.meta.dirname, '..');
const bin = (path) => join(root, 'node_modules', path);
let passed = 0;
let failed = 0;

function check(name, program, args) {
  console.log(`\n── ${name}`);
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' });
  if (status === 0) passed++;
  else failed++;
}

try {
  ensureDependencies();
  ensureBrowser('chromium');
  ensureBrowser('firefox');
  ensureProxies();
  build();
} catch (error) {
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

check('Types', bin('typescript/bin/tsc'), ['--noEmit']);
check('Style', bin('@biomejs/biome/bin/biome'), ['check', '.']);

console.log('\n── Tests');
const results = mkdtempSync(join(tmpdir(), 'sse-scope-results-'));
const file = join(results, 'results.json');
const { status } = spawnSync(
  process.execPath,
  [
    bin('vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
try {
  const { numPassedTests, numFailedTests, numTotalTests, success } = JSON.parse(readFileSync(file, 'utf8'));
  passed += numPassedTests;
  failed += numFailedTests;
  // A file that does not load has no test that could fail.
  if ((!success || numTotalTests === 0 || status !== 0) && numFailedTests === 0) failed++;
} catch {
  failed++;
}
rmSync(results, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
