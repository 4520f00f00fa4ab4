import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent } from '../build/streamFacts.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { defined, mergeUsage, usageOf } from '../build/usage.ts';

/** Cohere's Chat, v2. Content and tool calls have index spaces of their own. */
export function createCohere(): Assembler {
  const progress = new Progress();
  const answer = new AnswerBuilder(0);
  const calls = new Map<number, ToolCallBuilder>();
  const usage: JsonObject = {};

  function addContent({ text, thinking }: JsonObject, n: number): void {
    progress.appendText(answer.text, text, n);
    progress.appendOutput(answer.reasoning, thinking, n);
  }

  function addCall(json: JsonObject, isStart: boolean, n: number): void {
    const part = object(object(object(json.delta).message).tool_calls);
    const own = object(part.function);
    const index = number(json.index) ?? calls.size;
    const call = (isStart ? undefined : calls.get(index)) ?? answer.call();
    calls.set(index, call);
    call.id = filled(part.id) ?? call.id;
    call.name = filled(own.name) ?? call.name;
    call.args.append(string(own.arguments), n);
    call.seen(n);
    progress.output(n);
  }

  function end(delta: JsonObject): void {
    answer.finish = filled(delta.finish_reason) ?? 'COMPLETE';
    answer.close(answer.finish === 'MAX_TOKENS');
    mergeUsage(usage, delta.usage);
    if (filled(delta.error)) progress.error = { message: string(delta.error) };
  }

  function handle({ n, type, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const message = object(object(json.delta).message);
    switch (json.type ?? type) {
      case 'content-start':
      case 'content-delta':
        addContent(object(message.content), n);
        return;
      case 'tool-plan-delta':
        addContent({ thinking: message.tool_plan }, n);
        return;
      case 'tool-call-start':
      case 'tool-call-delta':
        addCall(json, json.type === 'tool-call-start', n);
        return;
      case 'tool-call-end': {
        const call = calls.get(number(json.index) ?? -1);
        if (call) call.closed = true;
        return;
      }
      case 'citation-start': {
        const { text, sources } = object(message.citations);
        const first = object(object(array(sources)[0]).document);
        answer.citations.push(
          defined({ text: filled(text), title: filled(first.title), url: filled(first.url) }),
        );
        return;
      }
      case 'message-end':
        end(object(json.delta));
        return;
      case 'message-start':
      case 'content-end':
      case 'citation-end':
        return;
      default:
        progress.unknown(string(json.type));
    }
  }

  return {
    add(event) {
      progress.events = event.n;
      handle(event);
    },
    result: (ending) =>
      assembled('cohere', progress, [answer], statusOf(answer.finish, progress) ?? withoutTerminal(ending), {
        usage: usageOf(usage, (raw) =>
          defined({
            input: number(object(raw.tokens).input_tokens),
            output: number(object(raw.tokens).output_tokens),
            cached: number(raw.cached_tokens),
          }),
        ),
      }),
  };
}

function statusOf(finish: string | null, progress: Progress): Status | undefined {
  if (progress.error || finish === 'ERROR' || finish === 'TIMEOUT') return 'error';
  if (finish === null) return undefined;
  return finish === 'MAX_TOKENS' ? 'limited' : 'complete';
}
