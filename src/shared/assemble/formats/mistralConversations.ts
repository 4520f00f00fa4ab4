import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import { chatUsage, defined, mergeUsage, usageOf } from '../build/usage.ts';

/** Mistral's conversations and agents. */
export class MistralConversationsAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #answer = new AnswerBuilder(0);
  readonly #usage: JsonObject = {};
  #model: string | undefined;
  #done = false;

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    return assembled(
      'mistral-conversations',
      this.#progress,
      [this.#answer],
      this.#progress.error ? 'error' : this.#done ? 'complete' : withoutTerminal(ending),
      { ...(this.#model ? { model: this.#model } : {}), usage: usageOf(this.#usage, chatUsage) },
    );
  }

  #addContent(content: unknown, n: number): void {
    if (typeof content === 'string') {
      this.#progress.appendText(this.#answer.text, content, n);
      return;
    }
    const chunk = object(content);
    if (chunk.type === 'thinking') {
      for (const { text } of array(chunk.thinking).map(object)) {
        this.#progress.appendOutput(this.#answer.reasoning, text, n);
      }
    } else if (typeof chunk.text === 'string') this.#addContent(chunk.text, n);
    else if (chunk.type === 'tool_reference') {
      this.#answer.citations.push(defined({ title: filled(chunk.title), url: filled(chunk.url) }));
    } else if (isObject(content)) this.#answer.blocks.push(content);
  }

  #addCall(id: string, json: JsonObject, n: number): void {
    const call = this.#answer.callById(id) ?? this.#answer.call(id);
    call.name ??= filled(json.name) ?? null;
    if (isObject(json.arguments)) call.setInput(json.arguments);
    else call.args.append(string(json.arguments), n);
    call.seen(n);
    this.#progress.output(n);
  }

  #handle({ n, type: name, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = filled(json.type) ?? name;
    this.#model = filled(json.model) ?? this.#model;
    switch (type) {
      case 'message.output.delta':
        this.#addContent(json.content, n);
        return;
      case 'function.call.delta':
        this.#addCall(string(json.tool_call_id), json, n);
        return;
      case 'tool.execution.started':
      case 'tool.execution.delta':
        this.#addCall(string(json.id), json, n);
        return;
      case 'tool.execution.done': {
        const call = this.#answer.callById(string(json.id));
        if (call) call.closed = true;
        if (call && json.info !== undefined) call.setOutput(json.info);
        return;
      }
      case 'conversation.response.done':
        this.#done = true;
        this.#answer.finish = 'done';
        this.#answer.close(false);
        mergeUsage(this.#usage, json.usage);
        return;
      case 'conversation.response.error':
        this.#progress.error = defined({
          message: filled(json.message),
          code: number(json.code) ?? filled(json.code),
        });
        return;
      default:
        if (type !== 'conversation.response.started' && !type.startsWith('agent.handoff.'))
          this.#progress.unknown(type);
    }
  }
}
