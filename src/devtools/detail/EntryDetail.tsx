import { useState } from 'preact/hooks';
import { EntryKind, type ProblemKind } from '../../shared/sse/types.ts';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import { PROBLEM_TEXTS } from '../reading/entryWords.ts';
import { ByteView } from './ByteView.tsx';
import { canShow, DETAIL_TABS, type DetailTab } from './canShow.ts';
import { DetailHead } from './DetailHead.tsx';
import { DiffView } from './DiffView.tsx';
import { JsonTree } from './JsonTree.tsx';
import { useDetail, useFormerEvent } from './useDetail.ts';

/** The chosen entry in full: as JSON, as text, byte by byte, and against the one before of its type. */
export interface EntryDetailProps {
  data: PanelData;
  rows: RowsStore;
}

export function EntryDetail({ data, rows }: EntryDetailProps) {
  const n = rows.chosen.value;
  const generation = rows.generation.value;
  const stream = data.stream.value;
  const [wanted, setWanted] = useState<DetailTab>('json');
  const detail = useDetail(data, n, generation);
  const before = useFormerEvent(data, n, generation, wanted === 'diff');

  if (!detail || n === undefined || !stream || detail.stream !== stream.id) return <div class="detail" />;
  const { row } = detail;
  const tab = canShow(wanted, detail) ? wanted : 'text';
  return (
    <section class="detail" aria-label="Chosen entry">
      <DetailHead data={data} rows={rows} detail={detail} stream={stream} tab={tab} show={setWanted} />
      <div
        class="detail-body"
        role="tabpanel"
        tabIndex={0}
        aria-label={DETAIL_TABS.find(([one]) => one === tab)![1]}
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
