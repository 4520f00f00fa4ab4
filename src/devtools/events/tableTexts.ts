import { formatCount } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from './rowsStore.ts';

/** What a table without rows says. */
export function emptyText(data: PanelData, rows: RowsStore): string {
  if (rows.filtered.value) return rows.searching.value ? 'Searching …' : 'No entry matches the filter.';
  const stream = data.stream.value;
  const wire = data.exchanges.value.at(-1)?.wire;
  if (stream?.transport === 'EventSource' && stream.state === 'open' && !wire) {
    return 'Open, and no event yet. Only events of types that the page listens to can be seen here.';
  }
  return stream?.state === 'ended' ? 'This stream ended without an event.' : 'No event yet.';
}

/** How many entries there are, and how many of them are shown. */
export function footText(data: PanelData, rows: RowsStore): string {
  const entries = formatCount(data.stream.value?.entries ?? 0);
  if (!rows.filtered.value) return `${entries} entries`;
  const { total, searching } = rows;
  return `${formatCount(total.value)} of ${entries} entries${searching.value ? ' …' : ''}`;
}
