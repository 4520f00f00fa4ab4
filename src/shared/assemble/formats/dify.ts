import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import {
  array,
  filled,
  isObject,
  type JsonObject,
  number,
  object,
  parseJson,
  string,
} from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { chatUsage, defined, mergeUsage, usageOf } from '../build/usage.ts';

/** Dify's chat messages and workflows: the kind of an event is in its JSON. */
export class DifyAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #answer = new AnswerBuilder(0);
  readonly #thoughts = new Map<string, ToolCallBuilder>();
  readonly #usage: JsonObject = {};
  #status: Status | undefined;

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    // The end of a workflow of a chat comes before its message_end.
    const isWorkflow = this.#answer.text.isEmpty || this.#answer.finish === 'message_end';
    const ended = isWorkflow || !ending.open ? this.#status : undefined;
    return assembled(
      'dify',
      this.#progress,
      [this.#answer],
      this.#progress.error ? 'error' : (ended ?? withoutTerminal(ending)),
      {
        usage: usageOf(this.#usage, chatUsage),
      },
    );
  }

  #setThought(json: JsonObject, n: number): void {
    const id = string(json.id);
    if (filled(json.thought)) {
      this.#answer.reasoning.replace(string(json.thought), n);
      this.#progress.output(n);
    }
    if (!filled(json.tool)) return;
    const call = this.#thoughts.get(id) ?? this.#answer.call(id || null);
    this.#thoughts.set(id, call);
    call.name = string(json.tool);
    call.args.replace(string(json.tool_input), n);
    call.closed = filled(json.observation) !== undefined;
    if (call.closed) call.setOutput(parseJson(string(json.observation)) ?? json.observation);
    call.seen(n);
    this.#progress.output(n);
  }

  #endWorkflow(data: JsonObject): void {
    const own = string(data.status);
    if (own === 'failed') this.#progress.error = defined({ message: filled(data.error) });
    this.#status ??= own === 'stopped' ? 'aborted' : own === 'failed' ? 'error' : 'complete';
    this.#answer.finish ??= own || 'workflow_finished';
    if (number(data.total_tokens) !== undefined) mergeUsage(this.#usage, { total_tokens: data.total_tokens });
  }

  #handle({ n, json }: JsonEvent): void {
    if (!isObject(json)) return;
    switch (json.event) {
      case 'message':
      case 'agent_message':
        this.#progress.appendText(this.#answer.text, json.answer, n);
        return;
      case 'message_replace':
        this.#progress.note({ code: 'textReplaced', event: n });
        this.#answer.text.replace(string(json.answer), n);
        return;
      case 'text_chunk':
        this.#progress.appendText(this.#answer.text, object(json.data).text, n);
        return;
      case 'agent_thought':
        this.#setThought(json, n);
        return;
      case 'message_end': {
        this.#status = 'complete';
        this.#answer.finish = 'message_end';
        const metadata = object(json.metadata);
        mergeUsage(this.#usage, metadata.usage);
        this.#answer.citations = array(metadata.retriever_resources)
          .map(object)
          .map((one) => defined({ title: filled(one.document_name), text: filled(one.content) }));
        return;
      }
      case 'workflow_finished':
        this.#endWorkflow(object(json.data));
        return;
      case 'error':
        this.#progress.error = defined({
          message: filled(json.message),
          code: filled(json.code) ?? number(json.status),
        });
        return;
      default:
        if (!KNOWN.has(string(json.event))) this.#progress.unknown(string(json.event));
    }
  }
}

/** Events that bring nothing to the answer. */
const KNOWN = new Set([
  'agent_log',
  'iteration_completed',
  'iteration_next',
  'iteration_started',
  'loop_completed',
  'loop_next',
  'loop_started',
  'message_file',
  'node_finished',
  'node_retry',
  'node_started',
  'parallel_branch_finished',
  'parallel_branch_started',
  'ping',
  'tts_message',
  'tts_message_end',
  'workflow_started',
]);

export const DIFY_EVENTS: ReadonlySet<string> = new Set([
  ...KNOWN,
  'agent_message',
  'agent_thought',
  'error',
  'message',
  'message_end',
  'message_replace',
  'text_chunk',
  'workflow_finished',
]);
