import type { Answer, ToolCall } from '../../shared/assemble/build/assembled.ts';
import { JsonTree } from '../detail/JsonTree.tsx';
import type { TextPart } from '../query/assembledReader.ts';

export interface AnswerViewProps {
  answer: Answer;
  /** '' for the only one. */
  title: string;
  /** Somebody wants the event that brought this place of a text. */
  onPlace(part: TextPart, offset: number): void;
}

/** One answer: its reasoning folded, its text as it is written, its tool calls as trees. */
export function AnswerView({ answer, title, onPlace }: AnswerViewProps) {
  const { text, reasoning, refusal, toolCalls, citations, blocks } = answer;
  return (
    <section class="answer" aria-label={title || 'Answer'}>
      {title && <h2>{title}</h2>}
      {reasoning && (
        <details class="reasoning">
          <summary>Reasoning</summary>
          <PlacedText text={reasoning} onPlace={(offset) => onPlace('reasoning', offset)} />
        </details>
      )}
      {text && <PlacedText text={text} onPlace={(offset) => onPlace('text', offset)} />}
      {refusal && (
        <>
          <h3>Refusal</h3>
          <pre class="text" dir="auto">
            {refusal}
          </pre>
        </>
      )}
      {toolCalls.map((call, i) => (
        <ToolCallView key={i} call={call} />
      ))}
      {citations && (
        <ul class="citations" aria-label="Sources">
          {citations.map(({ title, url, text }, i) => (
            <li key={i}>
              {title ?? text ?? url} {url && <span class="mono">{url}</span>}
            </li>
          ))}
        </ul>
      )}
      {blocks && (
        <details>
          <summary>{blocks.length} other parts</summary>
          <JsonTree value={blocks} />
        </details>
      )}
    </section>
  );
}

/** A text whose every word leads to its event. Markdown is shown as it is written, and nothing is ever HTML. */
function PlacedText({ text, onPlace }: { text: string; onPlace(offset: number): void }) {
  return (
    // The keyboard's way to an event is the table; this is a shortcut for the mouse.
    <pre
      class="text placed"
      dir="auto"
      title="Double-click a word for the event that brought it"
      onDblClick={(event) => {
        const offset = offsetIn(event.currentTarget);
        if (offset !== undefined) onPlace(offset);
      }}
    >
      {text}
    </pre>
  );
}

/** Where the selection that a double click makes begins in an element's text. */
function offsetIn(element: HTMLElement): number | undefined {
  const selection = getSelection();
  if (!selection || selection.rangeCount === 0) return undefined;
  const { startContainer, startOffset } = selection.getRangeAt(0);
  return element.contains(startContainer) ? startOffset : undefined;
}

function ToolCallView({
  call: { id, name, state, arguments: args, input, output, error },
}: {
  call: ToolCall;
}) {
  return (
    <div class="tool-call" data-state={state}>
      <h3>
        <span class="mono">{name ?? '(no name yet)'}</span>{' '}
        <span class={`badge ${state === 'complete' ? '' : 'warn'}`}>{STATES[state]}</span>{' '}
        {id && <span class="dim mono">{id}</span>}
      </h3>
      {input !== undefined && typeof input === 'object' ? (
        <JsonTree value={input} />
      ) : (
        <pre class="text" dir="auto">
          {typeof input === 'string' ? input : (args ?? '')}
        </pre>
      )}
      {error && <p class="head-error">{error}</p>}
      {output !== undefined && (
        <details open>
          <summary>Result</summary>
          {typeof output === 'object' ? (
            <JsonTree value={output} />
          ) : (
            <pre class="text" dir="auto">
              {String(output)}
            </pre>
          )}
        </details>
      )}
    </div>
  );
}

const STATES: Record<ToolCall['state'], string> = {
  complete: 'complete',
  invalid: 'its arguments are no JSON',
  partial: 'not complete',
};
