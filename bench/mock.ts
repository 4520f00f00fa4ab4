import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { recordedHar } from '../test/support/recordedHar.ts';
import { median, percentile, report, rounded } from './measure.ts';

/*
 * The mock server against the least that Node can do in its place: a bare node:http server with a `setTimeout` for each
 * chunk. Both run in processes of their own, one after the other, and are asked by the same clients.
 */
const root = resolve(import.meta.dirname, '..');
const MAIN = join(process.cwd(), 'dist/node/main.js');
const folder = mkdtempSync(join(tmpdir(), 'sse-scope-bench-'));
/** One chunk for each, ms apart. */
const CHUNKS = 80;
const EVERY = 50;
const FLOOD = 150_000;
const FLOOD_SIZE = 200;
const figures: Record<string, number> = {};
const rows: Record<string, string | number>[] = [];

const chunks = Array.from(
  { length: CHUNKS },
  (_, i) => [(i + 1) * EVERY, `data: ${i} ${'x'.repeat(60)}\n\n`] as const,
);
const flood = Array.from(
  { length: FLOOD },
  (_, i) => [i / 1000, `data: ${String(i).padEnd(FLOOD_SIZE - 8, 'x')}\n\n`] as const,
);
writeFileSync(
  join(folder, 'bench.har'),
  await recordedHar([
    { url: 'https://x/paced', transport: 'fetch', connections: [{ chunks, end: 'close' }] },
    { url: 'https://x/flood', transport: 'fetch', connections: [{ chunks: flood }] },
  ]),
);
writeFileSync(
  join(folder, 'bare.cjs'),
  `const chunks = Array.from({ length: ${CHUNKS} }, (_, i) => [(i + 1) * ${EVERY}, Buffer.from('data: ' + i + ' ' + 'x'.repeat(60) + '\\n\\n')]);
const flood = Array.from({ length: ${FLOOD} }, (_, i) => Buffer.from('data: ' + String(i).padEnd(${FLOOD_SIZE - 8}, 'x') + '\\n\\n'));
require('node:http').createServer(async (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (request.url === '/paced') {
    response.flushHeaders();
    for (const [at, bytes] of chunks) setTimeout(() => response.write(bytes), at);
    return;
  }
  for (const bytes of flood) if (!response.write(bytes)) await new Promise((resolve) => response.once('drain', resolve));
  response.end();
}).listen(0, '127.0.0.1', function () { console.log('Serving at http://127.0.0.1:' + this.address().port); });`,
);

/** `hostile`: for a minute, so many clients a second come and go. */
const HOSTILE_SECONDS = Number(process.env.SECONDS ?? 60);
const HOSTILE_RATE = 1000;

try {
  if (process.argv[2] === 'hostile') await hostile();
  else await measured();
} finally {
  rmSync(folder, { recursive: true });
}
for (const [what, value] of Object.entries(figures)) rows.push({ what, value });
report(rows, figures);

async function hostile(): Promise<void> {
  await withServer([MAIN, 'serve', join(folder, 'bench.har'), '--port', '0'], async (url, pid) => {
    const { port } = new URL(url);
    const agent = new Agent();
    const errors: number[] = [];
    const peaks: number[] = [];
    let came = 0;
    let failed = 0;
    const end = performance.now() + HOSTILE_SECONDS * 1000;
    const others = (async () => {
      // Somebody who wants to be served meanwhile, again and again.
      while (performance.now() < end)
        await one(url, agent, (error) => errors.push(error)).catch(() => failed++);
    })();
    const begun = performance.now();
    while (performance.now() < end) {
      const due = ((performance.now() - begun) / 1000) * HOSTILE_RATE;
      for (; came < due; came++) {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write('GET /paced HTTP/1.1\r\nHost: localhost\r\n\r\n');
          if (came % 2 === 0) socket.destroy();
          else socket.once('data', () => socket.destroy());
        });
        socket.on('error', () => {});
      }
      peaks.push(resident(pid));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await others;
    agent.destroy();
    const part = (from: number, to: number) =>
      Math.max(...peaks.slice(Math.floor(peaks.length * from), Math.floor(peaks.length * to)));
    figures.connections = came;
    figures.seconds = HOSTILE_SECONDS;
    figures['others who were not served'] = failed;
    figures['others: error p99 ms'] = rounded(percentile(errors, 99), 2);
    figures['memory at most in the second quarter MB'] = rounded(part(0.25, 0.5) / 1e6, 0);
    figures['memory at most in the last quarter MB'] = rounded(part(0.75, 1) / 1e6, 0);
  });
}

async function measured(): Promise<void> {
  for (const clients of [100, 1000]) {
    const bare = await withServer([join(folder, 'bare.cjs')], (url, pid) => paced(url, clients, pid));
    const ours = await withServer([MAIN, 'serve', join(folder, 'bench.har'), '--port', '0'], (url, pid) =>
      paced(url, clients, pid),
    );
    for (const [name, { errors, perClient }] of [
      ['setTimeout', bare],
      ['ours', ours],
    ] as const) {
      for (const p of [50, 99])
        figures[`${clients} clients, ${name}: error p${p} ms`] = rounded(percentile(errors, p), 2);
      figures[`${clients} clients, ${name}: memory per client KB`] = rounded(perClient / 1024, 1);
    }
    figures[`${clients} clients: error beyond setTimeout p99 ms`] = rounded(
      percentile(ours.errors, 99) - percentile(bare.errors, 99),
      2,
    );
  }
  const speeds: Record<string, number[]> = { bare: [], ours: [] };
  // In turn, so that both meet the same machine.
  await withServer([join(folder, 'bare.cjs')], (bare) =>
    withServer([MAIN, 'serve', join(folder, 'bench.har'), '--port', '0', '--speed', 'max'], async (ours) => {
      for (let round = 0; round < 7; round++) {
        speeds.bare!.push(await flooded(bare));
        speeds.ours!.push(await flooded(ours));
      }
    }),
  );
  figures['node:http MB/s'] = rounded(median(speeds.bare!), 1);
  figures['ours, speed max, MB/s'] = rounded(median(speeds.ours!), 1);
  figures['throughput / node:http'] = rounded(median(speeds.ours!) / median(speeds.bare!), 2);
}

async function withServer<T>(args: string[], use: (url: string, pid: number) => Promise<T>): Promise<T> {
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout!.on('data', (data) => {
        text += data;
        const match = /Serving at (http:\S+)/.exec(text);
        if (match) resolve(match[1]!);
      });
      child.once('exit', () => reject(new Error(`It ended: ${text}`)));
    });
    return await use(url, child.pid!);
  } finally {
    child.kill('SIGKILL');
  }
}

/** How much later than it should each chunk comes, ms, and what a client costs the server, bytes. */
async function paced(
  url: string,
  clients: number,
  pid: number,
): Promise<{ errors: number[]; perClient: number }> {
  const errors: number[] = [];
  const agent = new Agent({ maxSockets: Infinity });
  await one(url, agent, () => {}).catch(() => {});
  const before = resident(pid);
  let during = before;
  const timer = setInterval(() => {
    during = Math.max(during, resident(pid));
  }, 200);
  await Promise.all(
    Array.from({ length: clients }, async (_, i) => {
      // Spread over the time between two chunks, as clients are.
      await new Promise((resolve) => setTimeout(resolve, (i / clients) * EVERY * 4));
      await one(url, agent, (error) => errors.push(error));
    }),
  );
  clearInterval(timer);
  agent.destroy();
  return { errors, perClient: (during - before) / clients };
}

function one(url: string, agent: Agent, seen: (error: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let begun = 0;
    let count = 0;
    const request = get(`${url}/paced`, { agent }, (response) => {
      response.on('data', (bytes: Buffer) => {
        const now = performance.now();
        for (const line of bytes.toString().matchAll(/^data: (\d+) /gm)) {
          seen(now - begun - (Number(line[1]) + 1) * EVERY);
          count++;
        }
        if (count < CHUNKS) return;
        request.destroy();
        resolve();
      });
    });
    request.on('socket', (socket) =>
      socket.on('connect', () => {
        begun = performance.now();
      }),
    );
    request.on('error', (error) => (count < CHUNKS ? reject(error) : resolve()));
  });
}

/** MB a second. */
function flooded(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    get(`${url}/flood`, (response) => {
      let length = 0;
      response.on('data', (bytes: Buffer) => {
        length += bytes.length;
      });
      response.on('end', () => {
        if (length !== FLOOD * FLOOD_SIZE) reject(new Error(`${length} bytes came.`));
        resolve(length / 1e6 / ((performance.now() - begun) / 1000));
      });
    }).on('error', reject);
  });
}

function resident(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}
