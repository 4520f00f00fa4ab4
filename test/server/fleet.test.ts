import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import selfsigned from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filterSql } from '../../src/devtools/filter/filterSql.ts';
import { matchEntry } from '../../src/devtools/filter/matchEntry.ts';
import { parseFilter } from '../../src/devtools/filter/parseFilter.ts';
import { clickhouseTables } from '../../src/shared/fleet/ddl/clickhouseDdl.ts';
import { writeParquet } from '../../src/shared/fleet/parquet/writeParquet.ts';
import { RECORDS } from '../../src/shared/fleet/schema/recordsTable.ts';
import { type ClickhouseServer, startClickhouse } from '../support/clickhouse.ts';
import { asRecords, ENDPOINT, filteredEntries, filterText } from '../support/filterCases.ts';
import { hasChdb, hasDuckdb } from '../support/fleet.ts';
import { holdsLater } from '../support/properties.ts';
import { recordedHar } from '../support/recordedHar.ts';

/* The command as it is built, with its threads, and the engines themselves. */

const MAIN = join(import.meta.dirname, '../../dist/node/main.js');
const folder = mkdtempSync(join(tmpdir(), 'sse-scope-fleet-'));
const at = (name: string) => join(folder, name);
const RECORDINGS = 12;
const PASSWORD = 'p4ss';
const REPORTS = ['event-rate', 'findings', 'heartbeat-survival', 'slow-first-byte', 'ttft', 'worst-gaps'];
let server: ClickhouseServer | undefined;
let targets: Record<string, string> = {};
/** Those that run on this machine. */
const ENGINES = [...(hasDuckdb ? ['duckdb', 'parquet'] : []), ...(hasChdb ? ['clickhouse'] : [])];

interface Run {
  code: number;
  out: string;
  err: string;
}

async function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: { ...process.env, CLICKHOUSE_PASSWORD: PASSWORD, ...env },
    });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

async function rowsOf(from: string, ...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await run(['query', '--from', from, '--format', 'json', ...args]);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

const chat = (ms: number, more: object) =>
  [
    ms,
    `data: ${JSON.stringify({ object: 'chat.completion.chunk', model: `m${ms % 2}`, ...more })}\n\n`,
  ] as const;

beforeAll(async () => {
  mkdirSync(at('recordings'));
  for (let i = 0; i < RECORDINGS; i++) {
    const beats = Array.from({ length: 8 }, (_, n) => [n * 2000 + i, ': beat\n\n'] as const);
    writeFileSync(
      at(`recordings/${i}.har`),
      await recordedHar([
        {
          url: `https://api.example/rooms/${i}/events?token=secret`,
          connections: [
            {
              chunks: [
                [10 + i, 'id: 1\ndata: it’s 1 \\ "one"\n\n'],
                [60 + i, 'id: 2\ndata: 2\n\n'],
              ],
              end: 'error',
              endAt: 30_000,
            },
            { began: 33_000 + i * 10, chunks: [[i, `id: ${4 + i}\ndata: b\n\n`]], endAt: 500 },
          ],
        },
        { url: 'https://api.example/quiet', connections: [{ chunks: beats, endAt: 60_000 }] },
        {
          url: 'https://llm.example/v1/chat',
          transport: 'fetch',
          connections: [
            {
              chunks: [
                chat(100 + i, { choices: [{ index: 0, delta: { content: 'Hello' } }] }),
                chat(200 + i, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
              ],
            },
          ],
        },
      ]),
    );
  }
  writeFileSync(at('recordings/broken.har'), '{"log":{');
  mkdirSync(at('clickhouse'));
  if (hasChdb) server = await startClickhouse(at('clickhouse'), { password: PASSWORD });
  targets = {
    ...(hasDuckdb ? { duckdb: 'duckdb:fleet.duckdb', parquet: 'parquet:lake' } : {}),
    ...(server ? { clickhouse: server.target('streams') } : {}),
  };
}, 120_000);
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

describe('load', () => {
  test.each(ENGINES)(
    '%s: all that can be read, once',
    async (name) => {
      const to = targets[name]!;
      const first = await run([
        'load',
        'recordings',
        '--to',
        to,
        '--data',
        '--release',
        'r1',
        '--threads',
        '2',
      ]);
      expect(first.err).toMatch(/broken\.har: .*cut off/);
      expect(first).toMatchObject({
        code: 5,
        out: expect.stringContaining(`${RECORDINGS} recordings loaded`),
      });
      const counted = async () =>
        (
          await rowsOf(
            to,
            '--sql',
            'select (select count(*) from records) as records, (select sum(records) from sessions) as told, (select count(*) from exchanges) as exchanges',
          )
        )[0]!;
      const before = await counted();
      expect(before).toEqual({ records: RECORDINGS * 13, told: RECORDINGS * 13, exchanges: RECORDINGS * 4 });
      const again = await run(['load', 'recordings', '--to', to, '--json']);
      expect(JSON.parse(again.out)).toMatchObject({
        loaded: 0,
        known: RECORDINGS,
        broken: [{ problem: expect.any(String) }],
      });
      expect(await counted()).toEqual(before);
      expect(readdirSync(folder).filter((one) => one.includes('loading'))).toEqual([]);
    },
    120_000,
  );

  test('--strict ends it with code 2', async () => {
    const { code, err } = await run(['load', 'recordings/broken.har', '--to', 'parquet:strict', '--strict']);
    expect([code, err]).toEqual([2, expect.stringContaining('broken.har')]);
  });

  test('says what is wrong with the question', async () => {
    for (const [args, sentence] of [
      [['load', 'recordings', '--to', 'mysql:x'], 'is no target'],
      [['load', 'nowhere', '--to', 'parquet:x'], 'There is no such file: nowhere'],
      [['load', 'recordings', '--to', 'parquet:x', '--mask', '/(/'], 'Line 1'],
      [['query', 'nonsense', '--from', 'parquet:x'], 'There is no report “nonsense”'],
      [['query', 'ttft', '--from', 'parquet:nowhere'], 'There are no recordings'],
      [['query', 'ttft', '--from', 'duckdb:nowhere'], 'There are no recordings'],
      [['query', 'ttft'], 'Say where the recordings are'],
      [['query', 'ttft', '--from', 'parquet:x', '--since', 'yesterday'], 'It has to be a day'],
      [['query', 'ttft', '--from', 'parquet:x', '--sql', 'select 1'], 'not both'],
    ] as const) {
      const { code, err } = await run([...args]);
      expect([args.join(' '), code, err]).toEqual([args.join(' '), 2, expect.stringContaining(sentence)]);
    }
  }, 60_000);
});

describe.skipIf(!hasDuckdb || !hasChdb)('ClickHouse', () => {
  test('an answer that gets lost doubles nothing', async () => {
    const to = server!.target('lossy');
    const before = await server!.loseAnswers(3);
    const { code, out } = await run(['load', 'recordings', '--to', to, '--json']);
    expect([code, JSON.parse(out).loaded]).toEqual([5, RECORDINGS]);
    const [counts] = await rowsOf(
      to,
      '--sql',
      'select count(*) as records, count(distinct exchange || toString(ordinal)) as different from records',
    );
    expect(counts).toEqual({ records: RECORDINGS * 13, different: RECORDINGS * 13 });
    expect((await server!.loseAnswers(0)) - before).toBeGreaterThanOrEqual(3);
    // The token, and not the merge of equal rows, has kept it so.
    const raw = await fetch(`${server!.url}/?database=lossy&final=0`, {
      method: 'POST',
      headers: { 'X-ClickHouse-Key': PASSWORD },
      body: 'SELECT count() FROM records',
    });
    expect((await raw.text()).trim()).toBe(String(RECORDINGS * 13));
  }, 60_000);

  test('a load that was broken off is made whole by the next one', async () => {
    const to = server!.target('halved');
    await run(['load', 'recordings/1.har', 'recordings/2.har', '--to', to]);
    const sql = async (body: string) => {
      const response = await fetch(`${server!.url}/?database=halved`, {
        method: 'POST',
        headers: { 'X-ClickHouse-Key': PASSWORD },
        body,
      });
      if (!response.ok) throw new Error(await response.text());
    };
    // `sessions` comes last: without it, the recordings are not there.
    await sql('TRUNCATE TABLE sessions');
    const { out } = await run([
      'load',
      'recordings/1.har',
      'recordings/2.har',
      'recordings/3.har',
      '--to',
      to,
      '--json',
    ]);
    expect(JSON.parse(out)).toMatchObject({ loaded: 3, known: 0 });
    const [counts] = await rowsOf(to, '--sql', 'select count(*) as records from records');
    expect(counts).toEqual({ records: 3 * 13 });
  }, 60_000);

  test('a recording is replaced', async () => {
    const to = server!.target('replaced');
    await run(['load', 'recordings/1.har', '--to', to]);
    const { code, err } = await run(['load', 'recordings/1.har', '--to', to, '--data', '--replace']);
    expect([code, err]).toEqual([0, '']);
    const [counts] = await rowsOf(
      to,
      '--sql',
      'select count(*) as records, count(data) as told from records',
    );
    expect(counts).toEqual({ records: 13, told: 13 });
  }, 60_000);

  test('who may not is told so, with code 4 where nobody answers', async () => {
    const refused = await run(['load', 'recordings/1.har', '--to', server!.target('x')], {
      CLICKHOUSE_PASSWORD: 'no',
    });
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('Authentication failed')]);
    expect(refused.err).not.toContain(PASSWORD);
    const nobody = await run(['query', 'ttft', '--from', 'clickhouse://127.0.0.1:9/x']);
    expect([nobody.code, nobody.err]).toEqual([4, expect.stringContaining('ECONNREFUSED')]);
  }, 60_000);

  test('finds what the panel shows, by the query that it copies', async () => {
    const asked = async (database: string, body: string | Uint8Array<ArrayBuffer>, query?: string) => {
      const address = new URL(`${server!.url}/?database=${database}`);
      if (query) address.searchParams.set('query', query);
      const headers = { 'X-ClickHouse-Key': PASSWORD };
      const response = await fetch(address, { method: 'POST', headers, body });
      if (!response.ok) throw new Error(await response.text());
      return response.text();
    };
    await asked('default', 'CREATE DATABASE filters');
    for (const statement of clickhouseTables()) await asked('filters', statement);
    await holdsLater(
      'filters on ClickHouse',
      [filteredEntries, fc.array(filterText, { minLength: 5, maxLength: 10 })],
      async (entries, filters) => {
        await asked('filters', 'TRUNCATE TABLE records');
        const rows = writeParquet(RECORDS, asRecords(entries), { packed: false });
        await asked('filters', rows, 'INSERT INTO records FORMAT Parquet');
        for (const filter of filters) {
          const { terms } = parseFilter(filter);
          const sql = filterSql(terms, { dialect: 'clickhouse', endpoint: ENDPOINT, time: undefined });
          const text = await asked('filters', sql.replace(/;\s*$/, ''));
          const found =
            text === ''
              ? []
              : text
                  .trimEnd()
                  .split('\n')
                  .map((line) => Number(line.split('\t')[2]));
          const shown = entries.flatMap((one, i) => (matchEntry(terms, one) ? [i + 1] : []));
          expect([filter, found]).toEqual([filter, shown]);
        }
      },
      30,
    );
  }, 120_000);

  test('TLS: only by a certificate that is trusted', async () => {
    const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: '127.0.0.1' }], {
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
      ],
    });
    writeFileSync(at('cert.pem'), cert);
    writeFileSync(at('key.pem'), key);
    mkdirSync(at('tls'));
    const own = await startClickhouse(at('tls'), {
      password: PASSWORD,
      tls: { cert: at('cert.pem'), key: at('key.pem') },
    });
    try {
      expect(own.target('x')).toMatch(/^clickhouses:/);
      const distrusted = await run(['load', 'recordings/1.har', '--to', own.target('x')]);
      expect([distrusted.code, distrusted.err]).toEqual([4, expect.stringMatching(/certificate/)]);
      const trusted = await run(['load', 'recordings/1.har', '--to', own.target('x')], {
        CLICKHOUSE_CA: at('cert.pem'),
      });
      expect([trusted.code, trusted.err]).toEqual([0, '']);
    } finally {
      await own.close();
    }
  }, 60_000);
});

describe.skipIf(!hasDuckdb || !hasChdb)('query', () => {
  test('lists the reports', async () => {
    const { out } = await run(['query']);
    expect(out.match(/^[a-z-]+/gm)).toEqual(REPORTS);
  });

  test.each(REPORTS)(
    '%s gives equal rows on all engines',
    async (report) => {
      const [duckdb, parquet, clickhouse] = await Promise.all(
        ['duckdb', 'parquet', 'clickhouse'].map((name) => rowsOf(targets[name]!, report)),
      );
      expect(duckdb!.length).toBeGreaterThan(0);
      expect(parquet).toEqual(duckdb);
      expect(clickhouse).toEqual(duckdb);
    },
    60_000,
  );

  test('reports say what the recordings hold', async () => {
    const from = targets.duckdb!;
    expect(await rowsOf(from, 'ttft')).toEqual([
      {
        model: 'm0',
        format: 'openai-chat',
        answers: 6,
        p50_ms: 104,
        p90_ms: 110,
        p99_ms: 110,
        not_complete: 0,
      },
      {
        model: 'm1',
        format: 'openai-chat',
        answers: 6,
        p50_ms: 105,
        p90_ms: 111,
        p99_ms: 111,
        not_complete: 0,
      },
    ]);
    expect((await rowsOf(from, 'slow-first-byte'))[0]).toMatchObject({
      endpoint: 'GET llm.example/v1/chat',
      release: 'r1',
      connections: RECORDINGS,
      p50_ms: 105,
      max_ms: 111,
    });
    const gaps = await rowsOf(from, 'worst-gaps');
    expect(gaps).toHaveLength(RECORDINGS);
    expect(gaps[0]).toMatchObject({ cause: 'lost', attempts: 1, lost: 12 });
    expect(await rowsOf(from, 'heartbeat-survival')).toContainEqual({
      heartbeat: 'yes',
      idle_s: 30,
      connections: RECORDINGS,
      cut: RECORDINGS,
      survived_percent: 0,
    });
    expect(await rowsOf(from, 'findings')).toContainEqual(
      expect.objectContaining({ code: 'eventsLost', severity: 'error', recordings: RECORDINGS }),
    );
  }, 60_000);

  test.each(['duckdb', 'parquet', 'clickhouse'])(
    '%s: --since and --until',
    async (name) => {
      const of = (...days: string[]) =>
        rowsOf(targets[name]!, '--sql', 'select count(*) as n from records', ...days);
      const all = [{ n: RECORDINGS * 13 }];
      expect(await of('--since', '2023-11-14')).toEqual(all);
      expect(await of('--until', '2023-11-14', '--since', '2023-11-01')).toEqual(all);
      expect(await of('--since', '2023-11-15')).toEqual([{ n: 0 }]);
      expect(await of('--until', '2023-11-13')).toEqual([{ n: 0 }]);
    },
    60_000,
  );

  test.each(['duckdb', 'clickhouse'])(
    '%s: nothing is written',
    async (name) => {
      const { code, err } = await run([
        'query',
        '--from',
        targets[name]!,
        '--sql',
        'drop table sse_scope_schema',
      ]);
      expect([code, err]).toEqual([2, expect.stringMatching(/read-only|readonly/i)]);
    },
    60_000,
  );

  test('CSV, Markdown and a table; a file of one’s own', async () => {
    writeFileSync(
      at('own.sql'),
      "-- Mine.\nselect '=1+1' as sum, 'a|b,\"c\"' as text, chr(27) as control, 7 as n;\n",
    );
    const of = async (format: string) =>
      (await run(['query', 'own.sql', '--from', targets.duckdb!, '--format', format])).out;
    expect(await of('csv')).toBe(`sum,text,control,n\n'=1+1,"a|b,""c""",\\x1b,7\n`);
    expect(await of('markdown')).toBe(
      '| sum | text | control | n |\n|---|---|---|---|\n| =1+1 | a\\|b,"c" | \\\\x1b | 7 |\n',
    );
    expect(await of('table')).toContain('=1+1  a|b,"c"  \\x1b     7\n1 row');
    expect(JSON.parse(await of('json'))).toEqual([{ sum: '=1+1', text: 'a|b,"c"', control: '\x1b', n: 7 }]);
  });
});
