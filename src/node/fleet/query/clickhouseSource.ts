import { PARTITIONS, TABLES } from '../../../shared/fleet/schema/tables.ts';
import { type ClickhouseTarget, connectClickhouse, reaching } from '../clickhouseClient.ts';
import { numberCell, timeCell, wholeCell } from './cells.ts';
import type { Cell, Days, Source } from './source.ts';

/** Tables of ClickHouse. Nothing is written. */
export async function openClickhouseSource(target: ClickhouseTarget, days: Days): Promise<Source> {
  const client = await connectClickhouse(target);
  const { SettingsMap } = await import('@clickhouse/client');
  const filters = filtersOf(days);
  return {
    async query(sql) {
      const answer = await reaching(target, () =>
        client.query({
          query: sql,
          format: 'JSONCompact',
          clickhouse_settings: {
            readonly: '2',
            // Rows that a broken load has written twice count once.
            final: 1,
            // As SQL has it, and DuckDB does it: what an outer join does not find is NULL.
            join_use_nulls: 1,
            output_format_json_quote_64bit_integers: 1,
            ...(filters ? { additional_table_filters: SettingsMap.from(filters) } : {}),
          },
        }),
      );
      const { meta = [], data } = await answer.json<unknown[]>();
      const types = meta.map(({ type }) => type);
      return {
        columns: meta.map(({ name }) => name),
        rows: data.map((row) => row.map((value, i) => cell(value, types[i]!))),
      };
    },
    close: () => client.close(),
  };
}

function cell(value: unknown, type: string): Cell {
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
  const inner = type.replace(/^(LowCardinality|Nullable)\(/g, '').replace(/^Nullable\(/, '');
  if (/^U?Int/.test(inner)) return wholeCell(BigInt(value as string | number));
  if (/^Float|^Decimal/.test(inner)) return numberCell(Number(value));
  if (inner.startsWith('DateTime')) return timeCell(microsOf(String(value)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `2026-11-28 08:09:10.123456`, UTC. */
function microsOf(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return (
    BigInt(Date.parse(`${whole.replace(' ', 'T')}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
  );
}

/** The condition of each table; without quotes, which the client does not escape. */
function filtersOf({ since, until }: Days): Record<string, string> | undefined {
  const [day] = PARTITIONS;
  const number = (date: string): number => Date.parse(date) / 86_400_000;
  const bounds = [
    ...(since ? [`${day} >= toDate32(${number(since)})`] : []),
    ...(until ? [`${day} <= toDate32(${number(until)})`] : []),
  ];
  if (bounds.length === 0) return undefined;
  return Object.fromEntries(TABLES.map(({ name }) => [name, bounds.join(' AND ')]));
}
