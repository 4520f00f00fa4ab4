import { formatDuration, formatTime } from '../../shared/text/units/format.ts';
import { CloseIcon } from '../ui/icons.tsx';
import type { RowsStore } from './rowsStore.ts';

/** The time that the table is limited to, and the way out. */
export function RangeChip({ rows }: { rows: RowsStore }) {
  const range = rows.range.value;
  if (!range) return null;
  return (
    <span
      class="chip"
      title={`The table shows what came from ${formatTime(range.from)} to ${formatTime(range.to)}`}
    >
      {formatTime(range.from)} + {formatDuration(range.to - range.from)}
      <button type="button" class="chip-close" title="Any time" onClick={() => rows.setRange(undefined)}>
        <CloseIcon />
        <span class="sr-only">Any time</span>
      </button>
    </span>
  );
}
