import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent } from '../build/streamFacts.ts';
import { TextChannel } from '../build/textChannel.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { defined, sum } from '../build/usage.ts';
import { applyJsonPatch } from './jsonPatch.ts';

const OUTCOMES: Record<string, Status> = { success: 'complete', interrupt: 'waiting', cancelled: 'aborted' };

/** AG-UI: the events of an agent's run. */
export function createAgUi(): Assembler {
  const progress = new Progress();
  const calls = new AnswerBuilder(0);
  /** Texts of messages by their IDs, in the order of their beginning. */
  let messages = new Map<string, { text: TextChannel; reasoning: boolean }>();
  let lastMessage = '';
  let lastCall: ToolCallBuilder | undefined;
  let state: unknown;
  let finish: string | null = null;
  let usages: JsonObject[] = [];

  function addText(json: JsonObject, n: number, reasoning: boolean): void {
    lastMessage = filled(json.messageId) ?? lastMessage;
    const message = messages.get(lastMessage) ?? { text: new TextChannel(), reasoning };
    messages.set(lastMessage, message);
    if (reasoning) progress.appendOutput(message.text, json.delta, n);
    else progress.appendText(message.text, json.delta, n);
  }

  function addCall(json: JsonObject, n: number): void {
    const id = filled(json.toolCallId);
    const call = id ? (calls.callById(id) ?? calls.call(id)) : lastCall;
    if (!call) return;
    lastCall = call;
    call.name = filled(json.toolCallName) ?? call.name;
    call.args.append(string(json.delta), n);
    call.seen(n);
    progress.output(n);
  }

  /** "Replaces the whole list of messages." */
  function setMessages(list: readonly unknown[], n: number): void {
    messages = new Map();
    for (const message of list.map(object)) {
      if (message.role !== 'assistant') continue;
      const text = new TextChannel();
      progress.appendText(text, message.content, n);
      messages.set(string(message.id), { text, reasoning: false });
      for (const part of array(message.toolCalls).map(object)) {
        const id = string(part.id);
        const call = calls.callById(id) ?? calls.call(id);
        const own = object(part.function);
        call.name = filled(own.name) ?? call.name;
        call.args.replace(string(own.arguments), n);
        call.closed = true;
        call.seen(n);
      }
    }
  }

  function handleRun(type: string, json: JsonObject): boolean {
    switch (type) {
      case 'RUN_FINISHED':
        finish = filled(object(json.outcome).type) ?? filled(json.outcome) ?? 'success';
        usages = usages.concat(array(json.usage).map(object));
        calls.close(false);
        return true;
      case 'RUN_ERROR':
        progress.error = defined({
          message: filled(json.message),
          code: filled(json.code) ?? number(json.code),
        });
        usages = usages.concat(array(json.usage).map(object));
        return true;
      case 'STATE_SNAPSHOT':
        state = json.snapshot;
        return true;
      case 'STATE_DELTA':
        state = applyJsonPatch(state, array(json.delta));
        return true;
      default:
        return type === 'RUN_STARTED';
    }
  }

  function handle({ n, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = string(json.type);
    const isOver = finish !== null || progress.error !== undefined;
    if (isOver && !type.startsWith('RUN_')) progress.note({ code: 'lateEvent', event: n, type });
    if (handleRun(type, json)) return;
    if (/^TEXT_MESSAGE_(START|CONTENT|CHUNK)$/.test(type)) addText(json, n, false);
    else if (/^(REASONING_MESSAGE|THINKING_TEXT_MESSAGE)_(START|CONTENT|CHUNK)$/.test(type))
      addText(json, n, true);
    else if (/^TOOL_CALL_(START|ARGS|CHUNK)$/.test(type)) addCall(json, n);
    else if (type === 'TOOL_CALL_END') {
      const call = calls.callById(string(json.toolCallId));
      if (call) call.closed = true;
    } else if (type === 'TOOL_CALL_RESULT') calls.callById(string(json.toolCallId))?.setOutput(json.content);
    else if (type === 'MESSAGES_SNAPSHOT') setMessages(array(json.messages), n);
    else if (!/^(TEXT_MESSAGE_END|REASONING_|THINKING_|ACTIVITY_|STEP_|SUBAGENT_|RAW$|CUSTOM$)/.test(type))
      progress.unknown(type);
  }

  function build(): AnswerBuilder {
    const answer = new AnswerBuilder(0);
    answer.finish = finish;
    for (const call of calls.calls) answer.calls.push(call);
    for (const { text, reasoning } of messages.values()) answer.take(reasoning ? 'reasoning' : 'text', text);
    return answer;
  }

  return {
    add(event) {
      progress.events = event.n;
      handle(event);
    },
    result(ending) {
      const ended = finish === null ? withoutTerminal(ending) : (OUTCOMES[finish] ?? 'complete');
      return assembled('ag-ui', progress, [build()], progress.error ? 'error' : ended, {
        // "Sum over models": each reports its own part of the run.
        usage:
          usages.length === 0
            ? null
            : {
                ...defined({
                  input: total(usages, 'inputTokens'),
                  output: total(usages, 'outputTokens'),
                }),
                raw: usages,
              },
        ...(state === undefined ? {} : { data: { state } }),
      });
    },
  };
}

/** The sum over the models; undefined where none reports it. */
function total(usages: readonly JsonObject[], name: string): number | undefined {
  return usages.reduce((all: number | undefined, one) => sum(all, number(one[name])), undefined);
}
