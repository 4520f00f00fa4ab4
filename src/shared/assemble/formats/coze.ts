import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { filled, isObject, type JsonObject, number, object, parseJson, string } from '../build/json.ts';
import type { JsonEvent } from '../build/streamFacts.ts';
import { TextChannel } from '../build/textChannel.ts';
import { defined, mergeUsage, usageOf } from '../build/usage.ts';

interface Message {
  text: TextChannel;
  reasoning: TextChannel;
  type: string;
}

/** Coze's chat, v3. */
export function createCoze(): Assembler {
  const progress = new Progress();
  /** By their IDs, in the order of their beginning. */
  const messages = new Map<string, Message>();
  const calls = new AnswerBuilder(0);
  const usage: JsonObject = {};
  let status: Status | undefined;
  let finish: string | null = null;

  function messageOf(json: JsonObject): Message {
    const id = string(json.id);
    const message = messages.get(id) ?? {
      text: new TextChannel(),
      reasoning: new TextChannel(),
      type: 'answer',
    };
    message.type = filled(json.type) ?? message.type;
    messages.set(id, message);
    return message;
  }

  function addDelta(json: JsonObject, n: number): void {
    const { text, reasoning, type } = messageOf(json);
    progress.appendOutput(reasoning, json.reasoning_content, n);
    if (type === 'answer') progress.appendText(text, json.content, n);
    else text.append(string(json.content), n);
  }

  function complete(json: JsonObject, n: number): void {
    const { text, reasoning, type } = messageOf(json);
    const content = string(json.content);
    if (type === 'function_call') addCall(content, n);
    else if (type === 'tool_response')
      calls.calls.findLast((call) => !call.closed)?.setOutput(parseJson(content) ?? content);
    const wasEmpty = text.isEmpty;
    // A message as a whole that is longer than its pieces is usual here: it is how most of them come.
    text.replace(content, n);
    if (filled(json.reasoning_content)) reasoning.replace(string(json.reasoning_content), n);
    if (wasEmpty && content !== '' && type === 'answer') progress.text(n);
  }

  function addCall(content: string, n: number): void {
    const own = object(parseJson(content));
    const call = calls.call(filled(own.tool_call_id) ?? filled(own.id) ?? null, filled(own.name) ?? null);
    const args = own.arguments;
    if (typeof args === 'string') call.args.append(args, n);
    else call.setInput(args ?? {});
    call.seen(n);
    progress.output(n);
  }

  function handle({ n, type, data, json }: JsonEvent): void {
    if (type === 'done' || /^"?\[DONE\]"?$/.test(data.trim()) || !isObject(json)) return;
    switch (type) {
      case 'conversation.message.delta':
        addDelta(json, n);
        return;
      case 'conversation.message.completed':
        complete(json, n);
        return;
      case 'conversation.chat.completed':
        status = 'complete';
        finish = 'completed';
        mergeUsage(usage, json.usage);
        return;
      case 'conversation.chat.requires_action':
        status = 'waiting';
        finish = 'requires_action';
        return;
      case 'conversation.chat.failed': {
        const { code, msg } = object(json.last_error);
        progress.error = defined({ code: number(code) ?? filled(code), message: filled(msg) });
        return;
      }
      case 'error':
        progress.error = defined({
          code: number(json.code) ?? filled(json.code),
          message: filled(json.msg) ?? filled(json.message),
        });
        return;
      case 'conversation.audio.delta':
        progress.output(n);
        return;
      case 'conversation.chat.created':
      case 'conversation.chat.in_progress':
        return;
      default:
        progress.unknown(type);
    }
  }

  function build(): AnswerBuilder {
    const answer = new AnswerBuilder(0);
    answer.finish = finish;
    for (const call of calls.calls) answer.calls.push(call);
    for (const { type, text, reasoning } of messages.values()) {
      if (type !== 'answer') {
        if (type !== 'function_call' && type !== 'tool_response')
          answer.blocks.push({ type, content: text.text });
        continue;
      }
      answer.take('text', text);
      answer.take('reasoning', reasoning);
    }
    return answer;
  }

  return {
    add(event) {
      progress.events = event.n;
      handle(event);
    },
    result: (ending) =>
      assembled('coze', progress, [build()], progress.error ? 'error' : (status ?? withoutTerminal(ending)), {
        usage: usageOf(usage, (raw) =>
          defined({
            input: number(raw.input_count),
            output: number(raw.output_count),
            total: number(raw.token_count),
          }),
        ),
      }),
  };
}
