import { useEffect, useState } from 'preact/hooks';
import { entryBytes } from '../../shared/session/readSegment.ts';
import { EntryKind, type ProblemKind } from '../../shared/sse/types.ts';
import type { PanelStore } from '../panelStore.ts';
import { entryText, readRows, type TableRow } from '../reading/readRows.ts';
import { KIND_NAMES, PROBLEM_TEXTS } from '../state/entryText.ts';
import { formatBytes, formatTime } from '../state/format.ts';
import { entryPlace } from '../state/rows.ts';
import { CloseIcon } from '../ui/icons.tsx';
import { ByteView } from './ByteView.tsx';
import { JsonTree } from './JsonTree.tsx';

type Tab = 'json' | 'text' | 'bytes';

interface Detail {
  row: TableRow;
  text: string;
  bytes: Uint8Array;
  json: { value: unknown } | undefined;
}

/** The chosen entry in full: as JSON, as text, and byte by byte. */
export function EntryDetail({ store }: { store: PanelStore }) {
  const n = store.chosen.value;
  const [detail, setDetail] = useState<Detail | undefined>(undefined);
  const [wanted, setWanted] = useState<Tab>('json');

  useEffect(() => {
    let current = true;
    if (n !== undefined) {
      readDetail(store, n)
        .then((read) => current && setDetail(read))
        .catch(() => {});
    }
    return () => {
      current = false;
    };
  }, [n, store]);

  if (!detail || n === undefined) return <div class="detail" />;
  const tab = wanted === 'json' && !detail.json ? 'text' : wanted;
  const { row } = detail;
  return (
    <section class="detail" aria-label="Chosen entry">
      <div class="detail-head">
        <div class="tabs" role="tablist" aria-label="Show the entry as">
          {(['json', 'text', 'bytes'] as const).map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              aria-selected={tab === one}
              disabled={one === 'json' && !detail.json}
              title={one === 'json' && !detail.json ? 'The data is not JSON' : undefined}
              onClick={() => setWanted(one)}
            >
              {{ json: 'JSON', text: 'Text', bytes: 'Bytes' }[one]}
            </button>
          ))}
        </div>
        <span class="detail-facts">
          #{row.n + 1} · {row.kind === EntryKind.event ? row.type : KIND_NAMES[row.kind]} ·{' '}
          {formatTime(row.time)} · {formatBytes(row.end - row.start)} at byte {row.start}
          {row.lastEventId && ` · last event ID ${row.lastEventId}`}
        </span>
        <button
          type="button"
          class="icon-button"
          title="Copy the text"
          onClick={() => void copyText(detail.text)}
        >
          Copy
        </button>
        <button
          type="button"
          class="icon-button close"
          title="Close (Escape)"
          onClick={() => {
            store.chosen.value = undefined;
          }}
        >
          <CloseIcon />
          <span class="sr-only">Close</span>
        </button>
      </div>
      <div class="detail-body" role="tabpanel" tabIndex={0}>
        {row.kind === EntryKind.problem && <p class="problem">{PROBLEM_TEXTS[row.value as ProblemKind]}</p>}
        {row.kind === EntryKind.incomplete && (
          <p class="problem">The stream ended in the middle of this block: a client drops it.</p>
        )}
        {tab === 'json' && detail.json && <JsonTree value={detail.json.value} />}
        {tab === 'text' && <pre class="text">{detail.text}</pre>}
        {tab === 'bytes' && <ByteView bytes={detail.bytes} base={row.start} />}
      </div>
    </section>
  );
}

async function readDetail(store: PanelStore, n: number): Promise<Detail | undefined> {
  const exchanges = store.exchanges.value;
  const [row] = await readRows(store.cache, exchanges, [n]);
  const place = entryPlace(exchanges, n);
  const segment = place && (await store.cache.ofEntry(place.exchange.id, place.ordinal));
  if (!row || !place || !segment) return undefined;
  const i = place.ordinal - segment.firstEntry;
  const bytes = await entryBytes(segment, i, (index) => store.cache.at(segment.exchange, index));
  const text = await entryText(store.cache, segment, i, row);
  return { row, text, bytes, json: row.kind === EntryKind.event ? parseJson(text) : undefined };
}

/** Objects and arrays only: a number or a word reads better as text. */
function parseJson(text: string): { value: unknown } | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** DevTools panels have no clipboard permission of their own: a selection is copied instead. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}
