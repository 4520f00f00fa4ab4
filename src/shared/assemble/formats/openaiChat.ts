import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal, worstOf } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { chatUsage, mergeUsage, usageOf } from '../build/usage.ts';
import { citation, citationsOf } from './openaiCitations.ts';
import { errorOf } from './openaiError.ts';
import { addFunction, addToolCall } from './openaiToolCalls.ts';
import { ReasoningDetails } from './reasoningDetails.ts';

const LIMITED = new Set(['length', 'content_filter', 'max_tokens']);

/** OpenAI's Chat Completions, and what is compatible with it; Mistral's arrays of content among that. */
export class OpenaiChatAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #answers = new Map<number, AnswerBuilder>();
  readonly #details = new Map<AnswerBuilder, ReasoningDetails>();
  readonly #usage: JsonObject = {};
  #model: string | undefined;
  #hasSentinel = false;

  add({ n, type, data, json }: JsonEvent): void {
    this.#progress.events = n;
    if (data.trim() === '[DONE]') {
      this.#hasSentinel = true;
      return;
    }
    if (!isObject(json)) return;
    this.#model ??= filled(json.model);
    mergeUsage(this.#usage, json.usage);
    mergeUsage(this.#usage, object(json.x_groq).usage);
    const error = errorOf(json, type);
    if (error) this.#progress.error = error;
    for (const choice of array(json.choices).map(object)) this.#addChoice(choice, n);
    const citations = citationsOf(json);
    const first = this.#answers.get(0);
    if (first && citations.length > 0) first.citations = citations;
  }

  result(ending: StreamEnding): Assembled {
    for (const [answer, own] of this.#details) answer.reasoningInstead = own.channel();
    const all = [...this.#answers.values()].sort((a, b) => a.index - b.index);
    const isFinished = all.length > 0 && all.every(({ finish }) => finish !== null);
    let status: Status;
    if (this.#progress.error) status = 'error';
    // "`[DONE]` without finish: truncated, upstream."
    else if (!isFinished)
      status = this.#hasSentinel ? (ending.whole ? 'truncated' : 'unknown') : withoutTerminal(ending);
    else if (!this.#hasSentinel && ending.open) status = 'open';
    else status = worstOf(all.map(statusOf));
    const result = assembled('openai-chat', this.#progress, all, status, {
      ...(this.#model ? { model: this.#model } : {}),
      usage: usageOf(this.#usage, chatUsage),
    });
    if (isFinished && !this.#hasSentinel && !ending.open && !this.#progress.error)
      result.notes.push({ code: 'noSentinel' });
    return result;
  }

  #answerAt(index: number): AnswerBuilder {
    const known = this.#answers.get(index);
    if (known) return known;
    const answer = new AnswerBuilder(index);
    this.#answers.set(index, answer);
    return answer;
  }

  #addReasoning(answer: AnswerBuilder, delta: JsonObject, n: number): void {
    this.#progress.appendOutput(answer.reasoning, filled(delta.reasoning_content) ?? delta.reasoning, n);
    const parts = array(delta.reasoning_details);
    if (parts.length === 0) return;
    const own = this.#details.get(answer) ?? new ReasoningDetails();
    this.#details.set(answer, own);
    if (own.add(parts, n)) this.#progress.output(n);
  }

  #addContent(answer: AnswerBuilder, content: unknown, n: number): void {
    if (typeof content === 'string') {
      this.#progress.appendText(answer.text, content, n);
      return;
    }
    for (const part of array(content).map(object)) {
      if (part.type === 'thinking') {
        for (const { text } of array(part.thinking).map(object)) {
          this.#progress.appendOutput(answer.reasoning, text, n);
        }
      } else if (typeof part.text === 'string') this.#addContent(answer, part.text, n);
      else answer.blocks.push(part);
    }
  }

  #addDelta(answer: AnswerBuilder, delta: JsonObject, n: number): void {
    this.#addReasoning(answer, delta, n);
    this.#addContent(answer, delta.content, n);
    this.#progress.appendOutput(answer.refusal, delta.refusal, n);
    for (const part of array(delta.tool_calls).map(object))
      if (addToolCall(answer, part, n)) this.#progress.output(n);
    if (isObject(delta.function_call) && addFunction(oldCall(answer), delta.function_call, n))
      this.#progress.output(n);
    if (isObject(delta.audio) && filled(delta.audio.data ?? delta.audio.transcript)) {
      answer.blocks.push({ audio: { transcript: delta.audio.transcript } });
      this.#progress.output(n);
    }
    for (const one of array(delta.annotations)) {
      const { title, url } = object(object(one).url_citation);
      answer.citations.push(citation(title, url));
    }
  }

  /** "It is the authoritative whole. Replace, never append." */
  #takeWhole(answer: AnswerBuilder, message: JsonObject, n: number): void {
    const content = message.content;
    if (typeof content === 'string') {
      if (answer.text.replace(content, n))
        this.#progress.note({ code: 'differs', channel: 'text', event: n });
      if (content !== '') this.#progress.text(n);
    } else if (answer.text.isEmpty) this.#addContent(answer, content, n);
    const reasoning = filled(message.reasoning_content) ?? filled(message.reasoning);
    if (reasoning) answer.reasoning.replace(reasoning, n);
    const calls = array(message.tool_calls).map(object);
    if (calls.length > 0) {
      answer.calls.length = 0;
      for (const part of calls) addToolCall(answer, { index: answer.calls.length, ...part }, n);
      this.#progress.output(n);
    }
  }

  #addChoice(choice: JsonObject, n: number): void {
    // An annotation without a delta is no answer (Azure's asynchronous filter).
    const hasContent = ['delta', 'message', 'text', 'finish_reason'].some((name) => name in choice);
    if (!hasContent) return;
    const answer = this.#answerAt(number(choice.index) ?? 0);
    if (isObject(choice.delta)) this.#addDelta(answer, choice.delta, n);
    if (isObject(choice.message)) this.#takeWhole(answer, choice.message, n);
    if (typeof choice.text === 'string') this.#addContent(answer, choice.text, n);
    mergeUsage(this.#usage, choice.usage);
    const finish = filled(choice.finish_reason);
    if (finish && finish !== 'null') {
      answer.finish = finish;
      answer.close(LIMITED.has(finish));
    }
  }
}

function statusOf({ finish }: AnswerBuilder): Status {
  if (finish === 'error') return 'error';
  return LIMITED.has(finish!) ? 'limited' : 'complete';
}

function oldCall(answer: AnswerBuilder): ToolCallBuilder {
  return answer.calls[0] ?? answer.call();
}
