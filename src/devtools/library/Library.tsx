import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes, formatCount } from '../../shared/session/format.ts';
import type { Session } from '../../shared/session/types.ts';
import type { PanelData } from '../data/panelData.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { PinIcon } from '../ui/icons.tsx';
import { findSessions } from './findSessions.ts';
import type { ImportFailure } from './importFile.ts';
import type { LibraryStore } from './libraryStore.ts';

/** So long a deleted session can be had back, ms. */
const UNDO_WITHIN = 8000;
/** Bytes. */
const BUDGETS = [256 << 20, 1 << 30, 4 * 2 ** 30, 16 * 2 ** 30];

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
  /** Deleted here, and still in the store for a while. */
  const [going, setGoing] = useState<Session | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const leaving = useRef<Session | undefined>(undefined);
  leaving.current = going;

  function reallyDelete(session: Session): void {
    clearTimeout(timer.current);
    data.link.send({ type: 'DeleteSession', session: session.id });
    if (data.pickedSession.value === session.id) data.pickSession('');
  }
  // Who closes the window does not want it back.
  useEffect(
    () => () => {
      if (leaving.current) reallyDelete(leaving.current);
    },
    [],
  );

  function remove(session: Session): void {
    if (going) reallyDelete(going);
    setGoing(session);
    timer.current = setTimeout(() => {
      reallyDelete(session);
      setGoing(undefined);
    }, UNDO_WITHIN);
  }

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
  const keeping = data.link.status.value?.keeping;
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
          {counted(all.length, 'session')}, {formatBytes(bytes)}
        </span>
        {keeping && (
          <label title="The oldest sessions go until the rest has room; pinned ones stay">
            of at most{' '}
            <select
              data-action="budget"
              value={keeping.budget}
              onChange={(event) =>
                data.link.send({ type: 'SetBudget', bytes: Number(event.currentTarget.value) })
              }
            >
              {[...new Set([...BUDGETS, keeping.budget])]
                .sort((a, b) => a - b)
                .map((budget) => (
                  <option key={budget} value={budget}>
                    {formatBytes(budget)}
                  </option>
                ))}
            </select>
          </label>
        )}
        {keeping && (
          <label title="What happens when the session that is being recorded, and pinned ones, fill this by themselves">
            when full{' '}
            <select
              data-action="when-full"
              value={keeping.whenFull}
              onChange={(event) => {
                const whenFull = event.currentTarget.value === 'dropOldest' ? 'dropOldest' : 'stop';
                data.link.send({ type: 'SetWhenFull', whenFull });
              }}
            >
              <option value="stop">stop recording</option>
              <option value="dropOldest">remove its oldest streams</option>
            </select>
          </label>
        )}
        {keeping && (
          <label
            class="check"
            title="Otherwise a tab is recorded when you press Record, or the toolbar button"
          >
            <input
              type="checkbox"
              data-action="record-on-open"
              checked={keeping.recordOnOpen}
              onChange={(event) =>
                data.link.send({ type: 'SetRecordOnOpen', on: event.currentTarget.checked })
              }
            />
            Record when DevTools open
          </label>
        )}
        <span role="status">
          {going && (
            <>
              “{nameOf(going)}” was deleted.{' '}
              <button
                type="button"
                class="text-button"
                data-action="undo"
                onClick={() => {
                  clearTimeout(timer.current);
                  setGoing(undefined);
                }}
              >
                Undo
              </button>
            </>
          )}
        </span>
      </div>
      <Import
        data={data}
        library={library}
        dropped={dropped}
        onClose={() => document.querySelector<HTMLDialogElement>('dialog.library')?.close()}
      />
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
          <li key={session.id} data-session={session.id} aria-current={session.id === current}>
            <button
              type="button"
              class={`icon-button ${session.pinned ? 'on' : ''}`}
              aria-pressed={session.pinned === true}
              title={
                session.pinned
                  ? 'Pinned: it stays when room is made. Click to unpin'
                  : 'Pin: keep it when room is made'
              }
              onClick={() =>
                data.link.send({ type: 'DescribeSession', session: session.id, pinned: !session.pinned })
              }
            >
              <PinIcon />
              <span class="sr-only">Pin</span>
            </button>
            <Field
              name="Name"
              value={session.name ?? ''}
              placeholder={session.title || session.url}
              title={session.url}
              onSave={(name) => data.link.send({ type: 'DescribeSession', session: session.id, name })}
            />
            <Field
              name="Note"
              value={session.note ?? ''}
              placeholder="Note"
              onSave={(note) => data.link.send({ type: 'DescribeSession', session: session.id, note })}
            />
            <span class="when">
              {new Date(session.startedAt).toLocaleString(undefined, {
                dateStyle: 'short',
                timeStyle: 'medium',
              })}
            </span>
            <span class="size">
              {counted(session.streams, 'stream')}, {counted(session.events, 'event')},{' '}
              {formatBytes(session.bytes)}
            </span>
            <span>
              <button
                type="button"
                class="text-button"
                data-action="open"
                onClick={() => {
                  data.pickSession(session.id === data.link.status.value?.session ? '' : session.id);
                  document.querySelector<HTMLDialogElement>('dialog.library')?.close();
                }}
              >
                Open
              </button>{' '}
              <button
                type="button"
                class="text-button"
                data-action="delete"
                disabled={isRecorded(session)}
                title={isRecorded(session) ? 'It is being recorded' : undefined}
                onClick={() => remove(session)}
              >
                Delete
              </button>
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Reads files into the store: by a button, or dropped here. */
function Import({ library, dropped, onClose }: LibraryProps) {
  const [state, setState] = useState<
    { done: number } | { problem: string; damaged?: File } | { notes: string[] } | undefined
  >();
  const input = useRef<HTMLInputElement>(null);
  const abort = useRef<AbortController | undefined>(undefined);

  async function read(file: File, salvage = false): Promise<void> {
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setState({ done: 0 });
    try {
      const notes = await library.import(file, salvage, own.signal, (done) => setState({ done }));
      if (notes.length > 0) setState({ notes });
      else onClose();
    } catch (error) {
      const { message, readable = 0 } = error as ImportFailure;
      if (own.signal.aborted) setState(undefined);
      else setState({ problem: message, ...(readable > 0 ? { damaged: file } : {}) });
    }
  }

  useEffect(() => {
    if (dropped) void read(dropped);
  }, [dropped]);

  return (
    <div
      class="library-bar import"
      role="group"
      aria-label="Import"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        // The panel around it would take it too.
        event.stopPropagation();
        const file = event.dataTransfer?.files[0];
        if (file) void read(file);
      }}
    >
      <button type="button" class="text-button" onClick={() => input.current?.click()}>
        Open a file …
      </button>
      <input
        ref={input}
        class="sr-only"
        type="file"
        tabIndex={-1}
        aria-label="File to open"
        accept=".har,.json,.sse,.txt,.gz"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) void read(file);
          event.currentTarget.value = '';
        }}
      />
      <span role="status">
        {!state && 'HAR files of any tool, or the bytes of an event stream; gzip too. Or drop one here.'}
        {state && 'done' in state && (
          <>
            Reading, {Math.floor(state.done / 10)} %{' '}
            <button type="button" class="text-button" onClick={() => abort.current?.abort()}>
              Cancel
            </button>
          </>
        )}
        {state && 'problem' in state && (
          <>
            <span class="head-error">{state.problem}</span>{' '}
            {state.damaged && (
              <button
                type="button"
                class="text-button"
                data-action="salvage"
                onClick={() => void read(state.damaged!, true)}
              >
                Read what comes before that
              </button>
            )}
          </>
        )}
        {state && 'notes' in state && state.notes.join(' ')}
      </span>
    </div>
  );
}

function Field({
  name,
  value,
  placeholder,
  title,
  onSave,
}: {
  name: string;
  value: string;
  placeholder: string;
  title?: string;
  onSave(value: string): void;
}) {
  return (
    <input
      class={`${name.toLowerCase()}-field`}
      aria-label={name}
      placeholder={placeholder}
      title={title}
      value={value}
      onChange={(event) => onSave(event.currentTarget.value.trim())}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

function nameOf(session: Session): string {
  return session.name || session.title || session.url || 'A session';
}
