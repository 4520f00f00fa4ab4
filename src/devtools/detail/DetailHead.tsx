import type { Stream } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import { formatBytes, formatTime } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import { showEntry } from '../events/showEntry.ts';
import { KIND_NAMES } from '../reading/entryWords.ts';
import type { ReadRow } from '../reading/readRows.ts';
import { BackIcon, CloseIcon, ForwardIcon, PinIcon } from '../ui/icons.tsx';
import { CopyEntry } from './CopyEntry.tsx';
import type { DetailTab } from './canShow.ts';
import { DetailTabs } from './DetailTabs.tsx';
import type { Detail } from './readDetail.ts';

export interface DetailHeadProps {
  data: PanelData;
  rows: RowsStore;
  detail: Detail;
  stream: Stream;
  tab: DetailTab;
  show(tab: DetailTab): void;
}

/** What the entry is, how it is shown, and what can be done with it. */
export function DetailHead({ data, rows, detail, stream, tab, show }: DetailHeadProps) {
  const { row } = detail;
  const isEvent = row.kind === EntryKind.event;
  const pinned = (rows.pins.value.get(stream.id) ?? []).includes(row.n);
  return (
    <div class="detail-head">
      <DetailTabs detail={detail} tab={tab} show={show} />
      <span class="detail-facts">
        #{row.n + 1} · {isEvent ? row.type : KIND_NAMES[row.kind]} · {formatTime(row.time)} ·{' '}
        {formatBytes(row.end - row.start)} at byte {row.start}
        {row.lastEventId && ` · last event ID ${row.lastEventId}`}
      </span>
      {isEvent && <SameType data={data} rows={rows} row={row} />}
      <button
        type="button"
        class={`icon-button ${pinned ? 'on' : ''}`}
        aria-pressed={pinned}
        title={pinned ? 'Take the pin away (M)' : "Pin it (M); ' goes to the next pin"}
        onClick={() => rows.togglePin(row.n)}
      >
        <PinIcon />
        <span class="sr-only">Pin</span>
      </button>
      <CopyEntry detail={detail} stream={stream} />
      <button
        type="button"
        class="icon-button close"
        title="Close (Escape)"
        onClick={() => {
          rows.chosen.value = undefined;
        }}
      >
        <CloseIcon />
        <span class="sr-only">Close</span>
      </button>
    </div>
  );
}

/** The ways to the event of the same type before and after. */
function SameType({ data, rows, row }: { data: PanelData; rows: RowsStore; row: ReadRow }) {
  async function go(step: 1 | -1): Promise<void> {
    const stream = data.stream.value;
    if (!stream) return;
    const other = await data.query.ask('sameType', [stream.id, row.n, step]).catch(() => -1);
    if (other >= 0) showEntry(data, rows, stream.id, other);
  }
  return (
    <>
      <button type="button" class="icon-button" title={`Former ${row.type}`} onClick={() => void go(-1)}>
        <BackIcon />
        <span class="sr-only">Former event of this type</span>
      </button>
      <button type="button" class="icon-button" title={`Next ${row.type}`} onClick={() => void go(1)}>
        <ForwardIcon />
        <span class="sr-only">Next event of this type</span>
      </button>
    </>
  );
}
