import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Citation, Status, StreamError } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal, worstOf } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import { TextChannel } from '../build/textChannel.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { chatUsage, mergeUsage, usageOf } from '../build/usage.ts';

const LIMITED = new Set(['length', 'content_filter', 'max_tokens']);

/** OpenAI's Chat Completions, and what is compatible with it; Mistral's arrays of content among that. */
export function createOpenaiChat(): Assembler {
  const progress = new Progress();
  const answers = new Map<number, AnswerBuilder>();
  const details = new Map<AnswerBuilder, ReasoningDetails>();
  const usage: JsonObject = {};
  let model: string | undefined;
  let hasSentinel = false;

  function answerAt(index: number): AnswerBuilder {
    const known = answers.get(index);
    if (known) return known;
    const answer = new AnswerBuilder(index);
    answers.set(index, answer);
    return answer;
  }

  function addReasoning(answer: AnswerBuilder, delta: JsonObject, n: number): void {
    progress.appendOutput(answer.reasoning, filled(delta.reasoning_content) ?? delta.reasoning, n);
    const parts = array(delta.reasoning_details);
    if (parts.length === 0) return;
    const own = details.get(answer) ?? new ReasoningDetails();
    details.set(answer, own);
    if (own.add(parts, n)) progress.output(n);
  }

  function addContent(answer: AnswerBuilder, content: unknown, n: number): void {
    if (typeof content === 'string') {
      progress.appendText(answer.text, content, n);
      return;
    }
    for (const part of array(content).map(object)) {
      if (part.type === 'thinking') {
        for (const { text } of array(part.thinking).map(object)) {
          progress.appendOutput(answer.reasoning, text, n);
        }
      } else if (typeof part.text === 'string') addContent(answer, part.text, n);
      else answer.blocks.push(part);
    }
  }

  function addDelta(answer: AnswerBuilder, delta: JsonObject, n: number): void {
    addReasoning(answer, delta, n);
    addContent(answer, delta.content, n);
    progress.appendOutput(answer.refusal, delta.refusal, n);
    for (const part of array(delta.tool_calls).map(object))
      if (addToolCall(answer, part, n)) progress.output(n);
    if (isObject(delta.function_call) && addFunction(oldCall(answer), delta.function_call, n))
      progress.output(n);
    if (isObject(delta.audio) && filled(delta.audio.data ?? delta.audio.transcript)) {
      answer.blocks.push({ audio: { transcript: delta.audio.transcript } });
      progress.output(n);
    }
    for (const one of array(delta.annotations)) {
      const { title, url } = object(object(one).url_citation);
      answer.citations.push(citation(title, url));
    }
  }

  /** "It is the authoritative whole. Replace, never append." */
  function takeWhole(answer: AnswerBuilder, message: JsonObject, n: number): void {
    const content = message.content;
    if (typeof content === 'string') {
      if (answer.text.replace(content, n)) progress.note({ code: 'differs', channel: 'text', event: n });
      if (content !== '') progress.text(n);
    } else if (answer.text.isEmpty) addContent(answer, content, n);
    const reasoning = filled(message.reasoning_content) ?? filled(message.reasoning);
    if (reasoning) answer.reasoning.replace(reasoning, n);
    const calls = array(message.tool_calls).map(object);
    if (calls.length > 0) {
      answer.calls.length = 0;
      for (const part of calls) addToolCall(answer, { index: answer.calls.length, ...part }, n);
      progress.output(n);
    }
  }

  function addChoice(choice: JsonObject, n: number): void {
    // An annotation without a delta is no answer (Azure's asynchronous filter).
    const hasContent = ['delta', 'message', 'text', 'finish_reason'].some((name) => name in choice);
    if (!hasContent) return;
    const answer = answerAt(number(choice.index) ?? 0);
    if (isObject(choice.delta)) addDelta(answer, choice.delta, n);
    if (isObject(choice.message)) takeWhole(answer, choice.message, n);
    if (typeof choice.text === 'string') addContent(answer, choice.text, n);
    mergeUsage(usage, choice.usage);
    const finish = filled(choice.finish_reason);
    if (finish && finish !== 'null') {
      answer.finish = finish;
      answer.close(LIMITED.has(finish));
    }
  }

  return {
    add({ n, type, data, json }) {
      progress.events = n;
      if (data.trim() === '[DONE]') {
        hasSentinel = true;
        return;
      }
      if (!isObject(json)) return;
      model ??= filled(json.model);
      mergeUsage(usage, json.usage);
      mergeUsage(usage, object(json.x_groq).usage);
      const error = errorOf(json, type);
      if (error) progress.error = error;
      for (const choice of array(json.choices).map(object)) addChoice(choice, n);
      const citations = citationsOf(json);
      const first = answers.get(0);
      if (first && citations.length > 0) first.citations = citations;
    },
    result(ending) {
      for (const [answer, own] of details) answer.reasoningInstead = own.channel();
      const all = [...answers.values()].sort((a, b) => a.index - b.index);
      const isFinished = all.length > 0 && all.every(({ finish }) => finish !== null);
      let status: Status;
      if (progress.error) status = 'error';
      // "`[DONE]` without finish: truncated, upstream."
      else if (!isFinished)
        status = hasSentinel ? (ending.whole ? 'truncated' : 'unknown') : withoutTerminal(ending);
      else if (!hasSentinel && ending.open) status = 'open';
      else status = worstOf(all.map(statusOf));
      const result = assembled('openai-chat', progress, all, status, {
        ...(model ? { model } : {}),
        usage: usageOf(usage, chatUsage),
      });
      if (isFinished && !hasSentinel && !ending.open && !progress.error)
        result.notes.push({ code: 'noSentinel' });
      return result;
    },
  };
}

function statusOf({ finish }: AnswerBuilder): Status {
  if (finish === 'error') return 'error';
  return LIMITED.has(finish!) ? 'limited' : 'complete';
}

function oldCall(answer: AnswerBuilder): ToolCallBuilder {
  return answer.calls[0] ?? answer.call();
}

/** @returns whether it brought output: a name or arguments */
function addToolCall(answer: AnswerBuilder, part: JsonObject, n: number): boolean {
  const { name, args } = namesOf(part);
  const id = filled(part.id);
  // "An element with neither name nor arguments nor id never opens a call."
  const isEmpty = !name && args === undefined && !id;
  const call = findCall(answer, part, id, args) ?? (isEmpty ? undefined : openCall(answer, part));
  if (!call) return false;
  if (id) call.id ??= id;
  if (isObject(part.custom)) call.plain = true;
  call.seen(n);
  return addFunction(
    call,
    isObject(part.custom) ? { name: part.custom.name, arguments: part.custom.input } : object(part.function),
    n,
  );
}

/** The position that a call has in `tool_calls`, where it says so. */
const POSITIONS = new WeakMap<ToolCallBuilder, number>();

function openCall(answer: AnswerBuilder, part: JsonObject): ToolCallBuilder {
  const call = answer.call();
  const index = number(part.index);
  if (index !== undefined) POSITIONS.set(call, index);
  return call;
}

/** "Key: `index` if it is a number; else a non-empty `id` that is new: a new call; else the call with that id; else the last call." */
function findCall(
  answer: AnswerBuilder,
  part: JsonObject,
  id: string | undefined,
  args: unknown,
): ToolCallBuilder | undefined {
  const index = number(part.index);
  if (index === undefined) return id ? answer.callById(id) : answer.calls.at(-1);
  const own = answer.calls.findLast((call) => POSITIONS.get(call) === index);
  // Bridges put all calls on one index: another id, while the arguments are complete already, is a new call.
  const isOther = own && id && own.id && own.id !== id && args !== undefined && own.hasWholeArguments;
  if (!isOther) return own;
  return answer.callById(id) ?? undefined;
}

function namesOf(part: JsonObject): { name: string | undefined; args: unknown } {
  const custom = isObject(part.custom) ? part.custom : undefined;
  const own = object(part.function);
  return { name: filled(custom?.name ?? own.name), args: custom ? custom.input : own.arguments };
}

function addFunction(call: ToolCallBuilder, part: JsonObject, n: number): boolean {
  const name = filled(part.name);
  call.seen(n);
  // Names arrive whole; a second one that differs, before any argument, goes on with it.
  if (name && name !== call.name)
    call.name = call.name && call.args.isEmpty ? call.name + name : (call.name ?? name);
  if (isObject(part.arguments)) call.setInput(part.arguments);
  else if (typeof part.arguments === 'string') call.args.append(part.arguments, n);
  return name !== undefined || isObject(part.arguments) || filled(part.arguments) !== undefined;
}

function errorOf(json: JsonObject, type: string): StreamError | undefined {
  if (filled(object(json.x_groq).error)) return { message: string(object(json.x_groq).error) };
  const told = json.error;
  if (isObject(told)) {
    const code = typeof told.code === 'number' ? told.code : (filled(told.code) ?? filled(told.type));
    return {
      ...(filled(told.message) ? { message: string(told.message) } : {}),
      ...(code === undefined ? {} : { code }),
    };
  }
  if (filled(told)) return { message: string(told) };
  if (json.object === 'error' || (type === 'error' && filled(json.message))) {
    const code = number(json.code) ?? filled(json.code);
    return { message: string(json.message), ...(code === undefined ? {} : { code }) };
  }
  return undefined;
}

/** Perplexity's: in many chunks, and the last ones hold. */
function citationsOf(json: JsonObject): Citation[] {
  const results = array(json.search_results).map(object);
  if (results.length > 0) return results.map(({ title, url }) => citation(title, url));
  return array(json.citations).map((one) => citation(undefined, one));
}

function citation(title: unknown, url: unknown): Citation {
  return { ...(filled(title) ? { title: string(title) } : {}), ...(filled(url) ? { url: string(url) } : {}) };
}

/** OpenRouter's: parts by an index of their own. Their text is the reasoning only if no flat field came. */
class ReasoningDetails {
  readonly #parts = new Map<number, { text: string; event: number }[]>();

  /** @returns whether there was text in it */
  add(parts: readonly unknown[], event: number): boolean {
    let hasText = false;
    for (const part of parts.map(object)) {
      const text = filled(part.text) ?? filled(part.summary);
      if (!text) continue;
      hasText = true;
      const index = number(part.index) ?? 0;
      const own = this.#parts.get(index) ?? [];
      own.push({ text, event });
      this.#parts.set(index, own);
    }
    return hasText;
  }

  channel(): TextChannel {
    const channel = new TextChannel();
    for (const [, pieces] of [...this.#parts].sort(([a], [b]) => a - b)) {
      for (const { text, event } of pieces) channel.append(text, event);
    }
    return channel;
  }
}
