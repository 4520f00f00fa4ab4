import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { filled, isObject, type JsonObject, number, object, parseJson, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import { TextChannel } from '../build/textChannel.ts';
import { defined, mergeUsage, usageOf } from '../build/usage.ts';

interface Message {
  text: TextChannel;
  reasoning: TextChannel;
  type: string;
}

/** Coze's chat, v3. */
export class CozeAssembler implements Assembler {
  readonly #progress = new Progress();
  /** By their IDs, in the order of their beginning. */
  readonly #messages = new Map<string, Message>();
  readonly #calls = new AnswerBuilder(0);
  readonly #usage: JsonObject = {};
  #status: Status | undefined;
  #finish: string | null = null;

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    return assembled(
      'coze',
      this.#progress,
      [this.#build()],
      this.#progress.error ? 'error' : (this.#status ?? withoutTerminal(ending)),
      {
        usage: usageOf(this.#usage, (raw) =>
          defined({
            input: number(raw.input_count),
            output: number(raw.output_count),
            total: number(raw.token_count),
          }),
        ),
      },
    );
  }

  #messageOf(json: JsonObject): Message {
    const id = string(json.id);
    const message = this.#messages.get(id) ?? {
      text: new TextChannel(),
      reasoning: new TextChannel(),
      type: 'answer',
    };
    message.type = filled(json.type) ?? message.type;
    this.#messages.set(id, message);
    return message;
  }

  #addDelta(json: JsonObject, n: number): void {
    const { text, reasoning, type } = this.#messageOf(json);
    this.#progress.appendOutput(reasoning, json.reasoning_content, n);
    if (type === 'answer') this.#progress.appendText(text, json.content, n);
    else text.append(string(json.content), n);
  }

  #complete(json: JsonObject, n: number): void {
    const { text, reasoning, type } = this.#messageOf(json);
    const content = string(json.content);
    if (type === 'function_call') this.#addCall(content, n);
    else if (type === 'tool_response')
      this.#calls.calls.findLast((call) => !call.closed)?.setOutput(parseJson(content) ?? content);
    const wasEmpty = text.isEmpty;
    // A message as a whole that is longer than its pieces is usual here: it is how most of them come.
    text.replace(content, n);
    if (filled(json.reasoning_content)) reasoning.replace(string(json.reasoning_content), n);
    if (wasEmpty && content !== '' && type === 'answer') this.#progress.text(n);
  }

  #addCall(content: string, n: number): void {
    const own = object(parseJson(content));
    const call = this.#calls.call(
      filled(own.tool_call_id) ?? filled(own.id) ?? null,
      filled(own.name) ?? null,
    );
    const args = own.arguments;
    if (typeof args === 'string') call.args.append(args, n);
    else call.setInput(args ?? {});
    call.seen(n);
    this.#progress.output(n);
  }

  #handle({ n, type, data, json }: JsonEvent): void {
    if (type === 'done' || /^"?\[DONE\]"?$/.test(data.trim()) || !isObject(json)) return;
    switch (type) {
      case 'conversation.message.delta':
        this.#addDelta(json, n);
        return;
      case 'conversation.message.completed':
        this.#complete(json, n);
        return;
      case 'conversation.chat.completed':
        this.#status = 'complete';
        this.#finish = 'completed';
        mergeUsage(this.#usage, json.usage);
        return;
      case 'conversation.chat.requires_action':
        this.#status = 'waiting';
        this.#finish = 'requires_action';
        return;
      case 'conversation.chat.failed': {
        const { code, msg } = object(json.last_error);
        this.#progress.error = defined({ code: number(code) ?? filled(code), message: filled(msg) });
        return;
      }
      case 'error':
        this.#progress.error = defined({
          code: number(json.code) ?? filled(json.code),
          message: filled(json.msg) ?? filled(json.message),
        });
        return;
      case 'conversation.audio.delta':
        this.#progress.output(n);
        return;
      case 'conversation.chat.created':
      case 'conversation.chat.in_progress':
        return;
      default:
        this.#progress.unknown(type);
    }
  }

  #build(): AnswerBuilder {
    const answer = new AnswerBuilder(0);
    answer.finish = this.#finish;
    for (const call of this.#calls.calls) answer.calls.push(call);
    for (const { type, text, reasoning } of this.#messages.values()) {
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
}
