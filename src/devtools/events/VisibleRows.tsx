import { EntryKind } from '../../shared/sse/types.ts';
import type { PanelData } from '../data/panelData.ts';
import { isUnheard } from './isUnheard.ts';
import type { RowsStore } from './rowsStore.ts';
import { TableRow } from './TableRow.tsx';
import { gridColumns, type TableLayout } from './tableColumns.ts';
import { chooseRow, pinsOf } from './tableKeys.ts';
import type { ReadRows } from './useReadRows.ts';

export interface VisibleRowsProps {
  data: PanelData;
  rows: RowsStore;
  layout: TableLayout;
  read: ReadRows;
  /** The first row on the screen, and the one after the last. */
  first: number;
  end: number;
}

/** The rows on the screen; one that is not read yet is empty. */
export function VisibleRows({ data, rows, layout, read, first, end }: VisibleRowsProps) {
  const stream = data.stream.value;
  const chosen = rows.chosen.value;
  const pins = pinsOf(data, rows);
  const columns = gridColumns(layout);
  const base = layout.relative ? data.session.value?.startedAt : undefined;
  const visible: number[] = [];
  for (let row = first; row < end; row++) visible.push(row);
  return (
    <>
      {visible.map((index) => {
        const n = rows.ordinalOf(index);
        const row = read.rows.get(n);
        if (!row) {
          return (
            <div key={n} class="table-row empty" role="row" aria-rowindex={index + 2}>
              <span role="gridcell" />
            </div>
          );
        }
        return (
          <TableRow
            key={n}
            index={index}
            row={row}
            columns={columns}
            base={base}
            terms={rows.filter.value.terms}
            chosen={n === chosen}
            pinned={pins.includes(n)}
            unheard={row.kind === EntryKind.event && isUnheard(stream, row.type)}
            onClick={() => chooseRow(rows, index)}
          />
        );
      })}
    </>
  );
}
