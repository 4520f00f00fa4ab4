// npm run soak                       real browsers, a generated load, and every stored byte held against what was sent
// npm run soak -- --minutes 20 --seed 1 --browser chromium|firefox|both --wire on|off|switch
import { ensureBrowser } from './browsers.mjs';
import { build, ensureDependencies, run } from './setup.mjs';

ensureDependencies();
ensureBrowser('chromium');
ensureBrowser('firefox');
build();
try {
  run(process.execPath, ['scripts/run.mjs', 'scripts/soak.ts', ...process.argv.slice(2)]);
} catch (error) {
  process.exit(error.status ?? 1);
}
