// Finds the browsers, and installs them where that can be done. Node only: it runs before any dependency is there.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

const BROWSERS = {
  chromium: {
    variable: 'SSE_SCOPE_CHROMIUM',
    // Google's own builds no longer load an unpacked extension from the command line.
    commands: ['chromium', 'chromium-browser'],
    files: ['/Applications/Chromium.app/Contents/MacOS/Chromium'],
    debian: 'chromium',
    playwright: true,
  },
  firefox: {
    variable: 'SSE_SCOPE_FIREFOX',
    commands: ['firefox-esr', 'firefox', 'firefox-developer-edition'],
    files: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
    ],
    debian: 'firefox-esr',
    // Playwright's Firefox is patched, and cannot take an extension.
    playwright: false,
  },
};

/** Path of a browser: an environment variable, the system's own, Playwright's; undefined when there is none. */
export function findBrowser(name) {
  const { variable, commands, files, playwright } = BROWSERS[name];
  const named = process.env[variable];
  if (named) {
    if (!existsSync(named)) throw new Error(`${variable} names ${named}, which does not exist.`);
    return named;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const file of [...commands.flatMap((c) => folders.map((folder) => join(folder, c))), ...files]) {
    if (isExecutable(file)) return file;
  }
  if (!playwright) return undefined;
  try {
    const path = createRequire(import.meta.url)('playwright').chromium.executablePath();
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Finds a browser, or installs one: Playwright's, then Debian's package when root.
 * @throws with a sentence on what to do when neither can be done
 */
export function ensureBrowser(name) {
  const found = findBrowser(name);
  if (found) return found;
  const { variable, debian, playwright } = BROWSERS[name];
  installDebianPackage(debian);
  if (!findBrowser(name) && playwright) {
    console.log('Fetching Playwright’s Chromium …');
    try {
      execFileSync(process.execPath, [join('node_modules', 'playwright', 'cli.js'), 'install', 'chromium'], {
        stdio: 'inherit',
      });
    } catch {
      console.log('Playwright could not fetch its Chromium.');
    }
  }
  const installed = findBrowser(name);
  if (installed) return installed;
  throw new Error(`No ${name} was found. Install one, or set ${variable} to the path of its program.`);
}

/** Proxies that tests put in front of servers, and the Debian packages that have them. */
const PROXIES = {
  nginx: 'nginx-light',
  apache2: 'apache2-bin',
  haproxy: 'haproxy',
  caddy: 'caddy',
  varnishd: 'varnish',
};

/** Path of a proxy; undefined when there is none. */
export function findProxy(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Path of nginx, which tests put in front of the demo; undefined when there is none. */
export function findNginx() {
  return findProxy('nginx');
}

/** Finds the proxies, or installs Debian's packages when root. Without one its tests are skipped, and say so. */
export function ensureProxies() {
  for (const [name, debianPackage] of Object.entries(PROXIES)) {
    if (findProxy(name)) continue;
    installDebianPackage(debianPackage);
    if (!findProxy(name)) console.log(`No ${name} was found: the tests behind it are skipped.`);
  }
}

/** Installs a Debian package where that can be done: as root, with apt-get. */
function installDebianPackage(name) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  console.log(`Installing the Debian package ${name} …`);
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    // A service that starts by itself is none of ours.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], options);
  } catch {
    console.log(`apt-get could not install ${name}.`);
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
