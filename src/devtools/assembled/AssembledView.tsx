import { assembledJson } from '../../shared/assemble/assembledJson.ts';
import type { RpcCall } from '../../shared/assemble/formats/jsonRpc.ts';
import { answersAsMarkdown } from '../../shared/text/answersAsMarkdown.ts';
import { sayNote } from '../../shared/text/sayNote.ts';
import { sayFormat, sayStatus, toneOf } from '../../shared/text/sayVerdict.ts';
import type { PanelData } from '../data/panelData.ts';
import type { AssembledReport, TextPart } from '../query/assembledReader.ts';
import { copyText } from '../ui/copyText.ts';
import { Menu } from '../ui/Menu.tsx';
import { AnswerView } from './AnswerView.tsx';
import type { AssembledStore } from './assembledStore.ts';
import { CallList } from './CallList.tsx';
import { TimeBar } from './TimeBar.tsx';
import { UsageView } from './UsageView.tsx';

export interface AssembledViewProps {
  data: PanelData;
  assembled: AssembledStore;
  /** Shows an entry of the chosen stream in the table. */
  onShow(ordinal: number): void;
}

/** What the chosen stream says as a whole: the verdict on top, then times, answers and calls. */
export function AssembledView({ data, assembled, onShow }: AssembledViewProps) {
  const report = assembled.report.value;
  const stream = data.stream.value;
  if (!report || !stream) return <div class="page" />;
  const { result } = report;
  const { calls, notifications } = result as {
    calls?: RpcCall[];
    notifications?: Record<string, number>;
  };

  async function showPlace(answer: number, part: TextPart, offset: number): Promise<void> {
    const ordinal = await data.query
      .ask('assembledEvent', [stream!.id, answer, part, offset])
      .catch(() => -1);
    if (ordinal >= 0) onShow(ordinal);
  }

  return (
    <div class="page assembled" role="tabpanel" tabIndex={0} aria-label="Assembled">
      <div class="page-bar">
        <Verdict report={report} />
        <Menu
          label="Copy"
          items={[
            { label: 'Text', run: () => void copyText(result.answers.map(({ text }) => text).join('\n\n')) },
            { label: 'Markdown', run: () => void copyText(answersAsMarkdown(result)) },
            {
              label: 'JSON',
              run: () => void copyText(JSON.stringify(assembledJson(result, sayNote), null, 2)),
            },
          ]}
        />
      </div>
      <TimeBar report={report} exchange={data.exchanges.value[0]} />
      <UsageView report={report} />
      {result.notes.length > 0 && (
        <ul class="assembled-notes" aria-label="Notes">
          {result.notes.map((note, i) => (
            <li key={i}>{sayNote(note)}</li>
          ))}
        </ul>
      )}
      {result.answers.map((answer) => (
        <AnswerView
          key={answer.index}
          answer={answer}
          title={result.answers.length > 1 ? `Answer ${answer.index + 1}` : ''}
          onPlace={(part, offset) => void showPlace(answer.index, part, offset)}
        />
      ))}
      {calls && calls.length > 0 && <CallList calls={calls} />}
      {notifications && (
        <p>
          Notifications:{' '}
          {Object.entries(notifications)
            .map(([method, count]) => `${method} × ${count}`)
            .join(', ')}
        </p>
      )}
    </div>
  );
}

function Verdict({ report: { result } }: { report: AssembledReport }) {
  return (
    <p class={`verdict ${toneOf(result.status)}`} role="status" data-status={result.status}>
      <b>{sayFormat(result.format)}</b>
      {result.model ? ` by ${result.model}` : ''}: {sayStatus(result)}
    </p>
  );
}
