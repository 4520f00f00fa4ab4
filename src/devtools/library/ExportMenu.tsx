import { useRef, useState } from 'preact/hooks';
import { formatCount } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import type { ExportQuestion, ExportSecrets } from '../query/messages.ts';
import { CloseIcon, ExportIcon } from '../ui/icons.tsx';
import { Menu } from '../ui/Menu.tsx';
import { saveBlob } from '../ui/saveBlob.ts';
import { useRemembered } from '../ui/useRemembered.ts';
import { fileName } from './fileName.ts';
import type { LibraryStore } from './libraryStore.ts';
import { SecretsDialog } from './SecretsDialog.tsx';

export interface ExportMenuProps {
  data: PanelData;
  rows: RowsStore;
  library: LibraryStore;
}

/** Saves the session, a stream or the rows on show as a file; says how far it is, and can be cancelled. */
export function ExportMenu({ data, rows: shownRows, library }: ExportMenuProps) {
  const [masks, setMasks] = useRemembered('export.masks', '');
  // Not remembered: leaving secrets in has to be wanted each time.
  const [keepSecrets, setKeepSecrets] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  const secrets: ExportSecrets = { keepSecrets, masks };
  const [state, setState] = useState<{ done: number } | { problem: string } | undefined>(undefined);
  const abort = useRef<AbortController | undefined>(undefined);
  const session = data.session.value;
  const stream = data.stream.value;
  const filtered = shownRows.filtered.value;

  async function save(
    format: ExportQuestion['format'],
    streams: string[] | undefined,
    ordinals?: Uint32Array,
  ): Promise<void> {
    if (!session) return;
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setState({ done: 0 });
    try {
      const blob = await library.export({ format, streams, ordinals, secrets }, own.signal, (done) =>
        setState({ done }),
      );
      const of = streams && stream ? stream.url : session.url;
      saveBlob(blob, fileName(of, session.startedAt, format));
      setState(undefined);
    } catch (error) {
      if (!own.signal.aborted) setState({ problem: (error as Error).message });
    }
  }

  const one = stream ? [stream.id] : undefined;
  const rows = filtered ? shownRows.rows.value?.slice() : undefined;
  const what = filtered ? `${formatCount(shownRows.total.value)} rows on show` : 'Events of this stream';
  const none = session === undefined;
  return (
    <>
      <Menu
        label="Export"
        icon={<ExportIcon />}
        items={[
          { label: 'Session as HAR', disabled: none, run: () => void save('har', undefined) },
          { label: 'This stream as HAR', disabled: !one, run: () => void save('har', one) },
          { label: 'This stream as raw bytes (.sse)', disabled: !one, run: () => void save('sse', one) },
          { label: `${what} as NDJSON`, disabled: !one, run: () => void save('ndjson', one, rows) },
          {
            label: `${filtered ? what : 'Records of this stream'} as Parquet`,
            title: 'The table “records”, as “sse-scope load” writes it',
            disabled: !one,
            run: () => void save('parquet', one, rows),
          },
          { label: `${what} as CSV`, disabled: !one, run: () => void save('csv', one, rows) },
          {
            label: 'Leave out secrets',
            title: 'Authorization, cookies and their like, and token-like query parameters',
            checked: !keepSecrets,
            run: () => setKeepSecrets(!keepSecrets),
          },
          {
            label: 'What is left out …',
            title: 'See what is masked, and mask parts of the data of events',
            disabled: none,
            run: () => setChoosing(true),
          },
        ]}
      />
      {isChoosing && (
        <SecretsDialog
          data={data}
          secrets={secrets}
          onChange={(next) => {
            setKeepSecrets(next.keepSecrets);
            setMasks(next.masks);
          }}
          onClose={() => setChoosing(false)}
        />
      )}
      {state && (
        <span class="chip" role="status">
          {'done' in state ? `Exporting, ${Math.floor(state.done / 10)} %` : state.problem}
          <button
            type="button"
            class="chip-close"
            title={'done' in state ? 'Cancel' : 'Close'}
            onClick={() => {
              abort.current?.abort();
              setState(undefined);
            }}
          >
            <CloseIcon />
            <span class="sr-only">{'done' in state ? 'Cancel the export' : 'Close'}</span>
          </button>
        </span>
      )}
    </>
  );
}
