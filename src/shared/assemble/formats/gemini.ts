import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Citation, Status, Usage } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal, worstOf } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { defined, mergeUsage, sum, usageOf } from '../build/usage.ts';
import { setAtJsonPath } from './jsonPath.ts';

const FAILED = new Set([
  'MALFORMED_FUNCTION_CALL',
  'MALFORMED_RESPONSE',
  'UNEXPECTED_TOOL_CALL',
  'MISSING_THOUGHT_SIGNATURE',
  'TOO_MANY_TOOL_CALLS',
  'OTHER',
]);

/** A call whose arguments come in parts (Vertex AI). */
interface OpenCall {
  call: ToolCallBuilder;
  input: JsonObject;
}

/** Gemini's generateContent. */
export class GeminiAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #answers = new Map<number, AnswerBuilder>();
  readonly #open = new Map<AnswerBuilder, OpenCall>();
  readonly #usage: JsonObject = {};
  #model: string | undefined;
  #blocked: string | undefined;
  #finishMessage: string | undefined;

  add({ n, json }: JsonEvent): void {
    this.#progress.events = n;
    for (const one of Array.isArray(json) ? json : [json]) if (isObject(one)) this.#addObject(one, n);
  }

  result(ending: StreamEnding): Assembled {
    const all = [...this.#answers.values()].sort((a, b) => a.index - b.index);
    const status = this.#status(all, ending);
    if (status === 'error' && !this.#progress.error && this.#finishMessage)
      this.#progress.error = { message: this.#finishMessage };
    return assembled('gemini', this.#progress, all, status, {
      ...(this.#model ? { model: this.#model } : {}),
      usage: usageOf(this.#usage, geminiUsage),
      ...(this.#blocked ? { blockReason: this.#blocked } : {}),
    });
  }

  #status(all: readonly AnswerBuilder[], ending: StreamEnding): Status {
    if (this.#progress.error) return 'error';
    if (all.length === 0 && this.#blocked) return 'limited';
    if (all.length === 0 || ending.open) return withoutTerminal(ending);
    return worstOf(all.map(({ finish }) => (finish === null ? withoutTerminal(ending) : statusOf(finish))));
  }

  #answerAt(index: number): AnswerBuilder {
    const answer = this.#answers.get(index) ?? new AnswerBuilder(index);
    this.#answers.set(index, answer);
    return answer;
  }

  #addCall(answer: AnswerBuilder, part: JsonObject, n: number): void {
    this.#progress.output(n);
    const partial = array(part.partialArgs).map(object);
    const isStreamed = part.willContinue === true || partial.length > 0 || this.#open.has(answer);
    if (!isStreamed) {
      const call = answer.call(filled(part.id) ?? null, filled(part.name) ?? null);
      call.setInput(part.args ?? {});
      call.seen(n);
      return;
    }
    const known = this.#open.get(answer);
    const isNew = !known || (filled(part.name) !== undefined && known.call.name !== part.name);
    const own = isNew
      ? { call: answer.call(filled(part.id) ?? null, filled(part.name) ?? null), input: object(part.args) }
      : known;
    this.#open.set(answer, own);
    own.call.seen(n);
    for (const arg of partial) setAtJsonPath(own.input, string(arg.jsonPath), argumentOf(arg));
    if (part.willContinue === true) return;
    own.call.setInput(own.input);
    this.#open.delete(answer);
  }

  #addPart(answer: AnswerBuilder, part: JsonObject, n: number): void {
    if (isObject(part.functionCall)) this.#addCall(answer, part.functionCall, n);
    else if (typeof part.text === 'string') {
      if (part.thought === true) this.#progress.appendOutput(answer.reasoning, part.text, n);
      else this.#progress.appendText(answer.text, part.text, n);
    } else if (Object.keys(part).some((name) => name !== 'thoughtSignature' && name !== 'thought')) {
      answer.blocks.push(part);
      this.#progress.output(n);
    }
  }

  #addCandidate(candidate: JsonObject, n: number): void {
    const answer = this.#answerAt(number(candidate.index) ?? 0);
    for (const part of array(object(candidate.content).parts).map(object)) this.#addPart(answer, part, n);
    const citations = citationsOf(candidate);
    if (citations.length > 0) answer.citations = citations;
    this.#finishMessage = filled(candidate.finishMessage) ?? this.#finishMessage;
    const finish = filled(candidate.finishReason);
    // Bridges stamp STOP on early chunks: the last one holds.
    if (finish && finish !== 'FINISH_REASON_UNSPECIFIED') answer.finish = finish;
  }

  #addObject(json: JsonObject, n: number): void {
    if (isObject(json.error)) {
      const { message, code, status } = json.error;
      this.#progress.error = defined({ message: filled(message), code: number(code) ?? filled(status) });
    }
    this.#model ??= filled(json.modelVersion);
    mergeUsage(this.#usage, json.usageMetadata);
    this.#blocked = filled(object(json.promptFeedback).blockReason) ?? this.#blocked;
    for (const candidate of array(json.candidates).map(object)) this.#addCandidate(candidate, n);
  }
}

function statusOf(finish: string): Status {
  if (finish === 'STOP') return 'complete';
  return FAILED.has(finish) ? 'error' : 'limited';
}

function argumentOf({ stringValue, numberValue, boolValue }: JsonObject): unknown {
  return stringValue ?? numberValue ?? boolValue ?? null;
}

function citationsOf(candidate: JsonObject): Citation[] {
  const chunks = array(object(candidate.groundingMetadata).groundingChunks).map((one) =>
    object(object(one).web),
  );
  const sources = [
    ...chunks,
    ...array(object(candidate.citationMetadata).citationSources).map(object),
    ...array(object(candidate.citationMetadata).citations).map(object),
  ];
  return sources
    .map(({ title, uri }) => defined({ title: filled(title), url: filled(uri) }))
    .filter(({ title, url }) => title !== undefined || url !== undefined);
}

function geminiUsage(raw: JsonObject): Omit<Usage, 'raw'> {
  return defined({
    input: sum(number(raw.promptTokenCount), number(raw.toolUsePromptTokenCount)),
    output: sum(number(raw.candidatesTokenCount), number(raw.thoughtsTokenCount)),
    reasoning: number(raw.thoughtsTokenCount),
    cached: number(raw.cachedContentTokenCount),
    total: number(raw.totalTokenCount),
  });
}
