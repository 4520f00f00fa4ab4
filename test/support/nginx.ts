import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNginx } from '../../scripts/browsers.mjs';
import { freePort } from './freePort.ts';
import { waitFor } from './waitFor.ts';

/** An nginx on loopback in front of a server, with one prefix for each configuration. */
export async function startNginx(
  upstream: string,
  locations: Record<string, string>,
): Promise<{ url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sse-scope-nginx-'));
  await mkdir(join(folder, 'temp'));
  const port = await freePort();
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/temp/${name};`)
    .join('\n  ');
  const blocks = Object.entries(locations).map(
    ([prefix, directives]) => `
    location ${prefix}/ {
      proxy_pass ${upstream}/;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      ${directives}
    }`,
  );
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${temp}
  server {
    listen 127.0.0.1:${port};${blocks.join('')}
  }
}
`,
  );
  const child: ChildProcess = spawn(
    findNginx()!,
    ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await waitFor('nginx', () =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  );
  return {
    url,
    async close() {
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
