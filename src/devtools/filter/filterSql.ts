import { type Dialect, sqlText } from '../../shared/fleet/sql/quote.ts';
import { KIND_NAMES } from '../reading/entryWords.ts';
import type { Comparator, Term } from './parseFilter.ts';
import { regexSql } from './regexSql.ts';

export interface FilterSqlOptions {
  dialect: Dialect;
  /** Of the stream on show, as the table `records` has it. */
  endpoint: string;
  /** ms since the epoch; undefined for any time. */
  time: { from: number; to: number } | undefined;
}

/**
 * A query over the table `records` (docs/schema.md) for the rows that a filter leaves. What SQL cannot say stands in a comment. What the
 * panel says of a retry or a problem in words is not in the table: words are looked for in types, IDs and data.
 */
export function filterSql(terms: readonly Term[], { dialect, endpoint, time }: FilterSqlOptions): string {
  const conditions = [`endpoint = ${sqlText(endpoint, dialect)}`];
  const left: string[] = [];
  for (const term of terms) {
    const condition = conditionOf(term, dialect);
    if (condition === undefined)
      left.push(JSON.stringify(term.by === 'regex' ? String(term.regex) : term.by));
    else conditions.push(term.negated ? `not ${condition}` : condition);
  }
  if (time) {
    conditions.push(`arrived_at >= ${timeSql(time.from, dialect)}`);
    conditions.push(`arrived_at <= ${timeSql(time.to, dialect)}`);
  }
  return [
    `-- The rows on show in SSE Scope, for ${dialect === 'duckdb' ? 'DuckDB' : 'ClickHouse'}.`,
    ...left.map((what) => `-- Left out, for the engine has no such pattern: ${what}`),
    'select session, connection, n, arrived_at, gap_ms, kind, type, event_id, size, data',
    'from records',
    `where ${conditions.join('\n  and ')}`,
    'order by session, n;',
    '',
  ].join('\n');
}

/** Never NULL: what is not known does not match, and a negated term keeps it. */
function conditionOf(term: Term, dialect: Dialect): string | undefined {
  const literal = (text: string): string => sqlText(text, dialect);
  const lower = dialect === 'duckdb' ? 'lower' : 'lowerUTF8';
  switch (term.by) {
    case 'text':
      return anyOf(SAID.map((column) => `position(${literal(term.word)} in ${lower}(${column})) > 0`));
    case 'regex': {
      const pattern = regexSql(term.regex);
      if (pattern === undefined) return undefined;
      return anyOf(SAID.map((column) => matches(column, pattern, dialect)));
    }
    case 'type':
    case 'id': {
      const column = term.by === 'type' ? 'type' : 'event_id';
      if (!term.word.includes('*')) return `(${lower}(${column}) = ${literal(term.word)})`;
      const pattern = regexSql(term.pattern);
      return pattern === undefined ? undefined : `(${matches(column, pattern, dialect)})`;
    }
    case 'kind':
      return `(kind = ${literal(KIND_NAMES[term.kind])})`;
    case 'size':
      return `(size ${sqlComparison(term.is)} ${term.than})`;
    case 'gap':
      return `coalesce(gap_ms ${sqlComparison(term.is)} ${term.than}, false)`;
    case 'exchange':
      return `(connection = ${term.number})`;
    case 'json':
      return dialect === 'duckdb' ? jsonDuckdb(term) : jsonClickhouse(term);
  }
}

const SAID = ['type', 'event_id', "coalesce(data, '')"];

function anyOf(conditions: readonly string[]): string {
  return `(${conditions.join(' or ')})`;
}

function matches(column: string, pattern: string, dialect: Dialect): string {
  return `${dialect === 'duckdb' ? 'regexp_matches' : 'match'}(${column}, ${sqlText(pattern, dialect)})`;
}

function sqlComparison(is: Comparator): string {
  return is === '!=' ? '<>' : is;
}

function timeSql(time: number, dialect: Dialect): string {
  const text = new Date(time).toISOString().replace('T', ' ').replace('Z', '');
  return dialect === 'duckdb' ? `timestamp '${text}'` : `toDateTime64('${text}', 6, 'UTC')`;
}

type JsonTerm = Extract<Term, { by: 'json' }>;

/** A number is compared as one where the value is one; everything else as text. */
function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function jsonDuckdb({ path, is, than }: JsonTerm): string {
  // A JSON pointer: RFC 6901 escapes "~" and "/".
  const pointer = path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const at = sqlText(pointer, 'duckdb');
  const found = `json_extract(data, ${at}) is not null`;
  let holds = found;
  if (is !== undefined) {
    const said = `coalesce(json_extract_string(data, ${at}), 'null')`;
    const asText = textHolds(said, is, than, 'duckdb');
    const asNumber = `cast(json_extract_string(data, ${at}) as double) ${sqlComparison(is)} ${Number(than)}`;
    holds = isNumber(than)
      ? `case when json_type(data, ${at}) in ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE') then ${asNumber} else ${asText} end`
      : asText;
    holds = `${found} and ${holds}`;
  }
  return `(case when json_valid(data) then ${holds} else false end)`;
}

function jsonClickhouse({ path, is, than }: JsonTerm): string {
  // Places in lists count from 1.
  const steps = path.map((step) => (typeof step === 'number' ? step + 1 : sqlText(step, 'clickhouse')));
  const at = ["coalesce(data, '')", ...steps].join(', ');
  const found = `JSONHas(${at}) = 1`;
  if (is === undefined) return `(${found})`;
  const type = `toString(JSONType(${at}))`;
  const said = `if(${type} = 'String', JSONExtractString(${at}), JSONExtractRaw(${at}))`;
  const asText = textHolds(said, is, than, 'clickhouse');
  const asNumber = `JSONExtractFloat(${at}) ${sqlComparison(is)} ${Number(than)}`;
  const holds = isNumber(than)
    ? `if(${type} in ('Int64', 'UInt64', 'Double'), ${asNumber}, ${asText})`
    : asText;
  return `(${found} and ${holds})`;
}

function textHolds(said: string, is: Comparator, than: string, dialect: Dialect): string {
  const lower = dialect === 'duckdb' ? 'lower' : 'lowerUTF8';
  if (is === '=' || is === '!=')
    return `${lower}(${said}) ${sqlComparison(is)} ${sqlText(than.toLowerCase(), dialect)}`;
  return `${said} ${is} ${sqlText(than, dialect)}`;
}
