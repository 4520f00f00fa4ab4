import type { TabStatus } from '../../shared/protocol/panelLink.ts';
import type { Session } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import { formatCount } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import { CopySql } from '../events/CopySql.tsx';
import { FilterBox } from '../events/FilterBox.tsx';
import { RangeChip } from '../events/RangeChip.tsx';
import type { RowsStore } from '../events/rowsStore.ts';
import { ExportMenu } from '../library/ExportMenu.tsx';
import type { LibraryStore } from '../library/libraryStore.ts';
import { KIND_PLURALS } from '../reading/entryWords.ts';
import {
  ClearIcon,
  FollowIcon,
  HelpIcon,
  LibraryIcon,
  RecordIcon,
  StopIcon,
  WireIcon,
} from '../ui/icons.tsx';

export interface ToolbarProps {
  data: PanelData;
  rows: RowsStore;
  library: LibraryStore;
  hasTab: boolean;
  onHelp(): void;
  onLibrary(): void;
}

export function Toolbar({ data, rows, library, hasTab, onHelp, onLibrary }: ToolbarProps) {
  const status = data.link.status.value;
  const recording = status?.recording ?? false;
  const live = data.pickedSession.value === '';
  const following = rows.following.value;
  const gone = data.link.state.value === 'gone';
  return (
    <div class="toolbar" role="toolbar" aria-label="Recording and filter">
      {hasTab && (
        <>
          <button
            type="button"
            class={`icon-button ${recording ? 'recording' : ''}`}
            aria-pressed={recording}
            title={recording ? 'Stop recording' : 'Record the event streams of this tab'}
            disabled={gone}
            onClick={() => data.link.send({ type: recording ? 'StopRecording' : 'StartRecording' })}
          >
            {recording ? <StopIcon /> : <RecordIcon />}
            <span class="sr-only">{recording ? 'Stop recording' : 'Record'}</span>
          </button>
          <button
            type="button"
            class="icon-button clear"
            title="Clear: delete what was recorded in this session, and go on"
            disabled={!recording || !live || gone}
            onClick={() => data.link.send({ type: 'ClearSession' })}
          >
            <ClearIcon />
            <span class="sr-only">Clear</span>
          </button>
        </>
      )}
      <button
        type="button"
        class="icon-button follow"
        aria-pressed={following}
        title={following ? 'Stop following new entries' : 'Follow new entries'}
        onClick={() => {
          rows.following.value = !following;
        }}
      >
        <FollowIcon />
        <span class="sr-only">Follow new entries</span>
      </button>
      {hasTab && status && !status.wire.always && (
        <button
          type="button"
          class={`icon-button wire ${status.wire.on ? 'on' : ''}`}
          data-action="wire"
          aria-pressed={status.wire.wanted}
          title={wireTitle(status.wire)}
          disabled={gone}
          onClick={() => data.link.send({ type: 'SetWireTap', on: !(status.wire.on || status.wire.wanted) })}
        >
          <WireIcon />
          Wire
        </button>
      )}
      <FilterBox data={data} rows={rows} />
      <select
        class="kinds"
        aria-label="Kinds of entries"
        title="Kinds of entries on show"
        value={String(rows.kind.value ?? 'all')}
        onChange={(event) => {
          const { value } = event.currentTarget;
          rows.setKind(value === 'all' ? undefined : (Number(value) as EntryKind));
        }}
      >
        <option value="all">All kinds</option>
        {Object.values(EntryKind).map((kind) => (
          <option key={kind} value={kind}>
            {KIND_PLURALS[kind]}
          </option>
        ))}
      </select>
      <RangeChip rows={rows} />
      <CopySql data={data} rows={rows} />
      {hasTab && (
        <label class="check" title="One session goes on when the page navigates">
          <input
            type="checkbox"
            checked={status?.preserve ?? false}
            disabled={!status || gone}
            onChange={(event) =>
              data.link.send({ type: 'SetPreserve', preserve: event.currentTarget.checked })
            }
          />
          Preserve
        </label>
      )}
      <select
        class="sessions"
        aria-label="Session"
        title="The session on show"
        value={data.pickedSession.value}
        onChange={(event) => data.pickSession(event.currentTarget.value)}
      >
        <option value="">{hasTab ? 'This tab' : 'Choose a session …'}</option>
        {data.otherSessions.value.map((session) => (
          <option key={session.id} value={session.id}>
            {sessionLabel(session)}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="icon-button"
        data-action="library"
        title="All sessions"
        onClick={onLibrary}
      >
        <LibraryIcon />
        <span class="sr-only">All sessions</span>
      </button>
      <ExportMenu data={data} rows={rows} library={library} />
      <button type="button" class="icon-button" title="Keys and filter words (?)" onClick={onHelp}>
        <HelpIcon />
        <span class="sr-only">Help</span>
      </button>
    </div>
  );
}

function wireTitle(wire: TabStatus['wire']): string {
  const what =
    'comments, retry fields, events that nobody listens to and streams in workers, by the browser’s debugger. The browser shows a bar while it is on.';
  return wire.on || wire.wanted
    ? `Stop reading the bytes on the wire: ${what}`
    : `Read the bytes on the wire: ${what}`;
}

function sessionLabel(session: Session): string {
  const date = new Date(session.startedAt).toLocaleString(undefined, {
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const page = session.name || session.title || session.url || 'a page';
  return `${date} · ${page.slice(0, 40)} · ${formatCount(session.events)} events`;
}
