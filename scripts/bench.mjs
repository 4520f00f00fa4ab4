// npm run bench            lists the benchmarks
// npm run bench -- NAME    runs one: a table, and as the last line one JSON object of figures
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, ensureDependencies, run } from './setup.mjs';

const folder = join(import.meta.dirname, '..', 'bench');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'measure.ts')
  .map((file) => file.slice(0, -3));
const name = process.argv[2];
if (!name) {
  console.log(`The benchmarks are: ${names.join(', ')}.\nRun one with: npm run bench -- NAME`);
  process.exit(0);
}
if (!names.includes(name) || !existsSync(join(folder, `${name}.ts`))) {
  console.error(`There is no benchmark "${name}". There are: ${names.join(', ')}.`);
  process.exit(1);
}
ensureDependencies();
if (name === 'load') build();
else if (!['assemble', 'diagnosis', 'parser'].includes(name)) {
  const { ensureBrowser } = await import('./browsers.mjs');
  ensureBrowser('chromium');
  ensureBrowser('firefox');
  build();
}
run(process.execPath, ['scripts/run.mjs', `bench/${name}.ts`, ...process.argv.slice(3)]);
