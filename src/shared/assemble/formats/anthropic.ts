import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status, Usage } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal, worstOf } from '../build/assembler.ts';
import { filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { defined, mergeUsage, sum, usageOf } from '../build/usage.ts';

const LIMITED = new Set(['max_tokens', 'model_context_window_exceeded', 'refusal', 'compaction']);
const TOOLS = new Set(['tool_use', 'server_tool_use', 'mcp_tool_use']);

/** A content block of a message, while it is put together. */
interface Block {
  type: string;
  call?: ToolCallBuilder;
  /** What the block began with: some vendors send it again in the first delta. */
  seed?: string;
}

/** A message from its `message_start` to its `message_stop`. */
interface Message {
  answer: AnswerBuilder;
  blocks: Map<number, Block>;
  stopped: boolean;
}

/** Anthropic's Messages. */
export class AnthropicAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #messages: Message[] = [];
  readonly #usage: JsonObject = {};
  #model: string | undefined;
  #hidden = false;

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    const status = this.#progress.error
      ? 'error'
      : worstOf(this.#messages.map((one) => (one.stopped ? statusOf(one.answer) : withoutTerminal(ending))));
    const result = assembled(
      'anthropic',
      this.#progress,
      this.#messages.map(({ answer }) => answer),
      this.#messages.length === 0 ? withoutTerminal(ending) : status,
      {
        ...(this.#model ? { model: this.#model } : {}),
        usage: usageOf(this.#usage, anthropicUsage),
      },
    );
    if (this.#hidden) result.notes.push({ code: 'reasoningHidden' });
    return result;
  }

  #current(n: number): Message {
    const last = this.#messages.at(-1);
    if (last) return last;
    this.#progress.note({ code: 'joinedInTheMiddle', event: n });
    return this.#begin();
  }

  #begin(): Message {
    const message = { answer: new AnswerBuilder(this.#messages.length), blocks: new Map(), stopped: false };
    this.#messages.push(message);
    return message;
  }

  #start(json: JsonObject, n: number): void {
    const before = this.#messages.at(-1);
    if (before && !before.stopped) this.#progress.note({ code: 'answerRestarted', event: n });
    this.#begin();
    const message = object(json.message);
    this.#model = filled(message.model) ?? this.#model;
    mergeUsage(this.#usage, message.usage);
  }

  #addText(
    channel: 'reasoning' | 'text',
    message: Message,
    block: Block | undefined,
    text: string,
    n: number,
  ): void {
    if (text === '') return;
    const own = message.answer[channel];
    // MiniMax repeats the start text in the first delta.
    if (block?.seed !== undefined && text === block.seed) {
      delete block.seed;
      return;
    }
    if (block) delete block.seed;
    if (channel === 'text') this.#progress.appendText(own, text, n);
    else this.#progress.appendOutput(own, text, n);
  }

  #startBlock(json: JsonObject, n: number): void {
    const message = this.#current(n);
    const content = object(json.content_block);
    const block: Block = { type: string(content.type) };
    message.blocks.set(number(json.index) ?? message.blocks.size, block);
    if (block.type === 'text' || block.type === 'thinking') {
      const channel = block.type === 'text' ? 'text' : 'reasoning';
      const text = string(content[block.type]);
      this.#addText(channel, message, undefined, text, n);
      if (text !== '') block.seed = text;
    } else if (TOOLS.has(block.type)) {
      block.call = message.answer.call(filled(content.id) ?? null, filled(content.name) ?? null);
      block.call.seen(n);
      if (isObject(content.input) && Object.keys(content.input).length > 0)
        block.call.setInput(content.input);
      this.#progress.output(n);
    } else {
      if (block.type.endsWith('_tool_result')) giveOutput(message, content);
      if (block.type === 'fallback') this.#model = filled(object(content.to).model) ?? this.#model;
      message.answer.blocks.push(content);
    }
  }

  #addDelta(json: JsonObject, n: number): void {
    const message = this.#current(n);
    const delta = object(json.delta);
    const block = message.blocks.get(number(json.index) ?? -1);
    switch (delta.type) {
      case 'text_delta':
        this.#addText('text', message, block, string(delta.text), n);
        return;
      case 'thinking_delta':
        this.#addText('reasoning', message, block, string(delta.thinking), n);
        return;
      case 'input_json_delta': {
        const call = block?.call ?? message.answer.calls.at(-1) ?? message.answer.call();
        call.args.append(string(delta.partial_json), n);
        call.seen(n);
        if (string(delta.partial_json) !== '') this.#progress.output(n);
        return;
      }
      case 'citations_delta': {
        const { cited_text: text, title, document_title: name, url } = object(delta.citation);
        message.answer.citations.push(
          defined({ text: filled(text), title: filled(title) ?? filled(name), url: filled(url) }),
        );
        return;
      }
      case 'signature_delta':
        if (message.answer.reasoning.isEmpty) this.#hidden = true;
        return;
      default:
        this.#progress.unknown(string(delta.type));
    }
  }

  #handle({ n, json }: JsonEvent): void {
    if (!isObject(json)) return;
    switch (json.type) {
      case 'message_start':
        this.#start(json, n);
        return;
      case 'content_block_start':
        this.#startBlock(json, n);
        return;
      case 'content_block_delta':
        this.#addDelta(json, n);
        return;
      case 'content_block_stop': {
        const call = this.#current(n).blocks.get(number(json.index) ?? -1)?.call;
        if (call) call.closed = true;
        return;
      }
      case 'message_delta': {
        const { answer } = this.#current(n);
        mergeUsage(this.#usage, json.usage);
        const reason = filled(object(json.delta).stop_reason);
        if (!reason) return;
        answer.finish = reason;
        answer.close(LIMITED.has(reason));
        return;
      }
      case 'message_stop':
        this.#current(n).stopped = true;
        return;
      case 'error': {
        const { type, message } = object(json.error);
        this.#progress.error = defined({ code: filled(type), message: filled(message) });
        return;
      }
      case 'ping':
        return;
      default:
        this.#progress.unknown(string(json.type));
    }
  }
}

function giveOutput({ answer }: Message, content: JsonObject): void {
  const id = filled(content.tool_use_id);
  const call = id === undefined ? undefined : answer.callById(id);
  call?.setOutput(content.content);
}

function statusOf({ finish }: AnswerBuilder): Status {
  if (finish === 'pause_turn') return 'waiting';
  return finish !== null && LIMITED.has(finish) ? 'limited' : 'complete';
}

function anthropicUsage(raw: JsonObject): Omit<Usage, 'raw'> {
  return defined({
    input: sum(
      number(raw.input_tokens),
      number(raw.cache_read_input_tokens),
      number(raw.cache_creation_input_tokens),
    ),
    output: number(raw.output_tokens),
    reasoning: number(object(raw.output_tokens_details).thinking_tokens),
    cached: number(raw.cache_read_input_tokens),
  });
}
