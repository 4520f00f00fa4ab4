import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** ClickHouse's own engine behind HTTP, in a process of its own. */
export interface ClickhouseServer {
  /** `http://127.0.0.1:…` */
  url: string;
  /** As a target of the command, with this database. */
  target(database: string): string;
  /** The next so many inserts are done, and their answers get lost. Answers how many were done so far. */
  loseAnswers(times: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param folder - for its tables; of its own
 * @param tls - files of a certificate and its key
 */
export async function startClickhouse(
  folder: string,
  { password = '', tls }: { password?: string; tls?: { cert: string; key: string } } = {},
): Promise<ClickhouseServer> {
  const front = join(import.meta.dirname, 'clickhouseFront.mjs');
  const child = spawn(process.execPath, [front, folder, ...(tls ? [tls.cert, tls.key] : [])], {
    env: { ...process.env, FRONT_PASSWORD: password },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const over = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await firstLine(child, over);
  return {
    url,
    target: (database) => `${url.replace(/^http/, 'clickhouse')}/${database}`,
    loseAnswers: async (times) => Number(await (await fetch(`${url}/lose?times=${times}`)).text()),
    async close() {
      child.stdin!.end();
      await over;
    },
  };
}

async function firstLine(child: ChildProcess, over: Promise<void>): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  return Promise.race([
    new Promise<string>((resolve) => lines.once('line', resolve)),
    over.then(() => Promise.reject(new Error('The front of ClickHouse has ended.'))),
  ]);
}
