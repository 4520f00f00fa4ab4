import { useRef } from 'preact/hooks';
import type { PanelData } from '../data/panelData.ts';
import { useRemembered } from '../ui/useRemembered.ts';
import { ROW_HEIGHT } from './rowHeight.ts';
import type { RowsStore } from './rowsStore.ts';
import { ColumnsMenu, TableHead } from './TableHead.tsx';
import { DEFAULT_LAYOUT, fitsNarrow, gridColumns, gridOf, type TableLayout } from './tableColumns.ts';
import { onTableKey } from './tableKeys.ts';
import { emptyText, footText } from './tableTexts.ts';
import { useDrawnTotal } from './useDrawnTotal.ts';
import { useReadRows } from './useReadRows.ts';
import { useScrollBar } from './useScrollBar.ts';
import { useTableScroll } from './useTableScroll.ts';
import { useViewport } from './useViewport.ts';
import { VisibleRows } from './VisibleRows.tsx';
import { contentHeight, visibleRange } from './visibleRange.ts';

/** All entries of the chosen stream, or those that match the filter: only what is on the screen is in the page. */
export interface EventTableProps {
  data: PanelData;
  rows: RowsStore;
}

export function EventTable({ data, rows }: EventTableProps) {
  const [layout, setLayout] = useRemembered<TableLayout>('table', DEFAULT_LAYOUT);
  const columns = gridColumns(layout);
  return (
    <div class="table">
      <ColumnsMenu layout={layout} onLayout={setLayout} />
      <div
        class="grid"
        role="grid"
        aria-label="Entries"
        aria-rowcount={rows.total.value + 1}
        aria-colcount={columns.length}
        style={{
          '--columns': gridOf(columns, layout),
          '--narrow': gridOf(columns.filter(fitsNarrow), layout),
        }}
      >
        <TableHead
          columns={columns}
          layout={layout}
          order={rows.order.value}
          onLayout={setLayout}
          onSort={rows.sortBy}
        />
        <TableBody data={data} rows={rows} layout={layout} />
      </div>
      <div class="table-foot">{footText(data, rows)}</div>
    </div>
  );
}

function TableBody({ data, rows, layout }: EventTableProps & { layout: TableLayout }) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useViewport(box);
  const of = data.stream.value?.id ?? '';
  const all = rows.total.value;
  const following = rows.following.value;
  // Followed, the end is on show: where that is need not be asked of the page.
  const place = following ? { scrollTop: Number.MAX_SAFE_INTEGER, height: view.height } : view;
  const coming = visibleRange(all, ROW_HEIGHT, place);
  const read = useReadRows(data, rows, coming.first, coming.end);
  const total = useDrawnTotal(of, following, read, all);
  const range = visibleRange(total, ROW_HEIGHT, place);
  const bar = useScrollBar(of, following, contentHeight(total, ROW_HEIGHT), view.height);
  const { height } = bar.current;
  const top = following ? height - (range.end - range.first) * ROW_HEIGHT : range.top;
  const { onScroll, onHand } = useTableScroll({ box, rows, of, view, setView, bar, total });
  return (
    <div
      class="table-body"
      ref={box}
      tabIndex={0}
      onScroll={onScroll}
      onWheel={() => onHand(500)}
      onTouchMove={() => onHand(1000)}
      onPointerDown={() => onHand(10_000)}
      onKeyDown={(event) => onTableKey(event, data, rows, view.height)}
      role="rowgroup"
      aria-label="Entries"
    >
      <div class="table-content" role="presentation" style={{ height: `${height}px` }}>
        <div role="presentation" style={{ transform: `translateY(${Math.max(0, top)}px)` }}>
          <VisibleRows
            data={data}
            rows={rows}
            layout={layout}
            read={read}
            first={range.first}
            end={range.end}
          />
        </div>
      </div>
      {total === 0 && (
        <div class="table-nothing" role="row">
          <span role="gridcell">{emptyText(data, rows)}</span>
        </div>
      )}
    </div>
  );
}
