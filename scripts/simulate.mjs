// npm run simulate -- --seeds N [--from SEED] | --seed SEED: runs the recorder against a simulated browser.
import { join } from 'node:path';
import { ensureDependencies, run } from './setup.mjs';

ensureDependencies();
try {
  run(process.execPath, [
    join(import.meta.dirname, 'run.mjs'),
    join(import.meta.dirname, 'simulate.ts'),
    ...process.argv.slice(2),
  ]);
} catch (error) {
  process.exitCode = error.status ?? 1;
}
