import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { defined, mergeUsage, tokenUsage, usageOf } from '../build/usage.ts';

const STATUSES: Record<string, Status> = {
  completed: 'complete',
  requires_action: 'waiting',
  incomplete: 'limited',
  budget_exceeded: 'limited',
  failed: 'error',
  cancelled: 'aborted',
};

/** Gemini's Interactions. */
export class GeminiInteractionsAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #answer = new AnswerBuilder(0);
  readonly #calls = new Map<number, ToolCallBuilder>();
  readonly #usage: JsonObject = {};
  #model: string | undefined;

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    const { finish } = this.#answer;
    const ended = finish === null ? withoutTerminal(ending) : (STATUSES[finish] ?? 'complete');
    return assembled(
      'gemini-interactions',
      this.#progress,
      [this.#answer],
      this.#progress.error ? 'error' : ended,
      {
        ...(this.#model ? { model: this.#model } : {}),
        usage: usageOf(this.#usage, (raw) => ({
          ...tokenUsage(raw),
          ...defined({
            input: number(raw.total_input_tokens) ?? number(raw.input_tokens),
            output: number(raw.total_output_tokens) ?? number(raw.output_tokens),
            total: number(raw.total_tokens),
          }),
        })),
      },
    );
  }

  #startStep(index: number, step: JsonObject, n: number): void {
    if (!/function_call|tool_call/.test(string(step.type))) return;
    const call = this.#answer.call(filled(step.id) ?? null, filled(step.name) ?? null);
    this.#calls.set(index, call);
    call.seen(n);
    if (isObject(step.arguments) && Object.keys(step.arguments).length > 0) call.setInput(step.arguments);
    this.#progress.output(n);
  }

  #addDelta(index: number, delta: JsonObject, n: number): void {
    switch (delta.type) {
      case 'text':
        this.#progress.appendText(this.#answer.text, delta.text, n);
        return;
      case 'arguments_delta': {
        const call = this.#calls.get(index) ?? this.#answer.call();
        this.#calls.set(index, call);
        call.args.append(string(delta.arguments), n);
        call.seen(n);
        this.#progress.output(n);
        return;
      }
      case 'thought_summary': {
        const text =
          filled(object(delta.content).text) ?? filled(delta.text) ?? filled(delta.thought_summary);
        this.#progress.appendOutput(this.#answer.reasoning, text, n);
        return;
      }
      case 'text_annotation_delta':
        this.#answer.citations.push(
          defined({ title: filled(delta.title), url: filled(delta.url) ?? filled(delta.source) }),
        );
        return;
      case 'thought_signature':
        return;
      default:
        this.#answer.blocks.push(delta);
    }
  }

  #handle({ n, type: name, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = filled(json.event_type) ?? name;
    const interaction = object(json.interaction);
    this.#model = filled(interaction.model) ?? this.#model;
    const index = number(json.index) ?? 0;
    switch (type) {
      case 'step.start':
        this.#startStep(index, object(json.step), n);
        return;
      case 'step.delta':
        this.#addDelta(index, object(json.delta), n);
        return;
      case 'step.stop': {
        mergeUsage(this.#usage, json.usage);
        const call = this.#calls.get(index);
        if (call) call.closed = true;
        return;
      }
      case 'interaction.completed':
        this.#answer.finish = filled(interaction.status) ?? 'completed';
        mergeUsage(this.#usage, interaction.usage);
        this.#answer.close(STATUSES[this.#answer.finish] === 'limited');
        if (isObject(interaction.error))
          this.#progress.error = { message: string(interaction.error.message) };
        return;
      case 'error':
        this.#progress.error = defined({
          message: filled(object(json.error).message),
          code: number(object(json.error).code) ?? filled(object(json.error).code),
        });
        return;
      default:
        if (!/^interaction\.(created|start|status_update)/.test(type)) this.#progress.unknown(type);
    }
  }
}
