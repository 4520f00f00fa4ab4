import { useRef } from 'preact/hooks';
import type { SortColumn, SortOrder } from '../query/sortRows.ts';
import { ColumnsIcon } from '../ui/icons.tsx';
import { Menu } from '../ui/Menu.tsx';
import { COLUMNS, type Column, fitsNarrow, resized, type TableLayout, toggled } from './tableColumns.ts';

export interface TableHeadProps {
  columns: readonly Column[];
  layout: TableLayout;
  order: SortOrder;
  onLayout(layout: TableLayout): void;
  onSort(column: SortColumn): void;
}

/** Names of the columns: a click sorts, the right edge resizes; a menu shows and hides them. */
export function TableHead({ columns, layout, order, onLayout, onSort }: TableHeadProps) {
  return (
    <div class="table-row table-head" role="row" aria-rowindex={1}>
      {columns.map((column, i) => {
        const sorted = order.column === column.name && (column.name !== 'n' || order.descending);
        return (
          <span
            key={column.name}
            role="columnheader"
            aria-colindex={i + 1}
            aria-sort={sorted ? (order.descending ? 'descending' : 'ascending') : 'none'}
            class={`${column.number ? 'number' : ''} ${fitsNarrow(column) ? '' : 'wide-cell'}`}
          >
            <button
              type="button"
              class="sort"
              title={`${column.title}. Click to sort`}
              onClick={() => onSort(column.name)}
            >
              {column.label}
              {sorted && <span aria-hidden="true"> {order.descending ? '▼' : '▲'}</span>}
            </button>
            {column.name !== 'data' && <Edge column={column} layout={layout} onLayout={onLayout} />}
          </span>
        );
      })}
    </div>
  );
}

/** Which columns are shown. */
export function ColumnsMenu({
  layout,
  onLayout,
}: {
  layout: TableLayout;
  onLayout(layout: TableLayout): void;
}) {
  return (
    <Menu
      label="Columns"
      icon={<ColumnsIcon />}
      items={[
        ...COLUMNS.filter(({ name }) => name !== 'data').map(({ name, label, title }) => ({
          label: name === 'n' ? 'Number' : name === 'exchange' ? 'Connection' : label,
          title,
          checked: !layout.hidden.includes(name),
          run: () => onLayout(toggled(layout, name)),
        })),
        {
          label: 'Time since the beginning',
          title: 'Instead of the time of day',
          checked: layout.relative,
          run: () => onLayout({ ...layout, relative: !layout.relative }),
        },
      ]}
    />
  );
}

function Edge({
  column,
  layout,
  onLayout,
}: {
  column: Column;
  layout: TableLayout;
  onLayout(layout: TableLayout): void;
}) {
  const element = useRef<HTMLSpanElement>(null);

  function onPointerDown(event: PointerEvent): void {
    event.preventDefault();
    const edge = element.current!;
    edge.setPointerCapture(event.pointerId);
    const width = edge.parentElement!.getBoundingClientRect().width;
    const move = (e: PointerEvent) => onLayout(resized(layout, column, width + e.clientX - event.clientX));
    edge.addEventListener('pointermove', move);
    edge.addEventListener('pointerup', () => edge.removeEventListener('pointermove', move), { once: true });
  }

  return <span ref={element} class="edge" aria-hidden="true" onPointerDown={onPointerDown} />;
}
