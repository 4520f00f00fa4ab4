import { EntryKind } from '../../shared/sse/types.ts';
import { formatBytes, formatCount, formatDelta, formatTime } from '../../shared/text/units/format.ts';
import { highlight } from '../filter/highlight.ts';
import type { Term } from '../filter/parseFilter.ts';
import { KIND_NAMES } from '../reading/entryWords.ts';
import type { ReadRow as Row } from '../reading/readRows.ts';
import { type Column, fitsNarrow } from './tableColumns.ts';

export interface TableRowProps {
  /** Place in the table, from 0. */
  index: number;
  row: Row;
  columns: readonly Column[];
  /** What the times count from; undefined for the time of day. */
  base: number | undefined;
  terms: readonly Term[];
  chosen: boolean;
  pinned: boolean;
  /** Nobody listens to its type. */
  unheard: boolean;
  onClick(): void;
}

export function TableRow(props: TableRowProps) {
  const { index, row, columns, chosen, pinned } = props;
  return (
    <div
      class={`table-row kind-${KIND_NAMES[row.kind]} ${pinned ? 'pinned' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      onClick={props.onClick}
    >
      {columns.map((column, i) => (
        <Cell key={column.name} column={column} place={i + 1} {...props} />
      ))}
    </div>
  );
}

function Cell({
  column,
  place,
  row,
  base,
  terms,
  unheard,
  pinned,
}: TableRowProps & { column: Column; place: number }) {
  const common = { role: 'gridcell', 'aria-colindex': place, 'data-column': column.name } as const;
  const wide = fitsNarrow(column) ? '' : 'wide-cell';
  switch (column.name) {
    case 'n':
      return (
        <span {...common} class="number quiet">
          {pinned && <span class="sr-only">pinned </span>}
          {formatCount(row.n + 1)}
        </span>
      );
    case 'time':
      return (
        <span {...common} class="quiet">
          {base === undefined ? formatTime(row.time) : formatDelta(Math.max(0, row.time - base))}
        </span>
      );
    case 'delta':
      return (
        <span {...common} class={`number quiet ${wide}`}>
          {row.delta === undefined ? '' : formatDelta(row.delta)}
        </span>
      );
    case 'kind':
      return (
        <span {...common} class={wide}>
          {KIND_NAMES[row.kind]}
        </span>
      );
    case 'type':
      return (
        <span
          {...common}
          class={`type ${unheard ? 'unheard' : ''}`}
          title={unheard ? 'The page has no listener for this type' : undefined}
        >
          {row.kind === EntryKind.event ? <Marked text={row.type} terms={terms} /> : KIND_NAMES[row.kind]}
          {unheard && <span class="sr-only"> (nobody listens)</span>}
        </span>
      );
    case 'id':
      return (
        <span {...common} class={`id ${wide}`}>
          <Marked text={row.lastEventId} terms={terms} />
        </span>
      );
    case 'exchange':
      return (
        <span {...common} class={`number quiet ${wide}`}>
          {row.exchangeNumber}
        </span>
      );
    case 'size':
      return (
        <span {...common} class={`number ${wide}`}>
          {formatBytes(row.size)}
        </span>
      );
    case 'data':
      return (
        <span {...common} class="data" dir="auto">
          <Marked text={row.preview} terms={terms} />
        </span>
      );
  }
}

function Marked({ text, terms }: { text: string; terms: readonly Term[] }) {
  if (terms.length === 0) return <>{text}</>;
  return (
    <>
      {highlight(text, terms).map((piece, i) =>
        piece.found ? <mark key={i}>{piece.text}</mark> : piece.text,
      )}
    </>
  );
}
