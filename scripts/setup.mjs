// Sets up what a fresh clone needs. Node only: it runs before any dependency is there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`SSE Scope needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const root = join(import.meta.dirname, '..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs a command in the project's folder; throws when it fails. */
export function run(command, args, options = {}) {
  execFileSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
}

/** Installs the dependencies when there are none, or others than the lock file says. */
export function ensureDependencies() {
  const mark = join(root, 'node_modules', '.sse-scope-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  console.log('Installing dependencies …');
  run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(mark, lock);
}

/** Builds the extension for both browsers, the demo page, and the command. */
export function build() {
  console.log('Building …');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  for (const mode of ['production', 'firefox', 'demo', 'node']) {
    run(process.execPath, [vite, 'build', '--mode', mode, '--logLevel', 'warn']);
  }
  run(process.execPath, [
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    'tsconfig.types.json',
  ]);
}
