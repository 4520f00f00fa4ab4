// The engine of ClickHouse for the tests. It is half a gigabyte, and not there for every machine: it is no dependency of the project,
// and without it the tests of ClickHouse are skipped.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CHDB = 'chdb@3.4.0';
const folder = join(import.meta.dirname, '..', 'node_modules', '.engines');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Installs chdb where it can run, and says where it cannot. */
export function ensureChdb() {
  if (existsSync(join(folder, 'node_modules', 'chdb', 'package.json'))) return;
  console.log(`Installing ${CHDB} …`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', CHDB, '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    execFileSync(npm, args, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  } catch {
    console.log(`${CHDB} cannot be installed: the tests of ClickHouse are skipped.`);
  }
}
