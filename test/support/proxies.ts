import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProxy, type ProxyName } from '../../scripts/browsers.mjs';
import { freePort } from './freePort.ts';
import { waitFor } from './waitFor.ts';

/** A real proxy on loopback, in front of a server. */
export interface RunningProxy {
  url: string;
  close(): Promise<void>;
}

/** Where a proxy is to listen, what it is in front of, and where it may write. */
export interface ProxyPlace {
  port: number;
  /** Port of the server behind. */
  upstream: number;
  folder: string;
}

/** Starts a proxy in the foreground with a configuration of its own. @throws with what it wrote when it does not listen */
export async function startProxy(
  name: ProxyName,
  upstream: number,
  configuration: (place: ProxyPlace) => string,
): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), `sse-scope-${name}-`));
  const place = { port: await freePort(), upstream, folder };
  await mkdir(join(folder, 'temp'));
  const file = join(folder, 'configuration');
  await writeFile(file, configuration(place));
  const child = spawn(findProxy(name)!, commandOf(name, file, place), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
  });
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += bytes;
  });
  let isOver = false;
  const over = new Promise<void>((resolve) =>
    child.once('exit', () => {
      isOver = true;
      resolve();
    }),
  );
  async function close(): Promise<void> {
    // Apache waits for the servers behind it; it is one process, with nobody to leave behind.
    child.kill(name === 'apache2' ? 'SIGKILL' : 'SIGTERM');
    await over;
    await rm(folder, { recursive: true, force: true });
  }
  try {
    await waitFor(`${name} to listen`, async () => {
      if (isOver) throw new Error(`${name} ended`);
      return accepts(place.port);
    });
  } catch (error) {
    const log = await readFile(join(folder, 'error.log'), 'utf8').catch(() => '');
    await close();
    throw new Error(`${(error as Error).message}: ${said}${log}`);
  }
  return { url: `http://127.0.0.1:${place.port}`, close };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function commandOf(name: ProxyName, file: string, { port, folder }: ProxyPlace): string[] {
  switch (name) {
    case 'nginx':
      return ['-p', folder, '-c', file, '-e', join(folder, 'error.log')];
    case 'apache2':
      return ['-X', '-f', file];
    case 'haproxy':
      return ['-db', '-f', file];
    case 'caddy':
      return ['run', '--config', file, '--adapter', 'caddyfile'];
    case 'varnishd':
      return [
        '-F',
        '-n',
        join(folder, 'temp'),
        '-a',
        `127.0.0.1:${port}`,
        '-f',
        file,
        '-j',
        'none',
        '-s',
        'malloc,16m',
      ];
  }
}
