/** Where recordings are loaded to, and asked for. */
export type FleetTarget =
  | { kind: 'duckdb'; file: string }
  | { kind: 'parquet'; folder: string }
  | { kind: 'clickhouse'; url: string; database: string; user: string; password: string };

const KINDS = 'duckdb:FILE, parquet:DIR or clickhouse://HOST:PORT/DATABASE';

/**
 * Reads a target of the command line. The user and password of ClickHouse come from CLICKHOUSE_USER and CLICKHOUSE_PASSWORD: a command
 * line can be read by every program of the machine.
 *
 * @throws {Error} with a sentence
 */
export function parseTarget(text: string, env: NodeJS.ProcessEnv = process.env): FleetTarget {
  const [, kind, rest] = /^([a-z+]+):(.*)$/s.exec(text) ?? [];
  if (kind === 'duckdb' && rest) return { kind, file: rest };
  if (kind === 'parquet' && rest) return { kind, folder: rest };
  if (kind === 'clickhouse' || kind === 'clickhouses') return clickhouseOf(text, env);
  throw new Error(`“${text}” is no target: it is ${KINDS}.`);
}

function clickhouseOf(text: string, env: NodeJS.ProcessEnv): FleetTarget {
  const http = text.replace(/^clickhouses:/, 'https:').replace(/^clickhouse:/, 'http:');
  if (!URL.canParse(http))
    throw new Error(`“${text}” is no address of ClickHouse: clickhouse://HOST:PORT/DATABASE.`);
  const { protocol, hostname, port, pathname, username, password, search } = new URL(http);
  if (username || password)
    throw new Error(
      'User and password are taken from CLICKHOUSE_USER and CLICKHOUSE_PASSWORD, not from the address.',
    );
  if (search)
    throw new Error('The address of ClickHouse takes no parameters: clickhouses:// is the one with TLS.');
  const database = decodeURIComponent(pathname.slice(1)) || 'default';
  // It becomes a part of statements.
  if (!/^\w{1,100}$/.test(database))
    throw new Error(`“${database}” is no name of a database: letters, digits and _ are.`);
  const usual = protocol === 'https:' ? 8443 : 8123;
  return {
    kind: 'clickhouse',
    url: `${protocol}//${hostname}:${port || usual}`,
    database,
    user: env.CLICKHOUSE_USER ?? 'default',
    password: env.CLICKHOUSE_PASSWORD ?? '',
  };
}
