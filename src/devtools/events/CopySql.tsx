import { endpointOf } from '../../shared/fleet/rows/endpoint.ts';
import type { Dialect } from '../../shared/fleet/sql/quote.ts';
import type { PanelData } from '../data/panelData.ts';
import { filterSql } from '../filter/filterSql.ts';
import { copyText } from '../ui/copyText.ts';
import { Menu } from '../ui/Menu.tsx';
import type { RowsStore } from './rowsStore.ts';

export interface CopySqlProps {
  data: PanelData;
  rows: RowsStore;
}

/** Copies the present filter as a query for the engines that recordings are loaded into. */
export function CopySql({ data, rows }: CopySqlProps) {
  const stream = data.stream.value;
  const copy = (dialect: Dialect) => () => {
    if (!stream) return;
    const endpoint = endpointOf(stream.method, stream.url);
    void copyText(filterSql(rows.filter.value.terms, { dialect, endpoint, time: rows.range.value }));
  };
  const title = 'The rows on show as a query over recordings that “sse-scope load” has loaded';
  return (
    <Menu
      label="SQL"
      items={[
        { label: 'Copy SQL for DuckDB', title, disabled: !stream, run: copy('duckdb') },
        { label: 'Copy SQL for ClickHouse', title, disabled: !stream, run: copy('clickhouse') },
      ]}
    />
  );
}
