import { join, resolve } from 'node:path';
import { createDemo } from '../demo/server/app.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { launchFirefox } from '../test/support/firefox.ts';

/*
 * The demo dashboard in a browser with the extension, its panel in front. Ends with the browser, or on Ctrl+C.
 */
const firefox = process.argv.includes('--firefox');
const folder = resolve('dist', firefox ? 'firefox' : 'chrome');
const app = createDemo({ pageFolder: resolve('dist/demo') });
const url = `${await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) })}/`;
console.log(`The demo dashboard is at ${url}`);

let closeBrowser: (() => Promise<void>) | undefined;
let stopping = false;
async function stop(code = 0): Promise<void> {
  if (stopping) return;
  stopping = true;
  await closeBrowser?.().catch(() => {});
  await app.close();
  process.exit(code);
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());

const byHand = firefox
  ? `In Firefox open about:debugging#/runtime/this-firefox, choose "Load Temporary Add-on", and pick ${join(folder, 'manifest.json')}`
  : `In Chromium or Chrome open chrome://extensions, switch on "Developer mode", choose "Load unpacked", and pick ${folder}`;

if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  console.log(`There is no display here, so no browser was opened. The extension is built, and the demo runs.
To load it by hand:
  ${byHand}.
Then open ${url}, open DevTools there, and choose the panel "SSE Scope". Ctrl+C ends the demo.`);
} else {
  try {
    if (firefox) {
      const browser = await launchFirefox({ headed: true });
      closeBrowser = () => browser.close();
      browser.browser.on('disconnected', () => void stop());
      await browser.page.goto(url);
      await browser.panel(url);
    } else {
      const browser = await launchChromium({ headed: true, devtools: true, windowSize: '1500,950' });
      closeBrowser = () => browser.close();
      browser.context.on('close', () => void stop());
      await browser.page.goto(url);
      await browser.panel();
    }
    console.log(
      'The panel "SSE Scope" is open in DevTools. Close the browser, or press Ctrl+C, to end everything.',
    );
  } catch (error) {
    console.error(`The browser could not be opened with the panel: ${(error as Error).message}
To load the extension by hand:
  ${byHand}.
Then open ${url}, open DevTools there, and choose the panel "SSE Scope". Ctrl+C ends the demo.`);
  }
}
