import { lineChanges } from './lineChanges.ts';

export interface DiffViewProps {
  /** Ordinal and text of the event before, of the same type; undefined when there is none. */
  before: { n: number; text: string } | undefined;
  text: string;
}

/** Unchanged lines that are shown around a change. */
const AROUND = 3;

/** What is new in an event, against the one before of its type. */
export function DiffView({ before, text }: DiffViewProps) {
  if (!before) return <p class="fine-print">There is no earlier event of this type.</p>;
  const [old, now] = [pretty(before.text), pretty(text)];
  const changes = lineChanges(old, now);
  if (!changes) return <p class="fine-print">These are too long and too different to be compared.</p>;
  const same = changes.every((one) => !one.added && !one.removed);
  return (
    <div class="diff">
      <p class="fine-print">
        {same ? 'Equal to' : 'Against'} #{before.n + 1}
      </p>
      {!same &&
        changes.map((change, i) => {
          const lines = change.value.replace(/\n$/, '').split('\n');
          const kind = change.added ? 'added' : change.removed ? 'removed' : 'same';
          const sign = { added: '+', removed: '−', same: ' ' }[kind];
          const shown = kind === 'same' ? shortened(lines, i > 0, i < changes.length - 1) : lines;
          return (
            <div key={i} class={`diff-${kind}`}>
              {shown.map((line, j) => (
                <div key={j}>
                  <span class="diff-sign">{sign}</span>
                  {line}
                </div>
              ))}
            </div>
          );
        })}
    </div>
  );
}

function pretty(text: string): string {
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return `${text}\n`;
  }
}

/** Of unchanged lines those next to a change. */
function shortened(lines: string[], after: boolean, before: boolean): string[] {
  const head = after ? AROUND : 0;
  const tail = before ? AROUND : 0;
  if (lines.length <= head + tail + 1) return lines;
  return [
    ...lines.slice(0, head),
    `… ${lines.length - head - tail} lines …`,
    ...lines.slice(lines.length - tail),
  ];
}
