import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import { TextChannel } from '../build/textChannel.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { defined, sum } from '../build/usage.ts';
import { applyJsonPatch } from './jsonPatch.ts';

const OUTCOMES: Record<string, Status> = { success: 'complete', interrupt: 'waiting', cancelled: 'aborted' };

/** AG-UI: the events of an agent's run. */
export class AgUiAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #calls = new AnswerBuilder(0);
  /** Texts of messages by their IDs, in the order of their beginning. */
  #messages = new Map<string, { text: TextChannel; reasoning: boolean }>();
  #lastMessage = '';
  #lastCall: ToolCallBuilder | undefined;
  #state: unknown;
  #finish: string | null = null;
  #usages: JsonObject[] = [];

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    const ended = this.#finish === null ? withoutTerminal(ending) : (OUTCOMES[this.#finish] ?? 'complete');
    return assembled('ag-ui', this.#progress, [this.#build()], this.#progress.error ? 'error' : ended, {
      // "Sum over models": each reports its own part of the run.
      usage:
        this.#usages.length === 0
          ? null
          : {
              ...defined({
                input: total(this.#usages, 'inputTokens'),
                output: total(this.#usages, 'outputTokens'),
              }),
              raw: this.#usages,
            },
      ...(this.#state === undefined ? {} : { data: { state: this.#state } }),
    });
  }

  #addText(json: JsonObject, n: number, reasoning: boolean): void {
    this.#lastMessage = filled(json.messageId) ?? this.#lastMessage;
    const message = this.#messages.get(this.#lastMessage) ?? { text: new TextChannel(), reasoning };
    this.#messages.set(this.#lastMessage, message);
    if (reasoning) this.#progress.appendOutput(message.text, json.delta, n);
    else this.#progress.appendText(message.text, json.delta, n);
  }

  #addCall(json: JsonObject, n: number): void {
    const id = filled(json.toolCallId);
    const call = id ? (this.#calls.callById(id) ?? this.#calls.call(id)) : this.#lastCall;
    if (!call) return;
    this.#lastCall = call;
    call.name = filled(json.toolCallName) ?? call.name;
    call.args.append(string(json.delta), n);
    call.seen(n);
    this.#progress.output(n);
  }

  /** "Replaces the whole list of messages." */
  #setMessages(list: readonly unknown[], n: number): void {
    this.#messages = new Map();
    for (const message of list.map(object)) {
      if (message.role !== 'assistant') continue;
      const text = new TextChannel();
      this.#progress.appendText(text, message.content, n);
      this.#messages.set(string(message.id), { text, reasoning: false });
      for (const part of array(message.toolCalls).map(object)) {
        const id = string(part.id);
        const call = this.#calls.callById(id) ?? this.#calls.call(id);
        const own = object(part.function);
        call.name = filled(own.name) ?? call.name;
        call.args.replace(string(own.arguments), n);
        call.closed = true;
        call.seen(n);
      }
    }
  }

  #handleRun(type: string, json: JsonObject): boolean {
    switch (type) {
      case 'RUN_FINISHED':
        this.#finish = filled(object(json.outcome).type) ?? filled(json.outcome) ?? 'success';
        this.#usages = this.#usages.concat(array(json.usage).map(object));
        this.#calls.close(false);
        return true;
      case 'RUN_ERROR':
        this.#progress.error = defined({
          message: filled(json.message),
          code: filled(json.code) ?? number(json.code),
        });
        this.#usages = this.#usages.concat(array(json.usage).map(object));
        return true;
      case 'STATE_SNAPSHOT':
        this.#state = json.snapshot;
        return true;
      case 'STATE_DELTA':
        this.#state = applyJsonPatch(this.#state, array(json.delta));
        return true;
      default:
        return type === 'RUN_STARTED';
    }
  }

  #handle({ n, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = string(json.type);
    const isOver = this.#finish !== null || this.#progress.error !== undefined;
    if (isOver && !type.startsWith('RUN_')) this.#progress.note({ code: 'lateEvent', event: n, type });
    if (this.#handleRun(type, json)) return;
    if (/^TEXT_MESSAGE_(START|CONTENT|CHUNK)$/.test(type)) this.#addText(json, n, false);
    else if (/^(REASONING_MESSAGE|THINKING_TEXT_MESSAGE)_(START|CONTENT|CHUNK)$/.test(type))
      this.#addText(json, n, true);
    else if (/^TOOL_CALL_(START|ARGS|CHUNK)$/.test(type)) this.#addCall(json, n);
    else if (type === 'TOOL_CALL_END') {
      const call = this.#calls.callById(string(json.toolCallId));
      if (call) call.closed = true;
    } else if (type === 'TOOL_CALL_RESULT')
      this.#calls.callById(string(json.toolCallId))?.setOutput(json.content);
    else if (type === 'MESSAGES_SNAPSHOT') this.#setMessages(array(json.messages), n);
    else if (!/^(TEXT_MESSAGE_END|REASONING_|THINKING_|ACTIVITY_|STEP_|SUBAGENT_|RAW$|CUSTOM$)/.test(type))
      this.#progress.unknown(type);
  }

  #build(): AnswerBuilder {
    const answer = new AnswerBuilder(0);
    answer.finish = this.#finish;
    for (const call of this.#calls.calls) answer.calls.push(call);
    for (const { text, reasoning } of this.#messages.values())
      answer.take(reasoning ? 'reasoning' : 'text', text);
    return answer;
  }
}

/** The sum over the models; undefined where none reports it. */
function total(usages: readonly JsonObject[], name: string): number | undefined {
  return usages.reduce((all: number | undefined, one) => sum(all, number(one[name])), undefined);
}
