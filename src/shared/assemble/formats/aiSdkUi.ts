import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { filled, isObject, type JsonObject, object, string } from '../build/json.ts';
import type { JsonEvent } from '../build/streamFacts.ts';
import { TextChannel } from '../build/textChannel.ts';
import { ToolCallBuilder } from '../build/toolCall.ts';
import { defined } from '../build/usage.ts';

/** A part of the message, in the order of its beginning. */
type Part =
  | { kind: 'reasoning' | 'text'; id: string; channel: TextChannel; open: boolean }
  | { kind: 'tool'; call: ToolCallBuilder }
  | { kind: 'block'; block: JsonObject };

/** The message stream of Vercel's AI SDK UI, v5 to v7. */
export function createAiSdkUi(): Assembler {
  const progress = new Progress();
  let parts: Part[] = [];
  /** Parts that were there when the step began: a reset takes back what came after them. */
  let stepStart = 0;
  let messageId: string | undefined;
  let metadata: JsonObject = {};
  let finish: string | null = null;
  let finished = false;
  let aborted = false;
  let hasSentinel = false;
  const citations: { title?: string; url?: string }[] = [];

  function callOf(json: JsonObject, n: number): ToolCallBuilder {
    const id = string(json.toolCallId);
    const known = parts.find((part) => part.kind === 'tool' && part.call.id === id);
    const call = known?.kind === 'tool' ? known.call : new ToolCallBuilder();
    if (!known) {
      call.id = id;
      parts.push({ kind: 'tool', call });
    }
    call.name = filled(json.toolName) ?? call.name;
    call.seen(n);
    return call;
  }

  function addText(kind: 'reasoning' | 'text', action: string, json: JsonObject, n: number): void {
    const id = string(json.id);
    if (action === 'start') {
      parts.push({ kind, id, channel: new TextChannel(), open: true });
      return;
    }
    let part = parts.findLast((one) => one.kind === kind && one.id === id);
    if (action === 'end') {
      if (part && 'open' in part) part.open = false;
      return;
    }
    if (part && 'open' in part && !part.open)
      progress.note({ code: 'lateEvent', event: n, type: `${kind}-delta` });
    if (!part) {
      // A resumed stream begins with a delta.
      if (n === 1) progress.note({ code: 'joinedInTheMiddle', event: n });
      else progress.note({ code: 'lateEvent', event: n, type: `${kind}-delta` });
      part = { kind, id, channel: new TextChannel(), open: true };
      parts.push(part);
    }
    if (!('channel' in part)) return;
    if (kind === 'text') progress.appendText(part.channel, json.delta, n);
    else progress.appendOutput(part.channel, json.delta, n);
  }

  function addTool(type: string, json: JsonObject, n: number): boolean {
    switch (type) {
      case 'tool-input-start':
        callOf(json, n).plain = json.inputEncoding === 'text';
        progress.output(n);
        return true;
      case 'tool-input-delta':
        callOf(json, n).args.append(string(json.inputTextDelta), n);
        progress.output(n);
        return true;
      case 'tool-input-available': {
        const call = callOf(json, n);
        call.setInput(json.input);
        call.closed = true;
        progress.output(n);
        return true;
      }
      case 'tool-input-error':
      case 'tool-output-error':
        callOf(json, n).fail(string(json.errorText));
        return true;
      case 'tool-output-available':
        callOf(json, n).setOutput(json.output);
        return true;
      case 'tool-output-denied':
        callOf(json, n).fail('denied');
        return true;
      case 'tool-approval-request':
      case 'tool-approval-response':
        return true;
      default:
        return false;
    }
  }

  function addBlock(type: string, json: JsonObject): boolean {
    if (type.startsWith('data-')) {
      if (json.transient === true) return true;
      const same = parts.findIndex(
        (part) =>
          part.kind === 'block' &&
          part.block.type === type &&
          json.id !== undefined &&
          part.block.id === json.id,
      );
      if (same >= 0) parts[same] = { kind: 'block', block: json };
      else parts.push({ kind: 'block', block: json });
      return true;
    }
    if (type === 'source-url' || type === 'source-document') {
      citations.push(defined({ title: filled(json.title) ?? filled(json.filename), url: filled(json.url) }));
      return true;
    }
    if (!['file', 'reasoning-file', 'custom', 'steering-message'].includes(type)) return false;
    parts.push({ kind: 'block', block: json });
    return true;
  }

  function handle({ n, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = string(json.type);
    const text = /^(text|reasoning)-(start|delta|end)$/.exec(type);
    if (text) addText(text[1] as 'reasoning' | 'text', text[2]!, json, n);
    else if (addTool(type, json, n) || addBlock(type, json)) return;
    else if (type === 'start') {
      messageId = filled(json.messageId) ?? messageId;
      metadata = merged(metadata, json.messageMetadata);
    } else if (type === 'start-step') stepStart = parts.length;
    else if (type === 'reset-step') {
      const gone = parts.slice(stepStart).map((part) => ('channel' in part ? part.channel.text : ''));
      progress.note({ code: 'withdrawn', event: n, text: gone.join('') });
      parts = parts.slice(0, stepStart);
    } else if (type === 'message-metadata') metadata = merged(metadata, json.messageMetadata);
    else if (type === 'finish') {
      finished = true;
      finish = filled(json.finishReason) ?? null;
      metadata = merged(metadata, json.messageMetadata);
    } else if (type === 'error') progress.error = { message: string(json.errorText) };
    else if (type === 'abort') aborted = true;
    else if (type !== 'finish-step') progress.unknown(type);
  }

  function build(): AnswerBuilder {
    const answer = new AnswerBuilder(0);
    answer.finish = finish;
    answer.citations = [...citations];
    for (const part of parts) {
      if (part.kind === 'tool') answer.calls.push(part.call);
      else if (part.kind === 'block') answer.blocks.push(part.block);
      else answer.take(part.kind, part.channel);
    }
    return answer;
  }

  return {
    add(event) {
      progress.events = event.n;
      if (event.data.trim() === '[DONE]') hasSentinel = true;
      else handle(event);
    },
    result(ending) {
      let status: Status;
      if (progress.error) status = 'error';
      else if (aborted) status = 'aborted';
      else if (finished) status = finish === 'length' || finish === 'content-filter' ? 'limited' : 'complete';
      // "`[DONE]` without `finish`: truncated by the app."
      else status = hasSentinel && ending.open ? 'truncated' : withoutTerminal(ending);
      return assembled('ai-sdk-ui', progress, [build()], status, {
        usage: null,
        ...(messageId ? { messageId } : {}),
        ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
      });
    },
  };
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
