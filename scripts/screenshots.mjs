// npm run screenshots            pictures of every part of the panel, into screenshots/
// npm run screenshots -- DIR     into DIR
import { ensureBrowser } from './browsers.mjs';
import { build, ensureDependencies, run } from './setup.mjs';

ensureDependencies();
ensureBrowser('chromium');
build();
run(process.execPath, ['scripts/run.mjs', 'scripts/screenshots.ts', ...process.argv.slice(2)]);
