import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { defined, mergeUsage, usageOf } from '../build/usage.ts';

/** Cohere's Chat, v2. Content and tool calls have index spaces of their own. */
export class CohereAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #answer = new AnswerBuilder(0);
  readonly #calls = new Map<number, ToolCallBuilder>();
  readonly #usage: JsonObject = {};

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    return assembled(
      'cohere',
      this.#progress,
      [this.#answer],
      statusOf(this.#answer.finish, this.#progress) ?? withoutTerminal(ending),
      {
        usage: usageOf(this.#usage, (raw) =>
          defined({
            input: number(object(raw.tokens).input_tokens),
            output: number(object(raw.tokens).output_tokens),
            cached: number(raw.cached_tokens),
          }),
        ),
      },
    );
  }

  #addContent({ text, thinking }: JsonObject, n: number): void {
    this.#progress.appendText(this.#answer.text, text, n);
    this.#progress.appendOutput(this.#answer.reasoning, thinking, n);
  }

  #addCall(json: JsonObject, isStart: boolean, n: number): void {
    const part = object(object(object(json.delta).message).tool_calls);
    const own = object(part.function);
    const index = number(json.index) ?? this.#calls.size;
    const call = (isStart ? undefined : this.#calls.get(index)) ?? this.#answer.call();
    this.#calls.set(index, call);
    call.id = filled(part.id) ?? call.id;
    call.name = filled(own.name) ?? call.name;
    call.args.append(string(own.arguments), n);
    call.seen(n);
    this.#progress.output(n);
  }

  #end(delta: JsonObject): void {
    this.#answer.finish = filled(delta.finish_reason) ?? 'COMPLETE';
    this.#answer.close(this.#answer.finish === 'MAX_TOKENS');
    mergeUsage(this.#usage, delta.usage);
    if (filled(delta.error)) this.#progress.error = { message: string(delta.error) };
  }

  #handle({ n, type, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const message = object(object(json.delta).message);
    switch (json.type ?? type) {
      case 'content-start':
      case 'content-delta':
        this.#addContent(object(message.content), n);
        return;
      case 'tool-plan-delta':
        this.#addContent({ thinking: message.tool_plan }, n);
        return;
      case 'tool-call-start':
      case 'tool-call-delta':
        this.#addCall(json, json.type === 'tool-call-start', n);
        return;
      case 'tool-call-end': {
        const call = this.#calls.get(number(json.index) ?? -1);
        if (call) call.closed = true;
        return;
      }
      case 'citation-start': {
        const { text, sources } = object(message.citations);
        const first = object(object(array(sources)[0]).document);
        this.#answer.citations.push(
          defined({ text: filled(text), title: filled(first.title), url: filled(first.url) }),
        );
        return;
      }
      case 'message-end':
        this.#end(object(json.delta));
        return;
      case 'message-start':
      case 'content-end':
      case 'citation-end':
        return;
      default:
        this.#progress.unknown(string(json.type));
    }
  }
}

function statusOf(finish: string | null, progress: Progress): Status | undefined {
  if (progress.error || finish === 'ERROR' || finish === 'TIMEOUT') return 'error';
  if (finish === null) return undefined;
  return finish === 'MAX_TOKENS' ? 'limited' : 'complete';
}
