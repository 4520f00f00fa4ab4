import { useEffect, useState } from 'preact/hooks';
import { formatBytes, formatTime } from '../../shared/session/format.ts';
import { entryBytes } from '../../shared/session/readSegment.ts';
import type { Exchange } from '../../shared/session/types.ts';
import { EntryKind, type ProblemKind } from '../../shared/sse/types.ts';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import { showEntry } from '../events/showEntry.ts';
import { curlOf, eventSourceOf, fetchOf } from '../http/snippets.ts';
import { entryText } from '../reading/entryText.ts';
import { KIND_NAMES, PROBLEM_TEXTS } from '../reading/entryWords.ts';
import { readRows, type TableRow } from '../reading/readRows.ts';
import { entryPlace } from '../reading/rows.ts';
import { copyText } from '../ui/copyText.ts';
import { BackIcon, CloseIcon, ForwardIcon, PinIcon } from '../ui/icons.tsx';
import { Menu } from '../ui/Menu.tsx';
import { ByteView } from './ByteView.tsx';
import { DiffView } from './DiffView.tsx';
import { JsonTree } from './JsonTree.tsx';

type Tab = 'json' | 'text' | 'bytes' | 'diff';
const TABS: [Tab, string][] = [
  ['json', 'JSON'],
  ['text', 'Text'],
  ['bytes', 'Bytes'],
  ['diff', 'Diff'],
];

interface Detail {
  stream: string;
  /** Of the entry, with its headers. */
  exchange: Exchange | undefined;
  row: TableRow;
  text: string;
  bytes: Uint8Array;
  json: { value: unknown } | undefined;
}

/** The chosen entry in full: as JSON, as text, byte by byte, and against the one before of its type. */
export interface EntryDetailProps {
  data: PanelData;
  rows: RowsStore;
}

export function EntryDetail({ data, rows }: EntryDetailProps) {
  const n = rows.chosen.value;
  const generation = rows.generation.value;
  const stream = data.stream.value;
  const [detail, setDetail] = useState<Detail | undefined>(undefined);
  const [before, setBefore] = useState<{ n: number; text: string } | undefined>(undefined);
  const [wanted, setWanted] = useState<Tab>('json');

  useEffect(() => {
    let current = true;
    if (n !== undefined) {
      readDetail(data, n)
        .then((read) => current && setDetail(read))
        .catch(() => {});
    }
    return () => {
      current = false;
    };
  }, [n, stream?.id, generation, data]);

  // The other event is read only when somebody wants to compare.
  useEffect(() => {
    let current = true;
    setBefore(undefined);
    if (wanted === 'diff' && n !== undefined && stream) {
      data.query
        .ask('sameType', [stream.id, n, -1])
        .then(async (other) => {
          const read = other < 0 ? undefined : await readDetail(data, other);
          if (current && read) setBefore({ n: other, text: read.text });
        })
        .catch(() => {});
    }
    return () => {
      current = false;
    };
  }, [wanted, n, stream?.id, generation, data]);

  if (!detail || n === undefined || !stream || detail.stream !== stream.id) return <div class="detail" />;
  const { row } = detail;
  const isEvent = row.kind === EntryKind.event;
  const possible: Record<Tab, boolean> = {
    json: detail.json !== undefined,
    text: true,
    bytes: true,
    diff: isEvent,
  };
  const tab = possible[wanted] ? wanted : 'text';
  const { exchange } = detail;
  const pinned = (rows.pins.value.get(stream.id) ?? []).includes(n);

  async function goSameType(step: 1 | -1): Promise<void> {
    const other = await data.query.ask('sameType', [stream!.id, n!, step]).catch(() => -1);
    if (other >= 0) showEntry(data, rows, stream!.id, other);
  }

  return (
    <section class="detail" aria-label="Chosen entry">
      <div class="detail-head">
        <div class="tabs" role="tablist" aria-label="Show the entry as">
          {TABS.map(([one, label]) => (
            <button
              key={one}
              type="button"
              role="tab"
              data-detail={one}
              aria-selected={tab === one}
              disabled={!possible[one]}
              title={
                one === 'json' && !possible.json
                  ? 'The data is not JSON'
                  : one === 'diff'
                    ? 'Against the event before of the same type'
                    : undefined
              }
              onClick={() => setWanted(one)}
            >
              {label}
            </button>
          ))}
        </div>
        <span class="detail-facts">
          #{row.n + 1} · {isEvent ? row.type : KIND_NAMES[row.kind]} · {formatTime(row.time)} ·{' '}
          {formatBytes(row.end - row.start)} at byte {row.start}
          {row.lastEventId && ` · last event ID ${row.lastEventId}`}
        </span>
        {isEvent && (
          <>
            <button
              type="button"
              class="icon-button"
              title={`Former ${row.type}`}
              onClick={() => void goSameType(-1)}
            >
              <BackIcon />
              <span class="sr-only">Former event of this type</span>
            </button>
            <button
              type="button"
              class="icon-button"
              title={`Next ${row.type}`}
              onClick={() => void goSameType(1)}
            >
              <ForwardIcon />
              <span class="sr-only">Next event of this type</span>
            </button>
          </>
        )}
        <button
          type="button"
          class={`icon-button ${pinned ? 'on' : ''}`}
          aria-pressed={pinned}
          title={pinned ? 'Take the pin away (M)' : "Pin it (M); ' goes to the next pin"}
          onClick={() => rows.togglePin(n)}
        >
          <PinIcon />
          <span class="sr-only">Pin</span>
        </button>
        <Menu
          label="Copy"
          items={[
            { label: 'Text', run: () => void copyText(detail.text) },
            {
              label: 'JSON, formatted',
              disabled: !detail.json,
              run: () => void copyText(JSON.stringify(detail.json?.value, null, 2)),
            },
            { label: 'Bytes of the block', run: () => void copyText(new TextDecoder().decode(detail.bytes)) },
            ...(exchange
              ? [
                  { label: 'Request as cURL', run: () => void copyText(curlOf(exchange)) },
                  { label: 'Stream as EventSource', run: () => void copyText(eventSourceOf(stream)) },
                  { label: 'Request as fetch', run: () => void copyText(fetchOf(exchange)) },
                ]
              : []),
          ]}
        />
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
      <div
        class="detail-body"
        role="tabpanel"
        tabIndex={0}
        aria-label={TABS.find(([one]) => one === tab)![1]}
      >
        {row.kind === EntryKind.problem && <p class="problem">{PROBLEM_TEXTS[row.value as ProblemKind]}</p>}
        {row.kind === EntryKind.incomplete && (
          <p class="problem">The stream ended in the middle of this block: a client drops it.</p>
        )}
        {tab === 'json' && detail.json && <JsonTree value={detail.json.value} />}
        {tab === 'text' && (
          <pre class="text" dir="auto">
            {detail.text}
          </pre>
        )}
        {tab === 'bytes' && <ByteView bytes={detail.bytes} base={row.start} />}
        {tab === 'diff' && <DiffView before={before} text={detail.text} />}
      </div>
    </section>
  );
}

async function readDetail(data: PanelData, n: number): Promise<Detail | undefined> {
  const exchanges = data.exchanges.value;
  const [row] = await readRows(data.cache, exchanges, [n]);
  const place = entryPlace(exchanges, n);
  const segment = place && (await data.cache.ofEntry(place.exchange.id, place.ordinal));
  if (!row || !place || !segment) return undefined;
  const i = place.ordinal - segment.firstEntry;
  const source = (index: number) => data.cache.at(segment.exchange, index);
  const bytes = await entryBytes(segment, i, source);
  const text = await entryText(segment, i, row, source);
  const json = row.kind === EntryKind.event ? parseJson(text) : undefined;
  const exchange = (await data.readExchanges([place.exchange.id])).get(place.exchange.id);
  return { stream: place.exchange.stream, exchange, row, text, bytes, json };
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
