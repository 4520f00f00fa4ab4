import { useEffect, useState } from 'preact/hooks';
import type { Session } from '../../shared/session/types.ts';
import { formatBytes, formatCount } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { countText } from './countText.ts';
import { findSessions } from './findSessions.ts';
import { ImportBar } from './ImportBar.tsx';
import { KeepingSettings } from './KeepingSettings.tsx';
import type { LibraryStore } from './libraryStore.ts';
import { SessionItem } from './SessionItem.tsx';
import { useUndoableDelete } from './useUndoableDelete.ts';

export interface LibraryProps {
  data: PanelData;
  library: LibraryStore;
  /** A file that is to be opened at once. */
  dropped: File | undefined;
  onClose(): void;
}

/** All sessions that are kept: to be found, named, noted, pinned, opened, and deleted. */
export function Library({ data, library, dropped, onClose }: LibraryProps) {
  const [words, setWords] = useState('');
  const { going, remove, undo } = useUndoableDelete(data);

  const all = data.sessions.value.filter(({ id }) => id !== going?.id);
  const shown = findSessions(all, words);
  const bytes = all.reduce((sum, session) => sum + session.bytes, 0);
  const current = data.session.value?.id;
  const status = data.link.status.value;
  /** A session without an end is being recorded: here, or in another tab, unless storage has stopped all recording. */
  const isRecorded = ({ id, endedAt }: Session): boolean =>
    endedAt === undefined &&
    (id === status?.session ? status.recording : (status?.storageProblem ?? '') === '');
  useEffect(() => data.refreshSessions(), [data]);
  const keeping = status?.keeping;
  return (
    <Dialog title="Sessions" class="library" onClose={onClose}>
      <div class="library-bar">
        <input
          type="search"
          placeholder="Search names, notes, pages"
          aria-label="Search sessions"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <span>
          {countText(all.length, 'session')}, {formatBytes(bytes)}
        </span>
        {keeping && <KeepingSettings keeping={keeping} send={data.link.send} />}
        <span role="status">
          {going && (
            <>
              “{nameOf(going)}” was deleted.{' '}
              <button type="button" class="text-button" data-action="undo" onClick={undo}>
                Undo
              </button>
            </>
          )}
        </span>
      </div>
      <ImportBar library={library} dropped={dropped} onRead={close} />
      {keeping?.removed && (
        <p class="library-nothing">
          On {new Date(keeping.removed.at).toLocaleString()},{' '}
          {keeping.removed.sessions === 1
            ? 'the oldest session'
            : `the ${formatCount(keeping.removed.sessions)} oldest sessions`}{' '}
          ({formatBytes(keeping.removed.bytes)}) went to make room. Pin what has to stay.
        </p>
      )}
      {shown.length === 0 && (
        <p class="library-nothing">
          {all.length === 0
            ? 'Nothing is kept yet. What is recorded appears here.'
            : 'No session has these words in its name, its note or its address.'}
        </p>
      )}
      <ul class="library-list" aria-label="Sessions">
        {shown.map((session) => (
          <SessionItem
            key={session.id}
            session={session}
            current={session.id === current}
            recorded={isRecorded(session)}
            describe={(what) => data.link.send({ type: 'DescribeSession', session: session.id, ...what })}
            onOpen={() => {
              data.pickSession(session.id === status?.session ? '' : session.id);
              close();
            }}
            onDelete={() => remove(session)}
          />
        ))}
      </ul>
    </Dialog>
  );
}

/** Closes the dialog as the user does, so that it is left by the one way. */
function close(): void {
  document.querySelector<HTMLDialogElement>('dialog.library')?.close();
}

function nameOf(session: Session): string {
  return session.name || session.title || session.url || 'A session';
}
