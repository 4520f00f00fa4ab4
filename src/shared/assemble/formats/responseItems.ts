import type { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Progress } from '../build/assembler.ts';
import { array, filled, type JsonObject, number, object, string } from '../build/json.ts';
import { TextChannel } from '../build/textChannel.ts';
import { ToolCallBuilder } from '../build/toolCall.ts';
import { defined } from '../build/usage.ts';

/** Kinds of items that are calls, with the field that holds what they were called with, and whether it is JSON. */
const CALLS: Record<string, { input: string; plain: boolean }> = {
  function_call: { input: 'arguments', plain: false },
  mcp_call: { input: 'arguments', plain: false },
  custom_tool_call: { input: 'input', plain: true },
  code_interpreter_call: { input: 'code', plain: true },
};

/** An item of the output while it is put together. */
class Item {
  type = '';
  /** By content index. */
  readonly texts = new Map<number, TextChannel>();
  readonly refusals = new Map<number, TextChannel>();
  /** By summary index, and by content index. */
  readonly summaries = new Map<number, TextChannel>();
  readonly reasoning = new Map<number, TextChannel>();
  readonly annotations = new Map<string, JsonObject>();
  readonly call = new ToolCallBuilder();
  whole: JsonObject = {};
}

/** The items of a response by their place in its output. They are made at first sight: bridges leave out `added`. */
export class ResponseItems {
  readonly #items = new Map<number, Item>();
  readonly #progress: Progress;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  #at(index: number): Item {
    const known = this.#items.get(index);
    if (known) return known;
    const item = new Item();
    this.#items.set(index, item);
    return item;
  }

  /** An item as a whole, from `output_item` or from the terminal. */
  replace(index: number, whole: JsonObject, n: number): void {
    const item = this.#at(index);
    item.whole = { ...item.whole, ...whole };
    item.type = filled(whole.type) ?? item.type;
    array(whole.content).forEach((part, i) => {
      this.#setPart(item, i, object(part), n);
    });
    array(whole.summary).forEach((part, i) => {
      this.#set(item.summaries, i, string(object(part).text), n, 'reasoning');
    });
    const kind = CALLS[item.type];
    if (!kind) return;
    const { call } = item;
    call.plain = kind.plain;
    call.id = filled(whole.call_id) ?? call.id ?? filled(whole.id) ?? null;
    call.name =
      filled(whole.name) ?? call.name ?? (item.type === 'code_interpreter_call' ? 'code_interpreter' : null);
    const input = filled(whole[kind.input]);
    if (input) this.#setArguments(item, input, n);
    if (whole.status === 'completed') call.closed = true;
    if (whole.output !== undefined && whole.output !== null) call.setOutput(whole.output);
    if (filled(whole.error)) call.fail(string(whole.error));
    call.seen(n);
  }

  #setPart(item: Item, index: number, part: JsonObject, n: number): void {
    if (part.type === 'output_text' || part.type === 'text') {
      this.#set(item.texts, index, string(part.text), n, 'text');
      array(part.annotations).forEach((one, i) => {
        item.annotations.set(`${index}/${i}`, object(one));
      });
    } else if (part.type === 'refusal') this.#set(item.refusals, index, string(part.refusal), n, 'refusal');
    else if (part.type === 'reasoning_text')
      this.#set(item.reasoning, index, string(part.text), n, 'reasoning');
  }

  #set(map: Map<number, TextChannel>, index: number, text: string, n: number, channel: string): void {
    if (text === '') return;
    const own = channelAt(map, index);
    const wasEmpty = own.isEmpty;
    if (own.replace(text, n)) this.#progress.note({ code: 'differs', channel, event: n });
    if (!wasEmpty) return;
    if (channel === 'text') this.#progress.text(n);
    else this.#progress.output(n);
  }

  #append(map: Map<number, TextChannel>, index: number, text: string, n: number, isText: boolean): void {
    // A channel that holds nothing would count as a paragraph.
    if (text === '') return;
    if (isText) this.#progress.appendText(channelAt(map, index), text, n);
    else this.#progress.appendOutput(channelAt(map, index), text, n);
  }

  #setArguments(item: Item, text: string, n: number): void {
    const { call } = item;
    if (call.args.isEmpty) this.#progress.output(n);
    if (call.args.replace(text, n)) this.#progress.note({ code: 'differs', channel: 'arguments', event: n });
  }

  /** @returns whether the type is known */
  add(type: string, json: JsonObject, n: number): boolean {
    const index = number(json.output_index) ?? 0;
    const content = number(json.content_index) ?? 0;
    const delta = string(json.delta);
    switch (type) {
      case 'response.output_item.added':
      case 'response.output_item.done':
        this.replace(index, object(json.item), n);
        // The name of a tool is output of the model.
        if (CALLS[this.#at(index).type]) this.#progress.output(n);
        return true;
      case 'response.content_part.added':
      case 'response.content_part.done':
        this.#setPart(this.#at(index), content, object(json.part), n);
        return true;
      case 'response.output_text.delta':
        this.#append(this.#at(index).texts, content, delta, n, true);
        return true;
      case 'response.output_text.done':
        this.#set(this.#at(index).texts, content, string(json.text), n, 'text');
        return true;
      case 'response.output_text.annotation.added':
        this.#at(index).annotations.set(
          `${content}/${number(json.annotation_index) ?? 0}`,
          object(json.annotation),
        );
        return true;
      case 'response.refusal.delta':
        this.#append(this.#at(index).refusals, content, delta, n, false);
        return true;
      case 'response.refusal.done':
        this.#set(this.#at(index).refusals, content, string(json.refusal), n, 'refusal');
        return true;
      case 'response.reasoning_text.delta':
        this.#append(this.#at(index).reasoning, content, delta, n, false);
        return true;
      case 'response.reasoning_text.done':
        this.#set(this.#at(index).reasoning, content, string(json.text), n, 'reasoning');
        return true;
      default:
        return this.#addSummary(type, json, index, n) || this.#addCall(type, json, index, n) || isState(type);
    }
  }

  #addSummary(type: string, json: JsonObject, index: number, n: number): boolean {
    const summary = number(json.summary_index) ?? 0;
    switch (type) {
      case 'response.reasoning_summary_part.added':
        return true;
      case 'response.reasoning_summary_part.done':
        this.#set(this.#at(index).summaries, summary, string(object(json.part).text), n, 'reasoning');
        return true;
      case 'response.reasoning_summary_text.delta':
        this.#append(this.#at(index).summaries, summary, string(json.delta), n, false);
        return true;
      case 'response.reasoning_summary_text.done':
        this.#set(this.#at(index).summaries, summary, string(json.text), n, 'reasoning');
        return true;
      default:
        return false;
    }
  }

  #addCall(type: string, json: JsonObject, index: number, n: number): boolean {
    const match =
      /^response\.(function_call_arguments|mcp_call_arguments|custom_tool_call_input|code_interpreter_call_code)\.(delta|done)$/.exec(
        type,
      );
    if (!match) return false;
    const item = this.#at(index);
    const { call } = item;
    call.seen(n);
    call.plain = match[1] === 'custom_tool_call_input' || match[1] === 'code_interpreter_call_code';
    item.type ||= {
      function_call_arguments: 'function_call',
      mcp_call_arguments: 'mcp_call',
      custom_tool_call_input: 'custom_tool_call',
      code_interpreter_call_code: 'code_interpreter_call',
    }[match[1]!]!;
    if (match[2] === 'delta') {
      if (string(json.delta) === '') return true;
      call.args.append(string(json.delta), n);
      this.#progress.output(n);
      return true;
    }
    call.name = filled(json.name) ?? call.name;
    const whole = filled(json.arguments) ?? filled(json.input) ?? filled(json.code);
    if (whole) this.#setArguments(item, whole, n);
    call.closed = true;
    return true;
  }

  /** Puts all items into an answer. @param isOver - the terminal came @param isCut - and says that a limit stopped the model */
  fill(answer: AnswerBuilder, isOver: boolean, isCut: boolean): void {
    let paragraphs = 0;
    for (const [, item] of [...this.#items].sort(([a], [b]) => a - b)) {
      for (const channel of inOrder(item.texts)) answer.take('text', channel);
      for (const channel of inOrder(item.refusals)) answer.take('refusal', channel);
      for (const channel of inOrder(item.reasoning)) answer.take('reasoning', channel);
      for (const channel of inOrder(item.summaries)) {
        if (paragraphs++ > 0 && !answer.reasoning.isEmpty) answer.take('reasoning', paragraphBreak(channel));
        answer.take('reasoning', channel);
      }
      for (const { title, url, filename } of item.annotations.values()) {
        answer.citations.push(defined({ title: filled(title) ?? filled(filename), url: filled(url) }));
      }
      if (CALLS[item.type]) {
        if (isOver) item.call.closed = true;
        item.call.cut = isCut && item.whole.status !== 'completed';
        answer.calls.push(item.call);
      } else if (item.type !== '' && item.type !== 'message' && item.type !== 'reasoning') {
        answer.blocks.push(item.whole);
      }
    }
  }
}

function channelAt(map: Map<number, TextChannel>, index: number): TextChannel {
  const channel = map.get(index) ?? new TextChannel();
  map.set(index, channel);
  return channel;
}

function inOrder(map: Map<number, TextChannel>): TextChannel[] {
  return [...map].sort(([a], [b]) => a - b).map(([, channel]) => channel);
}

/** The empty line between two parts of a summary, which comes with the second one. */
function paragraphBreak(next: TextChannel): TextChannel {
  const channel = new TextChannel();
  channel.append('\n\n', next.pieces[0]?.event ?? 0);
  return channel;
}

/** Types that tell of the state of an item, and hold nothing of its content. */
function isState(type: string): boolean {
  return (
    /^response\..*\.(in_progress|searching|generating|interpreting|compacting|completed|failed)$/.test(
      type,
    ) || /^response\.(mcp_list_tools|image_generation_call|audio|shell_call)/.test(type)
  );
}
