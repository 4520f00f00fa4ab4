import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdbType } from '../src/shared/fleet/ddl/duckdbDdl.ts';
import { RECORDS } from '../src/shared/fleet/schema/recordsTable.ts';
import { tableColumnsOf } from '../src/shared/fleet/schema/tables.ts';
import { recordedHar } from '../test/support/recordedHar.ts';
import { report, rounded } from './measure.ts';

/*
 * RECORDINGS=… session files of EVENTS=… events each, about 100 bytes of data, loaded by the command with their data into each target: a quarter of
 * them, half, all (SHARES=1,2,4 chooses). The peer: DuckDB, reading the same rows from NDJSON. Besides the time it takes, the processor time is told:
 * on a machine that does other things too, that alone compares.
 */
const RECORDINGS = Number(process.env.RECORDINGS ?? 1000);
const EVENTS = Number(process.env.EVENTS ?? 10_000);
/** What a loader gives DuckDB is what the peer gets. */
const MEMORY = '256MB';
const BEGAN = '1700000000000';

const root = resolve('.');
const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'sse-scope-load-'));
const figures: Record<string, number> = { recordings: RECORDINGS, events: RECORDINGS * EVENTS };
const rows: Record<string, string | number>[] = [];

/** Quarters: the first, the second, and both others. */
const PARTS = ['a', 'b', 'c'] as const;
const SHARES = (process.env.SHARES ?? '1,2,4').split(',');
const SIZES = [
  { share: 1, parts: ['a'] },
  { share: 2, parts: ['a', 'b'] },
  { share: 4, parts: ['a', 'b', 'c'] },
].filter(({ share }) => SHARES.includes(String(share)));

async function writeRecordings(): Promise<number> {
  const words = ['stream', 'delta', 'tick', 'quote', 'order', 'état', 'room', 'token'];
  let seed = 7;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % n;
  };
  const templates: string[] = [];
  for (let t = 0; t < 8; t++) {
    const chunks: [number, string][] = [];
    for (let n = 0; n < EVENTS; n++) {
      const text = Array.from({ length: 8 }, () => words[random(8)]).join(' ');
      const data = `{"n":${n},"price":${random(100_000) / 100},"text":"${text}","user":${random(1e6)}}`;
      chunks.push([
        n * 20 + random(15),
        `id: ${n}\nevent: ${n % 50 === 0 ? 'quote' : 'tick'}\ndata: ${data}\n\n`,
      ]);
    }
    templates.push(
      await recordedHar([
        { url: `https://host${t}.example/v1/rooms/${t}/events`, connections: [{ chunks }] },
      ]),
    );
  }
  for (const part of PARTS) mkdirSync(join(folder, part));
  let bytes = 0;
  for (let i = 0; i < RECORDINGS; i++) {
    const part = i < RECORDINGS / 4 ? 'a' : i < RECORDINGS / 2 ? 'b' : 'c';
    // Each has a time of its own, and so is a recording of its own.
    const text = templates[i % 8]!.replaceAll(BEGAN, String(Number(BEGAN) + i * 60_000));
    const path = join(folder, part, `${i}.har`);
    writeFileSync(path, text);
    bytes += statSync(path).size;
  }
  return bytes;
}

interface Load {
  ms: number;
  /** Processor time, ms. */
  cpu: number;
  records: number;
  /** The most memory that it had, MB. */
  peak: number;
}

/** Runs the command. */
async function load(parts: readonly string[], to: string): Promise<Load> {
  const args = ['load', ...parts.map((part) => join(folder, part)), '--to', to, '--data', '--json'];
  const child = spawn(process.execPath, [join(root, 'dist/node/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  let peak = 0;
  let cpu = 0;
  // The system keeps both itself: the last look is enough.
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid!));
    cpu = Math.max(cpu, cpuOf(child.pid!));
  }, 50);
  const begun = performance.now();
  const code = await new Promise((done) => child.once('close', done));
  clearInterval(timer);
  if (code !== 0) throw new Error(`The load ended with code ${code}.`);
  return { ms: performance.now() - begun, cpu, records: JSON.parse(out).records, peak };
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** ms; the clock of the system ticks 100 times a second. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

/** MB of files. */
function sizeOf(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size / 1e6;
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size / 1e6, 0);
}

async function measure(name: string, targetOf: (share: number) => string): Promise<void> {
  const cpus: number[] = [];
  for (const { share, parts } of SIZES) {
    const { ms, cpu, records, peak } = await load(parts, targetOf(share));
    cpus.push(cpu);
    const rate = Math.round(records / (ms / 1000));
    const perCpu = Math.round(records / (cpu / 1000));
    rows.push({
      what: `${name}, ${share}x`,
      s: rounded(ms / 1000),
      'events/s': rate,
      'cpu s': rounded(cpu / 1000),
      'events/cpu s': perCpu,
      'peak MB': rounded(peak, 0),
    });
    figures[`${name} ${share}x events/s`] = rate;
    figures[`${name} ${share}x events/cpu s`] = perCpu;
    figures[`${name} ${share}x peak MB`] = rounded(peak, 0);
  }
  // How processor time grows from 1x to 4x, by the power of the size: 1 is linear, 2 would be quadratic.
  if (cpus.length === 3) figures[`${name} slope`] = rounded(Math.log2(cpus[2]! / cpus[0]!) / 2);
}

/** DuckDB reads the same rows from NDJSON, into a table of a file. */
async function measurePeer(): Promise<void> {
  const lines = join(folder, 'records.ndjson');
  const source = await DuckDBInstance.create(join(folder, 'fleet4.duckdb'), { memory_limit: MEMORY });
  const from = await source.connect();
  await from.run(`COPY (SELECT * FROM records) TO '${lines}' (FORMAT json)`);
  from.closeSync();
  source.closeSync();
  const instance = await DuckDBInstance.create(join(folder, 'peer.duckdb'), {
    memory_limit: MEMORY,
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  const columns = tableColumnsOf(RECORDS).map(([name, column]) => `${name}: '${duckdbType(column)}'`);
  const begun = performance.now();
  const cpuBegun = process.cpuUsage();
  await connection.run(
    `CREATE TABLE records AS FROM read_json('${lines}', format = 'newline_delimited', columns = {${columns.join(', ')}})`,
  );
  await connection.run('CHECKPOINT');
  const s = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBegun);
  const cpu = (user + system) / 1e6;
  connection.closeSync();
  instance.closeSync();
  const rate = Math.round((RECORDINGS * EVENTS) / s);
  const perCpu = Math.round((RECORDINGS * EVENTS) / cpu);
  rows.push({
    what: 'DuckDB from NDJSON, rows alone',
    s: rounded(s),
    'events/s': rate,
    'cpu s': rounded(cpu),
    'events/cpu s': perCpu,
    'peak MB': '',
  });
  figures['DuckDB from NDJSON events/s'] = rate;
  figures['DuckDB from NDJSON events/cpu s'] = perCpu;
  figures['NDJSON MB'] = rounded(statSync(lines).size / 1e6, 0);
  rmSync(lines);
}

async function measureClickhouse(): Promise<void> {
  mkdirSync(join(folder, 'clickhouse'));
  const front = spawn(
    process.execPath,
    [join(root, 'test/support/clickhouseFront.mjs'), join(folder, 'clickhouse')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const over = new Promise((done) => front.once('close', done));
  const url = await new Promise<string>((done) =>
    front.stdout.once('data', (data) => done(String(data).trim())),
  );
  try {
    await measure('clickhouse', (share) => `${url.replace('http:', 'clickhouse:')}/bench${share}`);
  } finally {
    front.stdin.end();
    await over;
  }
}

try {
  const begun = performance.now();
  figures['HAR MB'] = rounded((await writeRecordings()) / 1e6, 0);
  console.log(`${RECORDINGS} recordings written in ${rounded((performance.now() - begun) / 1000, 1)} s.`);
  const targets = (process.env.TARGETS ?? 'duckdb,parquet,clickhouse').split(',');
  if (targets.includes('duckdb')) {
    await measure('duckdb', (share) => `duckdb:${join(folder, `fleet${share}.duckdb`)}`);
    await measurePeer();
    for (const unit of ['events/s', 'events/cpu s'])
      figures[`duckdb, of the peer, ${unit}`] = rounded(
        figures[`duckdb 4x ${unit}`]! / figures[`DuckDB from NDJSON ${unit}`]!,
        3,
      );
    figures['duckdb MB'] = rounded(sizeOf(join(folder, 'fleet4.duckdb')), 0);
  }
  if (targets.includes('parquet')) {
    await measure('parquet', (share) => `parquet:${join(folder, `lake${share}`)}`);
    figures['parquet MB'] = rounded(sizeOf(join(folder, 'lake4')), 0);
  }
  if (targets.includes('clickhouse')) await measureClickhouse();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report(rows, figures);
