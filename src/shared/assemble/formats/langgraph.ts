import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import { defined, mergeUsage, tokenUsage, usageOf } from '../build/usage.ts';
import { LanggraphBlocks } from './langgraphBlocks.ts';

/** LangGraph's run streams: events by mode (v1), and one envelope for all (v2). */
export class LanggraphAssembler implements Assembler {
  readonly #progress = new Progress();
  /** By the ID of the message, in the order of their beginning. */
  readonly #answers = new Map<string, AnswerBuilder>();
  readonly #blocks = new LanggraphBlocks(this.#progress, this.#answerOf);
  readonly #usage: JsonObject = {};
  #state: unknown;
  #status: Status | undefined;
  #sequence: number | undefined;

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    if (isObject(event.json) && event.json.type === 'event' && isObject(event.json.params))
      this.#handleEnvelope(event.json, event.n);
    // The name of a subgraph stands after a bar.
    else this.#handleMode(event.type.split('|')[0]!, event);
  }

  result(ending: StreamEnding): Assembled {
    return assembled(
      'langgraph',
      this.#progress,
      [...this.#answers.values()],
      this.#progress.error ? 'error' : (this.#status ?? withoutTerminal(ending)),
      {
        usage: usageOf(this.#usage, tokenUsage),
        ...(this.#state === undefined ? {} : { data: { state: this.#state } }),
      },
    );
  }

  #answerOf(id: string): AnswerBuilder {
    const answer = this.#answers.get(id) ?? new AnswerBuilder(this.#answers.size);
    this.#answers.set(id, answer);
    return answer;
  }

  /** A new message of this ID takes the place of what was built. */
  #anew(id: string): AnswerBuilder {
    const before = this.#answers.get(id);
    const answer = new AnswerBuilder(before?.index ?? this.#answers.size);
    this.#answers.set(id, answer);
    return answer;
  }

  #addChunk(message: JsonObject, n: number): void {
    const answer = this.#answerOf(string(message.id));
    this.#addContent(answer, message.content, n);
    for (const part of array(message.tool_call_chunks).map(object)) {
      const index = number(part.index);
      const call = (index === undefined ? answer.calls.at(-1) : answer.calls[index]) ?? answer.call();
      call.id = filled(part.id) ?? call.id;
      call.name = filled(part.name) ?? call.name;
      call.args.append(string(part.args), n);
      call.seen(n);
      this.#progress.output(n);
    }
    mergeUsage(this.#usage, message.usage_metadata);
  }

  #addContent(answer: AnswerBuilder, content: unknown, n: number): void {
    if (typeof content === 'string') {
      this.#progress.appendText(answer.text, content, n);
      return;
    }
    for (const block of array(content).map(object)) {
      if (filled(block.text)) this.#addContent(answer, block.text, n);
      else this.#progress.appendOutput(answer.reasoning, filled(block.reasoning) ?? block.thinking, n);
    }
  }

  #setMessage(message: JsonObject, n: number): void {
    if (message.type === 'tool') {
      for (const answer of this.#answers.values())
        answer.callById(string(message.tool_call_id))?.setOutput(message.content);
      return;
    }
    if (message.type !== 'ai' && message.type !== 'AIMessage' && message.type !== 'AIMessageChunk') return;
    const answer = this.#anew(string(message.id));
    this.#addContent(answer, message.content, n);
    for (const part of array(message.tool_calls).map(object)) {
      const call = answer.call(filled(part.id) ?? null, filled(part.name) ?? null);
      call.setInput(part.args ?? {});
      call.seen(n);
      this.#progress.output(n);
    }
    mergeUsage(this.#usage, message.usage_metadata);
  }

  #handleMode(mode: string, { n, json }: JsonEvent): void {
    switch (mode) {
      case 'messages': {
        const message = object(array(json)[0]);
        if (message.type === 'AIMessageChunk') this.#addChunk(message, n);
        else this.#setMessage(message, n);
        return;
      }
      case 'messages/partial':
      case 'messages/complete':
        for (const message of array(json).map(object)) this.#setMessage(message, n);
        return;
      case 'values':
        this.#state = json;
        return;
      case 'error':
        this.#progress.error = defined({
          code: filled(object(json).error),
          message: filled(object(json).message),
        });
        return;
      case 'end':
        this.#status = 'complete';
        for (const answer of this.#answers.values()) answer.close(false);
        return;
      default:
        if (!KNOWN.has(mode)) this.#progress.unknown(mode);
    }
  }

  #handleEnvelope(json: JsonObject, n: number): void {
    const seq = number(json.seq);
    if (seq !== undefined) {
      if (this.#sequence !== undefined && seq > this.#sequence + 1)
        this.#progress.note({ code: 'sequenceMissing', from: this.#sequence + 1, to: seq - 1 });
      this.#sequence = seq;
    }
    const { data, namespace, node } = object(json.params);
    const event = filled(object(data).event) ?? filled(object(data).type) ?? '';
    if (json.method === 'lifecycle' && array(namespace).length === 0) {
      if (event === 'completed') this.#status = 'complete';
      else if (event === 'interrupted') this.#status = 'waiting';
      else if (event === 'failed') this.#progress.error = defined({ message: filled(object(data).error) });
    } else if (json.method === 'messages') {
      this.#blocks.add(`${array(namespace).join('|')}/${string(node)}`, event, object(data), n);
      mergeUsage(this.#usage, object(data).usage);
    } else if (json.method === 'tools') {
      const id = string(object(data).tool_call_id);
      for (const answer of this.#answers.values()) {
        const call = answer.callById(id);
        if (event === 'tool-finished') call?.setOutput(object(data).output);
        if (event === 'tool-error') call?.fail(string(object(data).message));
      }
    } else if (json.method === 'values') this.#state = data;
  }
}

/** Modes that bring nothing to the messages. */
const KNOWN = new Set([
  'checkpoints',
  'custom',
  'debug',
  'events',
  'feedback',
  'lifecycle',
  'messages/metadata',
  'metadata',
  'tasks',
  'tools',
  'updates',
]);
