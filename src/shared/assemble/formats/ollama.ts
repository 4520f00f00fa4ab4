import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import { defined, usageOf } from '../build/usage.ts';

/** Ollama's `/api/chat` and `/api/generate`: an object per line. */
export class OllamaAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #answer = new AnswerBuilder(0);
  readonly #usage: JsonObject = {};
  #model: string | undefined;
  #done = false;

  add({ n, json }: JsonEvent): void {
    this.#progress.events = n;
    if (!isObject(json)) return;
    this.#model ??= filled(json.model);
    if (filled(json.error)) this.#progress.error = { message: string(json.error) };
    this.#addMessage(
      isObject(json.message) ? json.message : { content: json.response, thinking: json.thinking },
      n,
    );
    if (json.done !== true) return;
    this.#done = true;
    this.#answer.finish = filled(json.done_reason) ?? 'stop';
    this.#answer.close(this.#answer.finish === 'length');
    for (const name of [
      'prompt_eval_count',
      'eval_count',
      'total_duration',
      'load_duration',
      'eval_duration',
    ]) {
      if (json[name] !== undefined) this.#usage[name] = json[name];
    }
  }

  result(ending: StreamEnding): Assembled {
    const ended = this.#answer.finish === 'length' ? 'limited' : 'complete';
    return assembled(
      'ollama',
      this.#progress,
      [this.#answer],
      this.#progress.error ? 'error' : this.#done ? ended : withoutTerminal(ending),
      {
        ...(this.#model ? { model: this.#model } : {}),
        usage: usageOf(this.#usage, (raw) =>
          defined({ input: number(raw.prompt_eval_count), output: number(raw.eval_count) }),
        ),
      },
    );
  }

  #addMessage(message: JsonObject, n: number): void {
    this.#progress.appendOutput(this.#answer.reasoning, message.thinking, n);
    this.#progress.appendText(this.#answer.text, message.content, n);
    for (const { id, function: own } of array(message.tool_calls).map(object)) {
      const call = this.#answer.call(filled(id) ?? null, filled(object(own).name) ?? null);
      call.setInput(object(own).arguments ?? {});
      call.seen(n);
      this.#progress.output(n);
    }
  }
}
