const SENTENCES = {
  '@duckdb/node-api':
    'DuckDB is not installed: “npm install @duckdb/node-api” beside this package brings it. --to parquet:DIR needs no engine.',
  '@clickhouse/client':
    'The client of ClickHouse is not installed: “npm install @clickhouse/client” beside this package brings it.',
} as const;

/**
 * An engine that is an optional dependency.
 *
 * @param load - imports it
 * @throws {Error} with a sentence where it is not there, or does not run on this machine
 */
export async function loadEngine<T>(name: keyof typeof SENTENCES, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    throw new Error(isMissing ? SENTENCES[name] : `${name} does not run on this machine: ${message}`);
  }
}
