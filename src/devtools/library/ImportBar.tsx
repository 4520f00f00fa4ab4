import { useEffect, useRef, useState } from 'preact/hooks';
import type { ImportFailure } from './importFile.ts';
import type { LibraryStore } from './libraryStore.ts';

export interface ImportBarProps {
  library: LibraryStore;
  /** A file that is to be opened at once. */
  dropped: File | undefined;
  /** A file was read, and there is nothing to say of it. */
  onRead(): void;
}

type ImportState = { done: number } | { problem: string; damaged?: File } | { notes: string[] } | undefined;

/** Reads files into the store: by a button, or dropped here. */
export function ImportBar({ library, dropped, onRead }: ImportBarProps) {
  const [state, setState] = useState<ImportState>();
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
      else onRead();
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
      <ImportStatus
        state={state}
        cancel={() => abort.current?.abort()}
        salvage={(file) => void read(file, true)}
      />
    </div>
  );
}

interface ImportStatusProps {
  state: ImportState;
  cancel(): void;
  /** Reads what comes before the damage. */
  salvage(file: File): void;
}

function ImportStatus({ state, cancel, salvage }: ImportStatusProps) {
  return (
    <span role="status">
      {!state && 'HAR files of any tool, or the bytes of an event stream; gzip too. Or drop one here.'}
      {state && 'done' in state && (
        <>
          Reading, {Math.floor(state.done / 10)} %{' '}
          <button type="button" class="text-button" onClick={cancel}>
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
              onClick={() => salvage(state.damaged!)}
            >
              Read what comes before that
            </button>
          )}
        </>
      )}
      {state && 'notes' in state && state.notes.join(' ')}
    </span>
  );
}
