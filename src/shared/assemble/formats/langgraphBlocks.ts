import type { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Progress } from '../build/assembler.ts';
import { filled, type JsonObject, number, object, string } from '../build/json.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';

/** Content blocks of LangGraph's second protocol, by namespace and node. */
export class LanggraphBlocks {
  readonly #progress: Progress;
  readonly #answerOf: (id: string) => AnswerBuilder;
  /** The message that is being written, by place. */
  readonly #current = new Map<string, AnswerBuilder>();
  readonly #calls = new Map<string, ToolCallBuilder>();

  constructor(progress: Progress, answerOf: (id: string) => AnswerBuilder) {
    this.#progress = progress;
    this.#answerOf = answerOf;
  }

  add(place: string, event: string, data: JsonObject, n: number): void {
    const answer = this.#current.get(place) ?? this.#answerOf(place);
    const key = `${place}#${number(data.index) ?? 0}`;
    switch (event) {
      case 'message-start':
        this.#current.set(place, this.#answerOf(filled(data.id) ?? place));
        return;
      case 'content-block-start':
        this.#start(answer, key, object(data.content), n);
        return;
      case 'content-block-delta':
        this.#delta(answer, key, object(data.delta), n);
        return;
      case 'content-block-finish':
        this.#finish(key, object(data.content));
        return;
      case 'message-finish':
        answer.finish = filled(data.reason) ?? 'message-finish';
        answer.close(false);
        this.#current.delete(place);
        return;
      case 'error':
        this.#progress.error = { message: string(data.message) };
        return;
      default:
        this.#progress.unknown(event);
    }
  }

  #start(answer: AnswerBuilder, key: string, content: JsonObject, n: number): void {
    if (/tool_call/.test(string(content.type))) {
      const call = answer.call(filled(content.id) ?? null, filled(content.name) ?? null);
      call.seen(n);
      this.#calls.set(key, call);
      this.#progress.output(n);
    } else this.#append(answer, content, n);
  }

  #append(answer: AnswerBuilder, { text, reasoning }: JsonObject, n: number): void {
    this.#progress.appendText(answer.text, text, n);
    this.#progress.appendOutput(answer.reasoning, reasoning, n);
  }

  #delta(answer: AnswerBuilder, key: string, delta: JsonObject, n: number): void {
    switch (delta.type) {
      case 'text-delta':
      case 'reasoning-delta':
        this.#append(answer, delta, n);
        return;
      case 'tool-call-delta': {
        const call = this.#calls.get(key) ?? answer.call();
        this.#calls.set(key, call);
        call.args.append(string(delta.args), n);
        call.seen(n);
        this.#progress.output(n);
        return;
      }
      case 'block-delta': {
        const call = this.#calls.get(key);
        const fields = object(delta.fields);
        if (call) {
          call.id = filled(fields.id) ?? call.id;
          call.name = filled(fields.name) ?? call.name;
          if (filled(fields.args)) call.args.replace(string(fields.args), n);
        }
      }
    }
  }

  #finish(key: string, content: JsonObject): void {
    const call = this.#calls.get(key);
    if (!call) return;
    call.closed = true;
    call.name = filled(content.name) ?? call.name;
    if (content.type === 'tool_call' && content.args !== undefined) call.setInput(content.args);
  }
}
