import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { filled, isObject, type JsonObject, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import { TextChannel } from '../build/textChannel.ts';
import { ToolCallBuilder } from '../build/toolCall.ts';
import { defined } from '../build/usage.ts';

/** A part of the message, in the order of its beginning. */
type Part =
  | { kind: 'reasoning' | 'text'; id: string; channel: TextChannel; open: boolean }
  | { kind: 'tool'; call: ToolCallBuilder }
  | { kind: 'block'; block: JsonObject };

/** The message stream of Vercel's AI SDK UI, v5 to v7. */
export class AiSdkUiAssembler implements Assembler {
  readonly #progress = new Progress();
  #parts: Part[] = [];
  /** Parts that were there when the step began: a reset takes back what came after them. */
  #stepStart = 0;
  #messageId: string | undefined;
  #metadata: JsonObject = {};
  #finish: string | null = null;
  #finished = false;
  #aborted = false;
  #hasSentinel = false;
  readonly #citations: { title?: string; url?: string }[] = [];

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    if (event.data.trim() === '[DONE]') this.#hasSentinel = true;
    else this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    let status: Status;
    if (this.#progress.error) status = 'error';
    else if (this.#aborted) status = 'aborted';
    else if (this.#finished)
      status = this.#finish === 'length' || this.#finish === 'content-filter' ? 'limited' : 'complete';
    // "`[DONE]` without `finish`: truncated by the app."
    else status = this.#hasSentinel && ending.open ? 'truncated' : withoutTerminal(ending);
    return assembled('ai-sdk-ui', this.#progress, [this.#build()], status, {
      usage: null,
      ...(this.#messageId ? { messageId: this.#messageId } : {}),
      ...(Object.keys(this.#metadata).length > 0 ? { metadata: this.#metadata } : {}),
    });
  }

  #callOf(json: JsonObject, n: number): ToolCallBuilder {
    const id = string(json.toolCallId);
    const known = this.#parts.find((part) => part.kind === 'tool' && part.call.id === id);
    const call = known?.kind === 'tool' ? known.call : new ToolCallBuilder();
    if (!known) {
      call.id = id;
      this.#parts.push({ kind: 'tool', call });
    }
    call.name = filled(json.toolName) ?? call.name;
    call.seen(n);
    return call;
  }

  #addText(kind: 'reasoning' | 'text', action: string, json: JsonObject, n: number): void {
    const id = string(json.id);
    if (action === 'start') {
      this.#parts.push({ kind, id, channel: new TextChannel(), open: true });
      return;
    }
    let part = this.#parts.findLast((one) => one.kind === kind && one.id === id);
    if (action === 'end') {
      if (part && 'open' in part) part.open = false;
      return;
    }
    if (part && 'open' in part && !part.open)
      this.#progress.note({ code: 'lateEvent', event: n, type: `${kind}-delta` });
    if (!part) {
      // A resumed stream begins with a delta.
      if (n === 1) this.#progress.note({ code: 'joinedInTheMiddle', event: n });
      else this.#progress.note({ code: 'lateEvent', event: n, type: `${kind}-delta` });
      part = { kind, id, channel: new TextChannel(), open: true };
      this.#parts.push(part);
    }
    if (!('channel' in part)) return;
    if (kind === 'text') this.#progress.appendText(part.channel, json.delta, n);
    else this.#progress.appendOutput(part.channel, json.delta, n);
  }

  #addTool(type: string, json: JsonObject, n: number): boolean {
    switch (type) {
      case 'tool-input-start':
        this.#callOf(json, n).plain = json.inputEncoding === 'text';
        this.#progress.output(n);
        return true;
      case 'tool-input-delta':
        this.#callOf(json, n).args.append(string(json.inputTextDelta), n);
        this.#progress.output(n);
        return true;
      case 'tool-input-available': {
        const call = this.#callOf(json, n);
        call.setInput(json.input);
        call.closed = true;
        this.#progress.output(n);
        return true;
      }
      case 'tool-input-error':
      case 'tool-output-error':
        this.#callOf(json, n).fail(string(json.errorText));
        return true;
      case 'tool-output-available':
        this.#callOf(json, n).setOutput(json.output);
        return true;
      case 'tool-output-denied':
        this.#callOf(json, n).fail('denied');
        return true;
      case 'tool-approval-request':
      case 'tool-approval-response':
        return true;
      default:
        return false;
    }
  }

  #addBlock(type: string, json: JsonObject): boolean {
    if (type.startsWith('data-')) {
      if (json.transient === true) return true;
      const same = this.#parts.findIndex(
        (part) =>
          part.kind === 'block' &&
          part.block.type === type &&
          json.id !== undefined &&
          part.block.id === json.id,
      );
      if (same >= 0) this.#parts[same] = { kind: 'block', block: json };
      else this.#parts.push({ kind: 'block', block: json });
      return true;
    }
    if (type === 'source-url' || type === 'source-document') {
      this.#citations.push(
        defined({ title: filled(json.title) ?? filled(json.filename), url: filled(json.url) }),
      );
      return true;
    }
    if (!['file', 'reasoning-file', 'custom', 'steering-message'].includes(type)) return false;
    this.#parts.push({ kind: 'block', block: json });
    return true;
  }

  #handle({ n, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = string(json.type);
    const text = /^(text|reasoning)-(start|delta|end)$/.exec(type);
    if (text) this.#addText(text[1] as 'reasoning' | 'text', text[2]!, json, n);
    else if (this.#addTool(type, json, n) || this.#addBlock(type, json)) return;
    else if (type === 'start') {
      this.#messageId = filled(json.messageId) ?? this.#messageId;
      this.#metadata = merged(this.#metadata, json.messageMetadata);
    } else if (type === 'start-step') this.#stepStart = this.#parts.length;
    else if (type === 'reset-step') {
      const gone = this.#parts
        .slice(this.#stepStart)
        .map((part) => ('channel' in part ? part.channel.text : ''));
      this.#progress.note({ code: 'withdrawn', event: n, text: gone.join('') });
      this.#parts = this.#parts.slice(0, this.#stepStart);
    } else if (type === 'message-metadata') this.#metadata = merged(this.#metadata, json.messageMetadata);
    else if (type === 'finish') {
      this.#finished = true;
      this.#finish = filled(json.finishReason) ?? null;
      this.#metadata = merged(this.#metadata, json.messageMetadata);
    } else if (type === 'error') this.#progress.error = { message: string(json.errorText) };
    else if (type === 'abort') this.#aborted = true;
    else if (type !== 'finish-step') this.#progress.unknown(type);
  }

  #build(): AnswerBuilder {
    const answer = new AnswerBuilder(0);
    answer.finish = this.#finish;
    answer.citations = [...this.#citations];
    for (const part of this.#parts) {
      if (part.kind === 'tool') answer.calls.push(part.call);
      else if (part.kind === 'block') answer.blocks.push(part.block);
      else answer.take(part.kind, part.channel);
    }
    return answer;
  }
}

/** A deep merge: what comes later holds. */
function merged(into: JsonObject, from: unknown): JsonObject {
  const out = { ...into };
  for (const [name, value] of Object.entries(object(from))) {
    if (name === '__proto__') continue;
    out[name] = isObject(value) && isObject(out[name]) ? merged(out[name], value) : value;
  }
  return out;
}
