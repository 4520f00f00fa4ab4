import { readFileSync } from 'node:fs';
import type { ClickHouseClient } from '@clickhouse/client';
import { loadEngine } from './engine.ts';
import type { FleetTarget } from './target.ts';

export type ClickhouseTarget = Extract<FleetTarget, { kind: 'clickhouse' }>;

/** A statement may take so long, ms. */
const TIMEOUT = 300_000;

/**
 * A client of a server. Its certificate is checked against the system's authorities, or those in the file that CLICKHOUSE_CA names.
 *
 * @throws {Error} with a sentence where the client is not installed
 */
export async function connectClickhouse(
  target: ClickhouseTarget,
  database = target.database,
): Promise<ClickHouseClient> {
  const { ClickHouseLogLevel, createClient } = await loadEngine(
    '@clickhouse/client',
    () => import('@clickhouse/client'),
  );
  const authority = process.env.CLICKHOUSE_CA;
  return createClient({
    url: target.url,
    username: target.user,
    password: target.password,
    database,
    application: 'sse-scope',
    request_timeout: TIMEOUT,
    compression: { request: false, response: false },
    // What goes wrong is thrown, and said once.
    log: { level: ClickHouseLogLevel.OFF },
    ...(authority ? { tls: { ca_cert: readFileSync(authority) } } : {}),
  });
}

/** The server cannot be reached, or is not the one that it says. */
export class UnreachableError extends Error {}

const UNREACHABLE = /^(E[A-Z_]+|CERT_\w+|\w*CERT\w*|ERR_TLS\w*|UNABLE_TO_\w+)$/;

/** @throws {UnreachableError} with a sentence, where what is asked does not get to the server */
export async function reaching<T>({ url }: ClickhouseTarget, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!UNREACHABLE.test(code ?? '')) throw error;
    throw new UnreachableError(`${url} cannot be reached: ${message}`);
  }
}
