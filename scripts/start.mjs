// npm start                 builds, and opens Chromium with the extension and its panel on the demo dashboard
// npm start -- --firefox    the same in Firefox
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBrowser } from './browsers.mjs';
import { build, ensureDependencies } from './setup.mjs';

const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
try {
  ensureDependencies();
  if (hasDisplay) ensureBrowser(process.argv.includes('--firefox') ? 'firefox' : 'chromium');
  build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const program = spawn(process.execPath, ['scripts/run.mjs', 'scripts/open.ts', ...process.argv.slice(2)], {
  cwd: join(import.meta.dirname, '..'),
  stdio: 'inherit',
});
// The program ends by itself on Ctrl+C, and says goodbye to its clients first.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => program.kill('SIGTERM'));
program.on('exit', (code) => process.exit(code ?? 1));
