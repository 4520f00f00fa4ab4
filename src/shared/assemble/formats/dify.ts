import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Status } from '../build/assembled.ts';
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
import type { JsonEvent } from '../build/streamFacts.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { chatUsage, defined, mergeUsage, usageOf } from '../build/usage.ts';

/** Dify's chat messages and workflows: the kind of an event is in its JSON. */
export function createDify(): Assembler {
  const progress = new Progress();
  const answer = new AnswerBuilder(0);
  const thoughts = new Map<string, ToolCallBuilder>();
  const usage: JsonObject = {};
  let status: Status | undefined;

  function setThought(json: JsonObject, n: number): void {
    const id = string(json.id);
    if (filled(json.thought)) {
      answer.reasoning.replace(string(json.thought), n);
      progress.output(n);
    }
    if (!filled(json.tool)) return;
    const call = thoughts.get(id) ?? answer.call(id || null);
    thoughts.set(id, call);
    call.name = string(json.tool);
    call.args.replace(string(json.tool_input), n);
    call.closed = filled(json.observation) !== undefined;
    if (call.closed) call.setOutput(parseJson(string(json.observation)) ?? json.observation);
    call.seen(n);
    progress.output(n);
  }

  function endWorkflow(data: JsonObject): void {
    const own = string(data.status);
    if (own === 'failed') progress.error = defined({ message: filled(data.error) });
    status ??= own === 'stopped' ? 'aborted' : own === 'failed' ? 'error' : 'complete';
    answer.finish ??= own || 'workflow_finished';
    if (number(data.total_tokens) !== undefined) mergeUsage(usage, { total_tokens: data.total_tokens });
  }

  function handle({ n, json }: JsonEvent): void {
    if (!isObject(json)) return;
    switch (json.event) {
      case 'message':
      case 'agent_message':
        progress.appendText(answer.text, json.answer, n);
        return;
      case 'message_replace':
        progress.note({ code: 'textReplaced', event: n });
        answer.text.replace(string(json.answer), n);
        return;
      case 'text_chunk':
        progress.appendText(answer.text, object(json.data).text, n);
        return;
      case 'agent_thought':
        setThought(json, n);
        return;
      case 'message_end': {
        status = 'complete';
        answer.finish = 'message_end';
        const metadata = object(json.metadata);
        mergeUsage(usage, metadata.usage);
        answer.citations = array(metadata.retriever_resources)
          .map(object)
          .map((one) => defined({ title: filled(one.document_name), text: filled(one.content) }));
        return;
      }
      case 'workflow_finished':
        endWorkflow(object(json.data));
        return;
      case 'error':
        progress.error = defined({
          message: filled(json.message),
          code: filled(json.code) ?? number(json.status),
        });
        return;
      default:
        if (!KNOWN.has(string(json.event))) progress.unknown(string(json.event));
    }
  }

  return {
    add(event) {
      progress.events = event.n;
      handle(event);
    },
    result(ending) {
      // The end of a workflow of a chat comes before its message_end.
      const isWorkflow = answer.text.isEmpty || answer.finish === 'message_end';
      const ended = isWorkflow || !ending.open ? status : undefined;
      return assembled(
        'dify',
        progress,
        [answer],
        progress.error ? 'error' : (ended ?? withoutTerminal(ending)),
        {
          usage: usageOf(usage, chatUsage),
        },
      );
    },
  };
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
