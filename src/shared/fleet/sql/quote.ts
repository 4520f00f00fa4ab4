/** Engines that read the SQL that is written here. */
export type Dialect = 'clickhouse' | 'duckdb';

/** A text as a literal. NUL is left out: DuckDB reads no statement with it. */
export function sqlText(text: string, dialect: Dialect): string {
  // A lone half of a surrogate pair is no text.
  const given = text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
  // ClickHouse reads escapes in literals, DuckDB reads none.
  const escaped = dialect === 'clickhouse' ? given.replaceAll('\\', '\\\\') : given;
  return `'${escaped.replaceAll("'", "''")}'`;
}

/** A name of ours: both engines take names of such letters without quotes. */
export function sqlName(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`“${name}” is no name of a table or column.`);
  return name;
}
