import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal, worstOf } from '../build/assembler.ts';
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
import { defined, mergeUsage, tokenUsage, usageOf } from '../build/usage.ts';

/** DashScope's own format: cumulative, unless a piece that is no extension proves otherwise. */
export class DashscopeAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #answers = new Map<number, AnswerBuilder>();
  readonly #usage: JsonObject = {};
  #model: string | undefined;

  add({ n, type, json }: JsonEvent): void {
    this.#progress.events = n;
    if (!isObject(json)) return;
    this.#model ??= filled(json.model);
    mergeUsage(this.#usage, json.usage);
    if (type === 'error' || (filled(json.code) && !isObject(json.output))) {
      this.#progress.error = defined({ message: filled(json.message), code: filled(json.code) });
      return;
    }
    const output = object(json.output);
    const choices = array(output.choices).map(object);
    choices.forEach((choice, i) => {
      this.#addChoice(choice, i, n);
    });
    if (choices.length > 0) return;
    this.#progress.appendText(this.#answerAt(0).text, output.text, n);
    setFinish(this.#answerAt(0), output.finish_reason);
  }

  result(ending: StreamEnding): Assembled {
    const all = [...this.#answers.values()].sort((a, b) => a.index - b.index);
    const statuses = all.map(({ finish }): Status => {
      if (finish === null) return withoutTerminal(ending);
      return finish === 'length' ? 'limited' : 'complete';
    });
    const status = this.#progress.error
      ? 'error'
      : all.length === 0
        ? withoutTerminal(ending)
        : worstOf(statuses);
    const isCumulative = all.every(({ text, reasoning }) => text.isCumulative && reasoning.isCumulative);
    return assembled(
      'dashscope',
      this.#progress,
      all,
      status,
      {
        ...(this.#model ? { model: this.#model } : {}),
        mode: isCumulative ? 'cumulative' : 'append',
        usage: usageOf(this.#usage, tokenUsage),
      },
      true,
    );
  }

  #answerAt(index: number): AnswerBuilder {
    const answer = this.#answers.get(index) ?? new AnswerBuilder(index, true);
    this.#answers.set(index, answer);
    return answer;
  }

  #addCall(answer: AnswerBuilder, part: JsonObject, n: number): void {
    const id = filled(part.id);
    const own = object(part.function);
    const index = number(part.index);
    const known = id ? answer.callById(id) : index === undefined ? answer.calls.at(-1) : answer.calls[index];
    const call = known ?? answer.call(id ?? null);
    call.name = filled(own.name) ?? call.name;
    if (isObject(own.arguments)) call.setInput(own.arguments);
    else {
      const text = string(own.arguments);
      // Either the whole so far, or a piece.
      if (!call.args.isEmpty && text.startsWith(call.args.text)) call.args.replace(text, n);
      else call.args.append(text, n);
    }
    call.seen(n);
    this.#progress.output(n);
  }

  #addChoice(choice: JsonObject, index: number, n: number): void {
    const answer = this.#answerAt(number(choice.index) ?? index);
    const message = object(choice.message);
    this.#progress.appendOutput(answer.reasoning, message.reasoning_content, n);
    this.#progress.appendText(answer.text, contentOf(message.content), n);
    for (const part of array(message.tool_calls).map(object)) this.#addCall(answer, part, n);
    setFinish(answer, choice.finish_reason);
  }
}

function setFinish(answer: AnswerBuilder, reason: unknown): void {
  const finish = filled(reason);
  if (!finish || finish === 'null') return;
  answer.finish = finish;
  answer.close(finish === 'length');
}

/** A text, or `[{text}]`; Kimi's text is such a list as JSON, which is shown as it is until it parses. */
function contentOf(content: unknown): string {
  const list = Array.isArray(content)
    ? content
    : string(content).startsWith('[{')
      ? parseJson(string(content))
      : undefined;
  if (!Array.isArray(list)) return string(content);
  return list.map((part) => string(object(part).text)).join('');
}
