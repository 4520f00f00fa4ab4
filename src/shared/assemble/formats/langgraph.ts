import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent } from '../build/streamFacts.ts';
import { defined, mergeUsage, tokenUsage, usageOf } from '../build/usage.ts';
import { LanggraphBlocks } from './langgraphBlocks.ts';

/** LangGraph's run streams: events by mode (v1), and one envelope for all (v2). */
export function createLanggraph(): Assembler {
  const progress = new Progress();
  /** By the ID of the message, in the order of their beginning. */
  const answers = new Map<string, AnswerBuilder>();
  const blocks = new LanggraphBlocks(progress, answerOf);
  const usage: JsonObject = {};
  let state: unknown;
  let status: Status | undefined;
  let sequence: number | undefined;

  function answerOf(id: string): AnswerBuilder {
    const answer = answers.get(id) ?? new AnswerBuilder(answers.size);
    answers.set(id, answer);
    return answer;
  }

  /** A new message of this ID takes the place of what was built. */
  function anew(id: string): AnswerBuilder {
    const before = answers.get(id);
    const answer = new AnswerBuilder(before?.index ?? answers.size);
    answers.set(id, answer);
    return answer;
  }

  function addChunk(message: JsonObject, n: number): void {
    const answer = answerOf(string(message.id));
    addContent(answer, message.content, n);
    for (const part of array(message.tool_call_chunks).map(object)) {
      const index = number(part.index);
      const call = (index === undefined ? answer.calls.at(-1) : answer.calls[index]) ?? answer.call();
      call.id = filled(part.id) ?? call.id;
      call.name = filled(part.name) ?? call.name;
      call.args.append(string(part.args), n);
      call.seen(n);
      progress.output(n);
    }
    mergeUsage(usage, message.usage_metadata);
  }

  function addContent(answer: AnswerBuilder, content: unknown, n: number): void {
    if (typeof content === 'string') {
      progress.appendText(answer.text, content, n);
      return;
    }
    for (const block of array(content).map(object)) {
      if (filled(block.text)) addContent(answer, block.text, n);
      else progress.appendOutput(answer.reasoning, filled(block.reasoning) ?? block.thinking, n);
    }
  }

  function setMessage(message: JsonObject, n: number): void {
    if (message.type === 'tool') {
      for (const answer of answers.values())
        answer.callById(string(message.tool_call_id))?.setOutput(message.content);
      return;
    }
    if (message.type !== 'ai' && message.type !== 'AIMessage' && message.type !== 'AIMessageChunk') return;
    const answer = anew(string(message.id));
    addContent(answer, message.content, n);
    for (const part of array(message.tool_calls).map(object)) {
      const call = answer.call(filled(part.id) ?? null, filled(part.name) ?? null);
      call.setInput(part.args ?? {});
      call.seen(n);
      progress.output(n);
    }
    mergeUsage(usage, message.usage_metadata);
  }

  function handleMode(mode: string, { n, json }: JsonEvent): void {
    switch (mode) {
      case 'messages': {
        const message = object(array(json)[0]);
        if (message.type === 'AIMessageChunk') addChunk(message, n);
        else setMessage(message, n);
        return;
      }
      case 'messages/partial':
      case 'messages/complete':
        for (const message of array(json).map(object)) setMessage(message, n);
        return;
      case 'values':
        state = json;
        return;
      case 'error':
        progress.error = defined({ code: filled(object(json).error), message: filled(object(json).message) });
        return;
      case 'end':
        status = 'complete';
        for (const answer of answers.values()) answer.close(false);
        return;
      default:
        if (!KNOWN.has(mode)) progress.unknown(mode);
    }
  }

  function handleEnvelope(json: JsonObject, n: number): void {
    const seq = number(json.seq);
    if (seq !== undefined) {
      if (sequence !== undefined && seq > sequence + 1)
        progress.note({ code: 'sequenceMissing', from: sequence + 1, to: seq - 1 });
      sequence = seq;
    }
    const { data, namespace, node } = object(json.params);
    const event = filled(object(data).event) ?? filled(object(data).type) ?? '';
    if (json.method === 'lifecycle' && array(namespace).length === 0) {
      if (event === 'completed') status = 'complete';
      else if (event === 'interrupted') status = 'waiting';
      else if (event === 'failed') progress.error = defined({ message: filled(object(data).error) });
    } else if (json.method === 'messages') {
      blocks.add(`${array(namespace).join('|')}/${string(node)}`, event, object(data), n);
      mergeUsage(usage, object(data).usage);
    } else if (json.method === 'tools') {
      const id = string(object(data).tool_call_id);
      for (const answer of answers.values()) {
        const call = answer.callById(id);
        if (event === 'tool-finished') call?.setOutput(object(data).output);
        if (event === 'tool-error') call?.fail(string(object(data).message));
      }
    } else if (json.method === 'values') state = data;
  }

  return {
    add(event) {
      progress.events = event.n;
      if (isObject(event.json) && event.json.type === 'event' && isObject(event.json.params))
        handleEnvelope(event.json, event.n);
      // The name of a subgraph stands after a bar.
      else handleMode(event.type.split('|')[0]!, event);
    },
    result(ending) {
      return assembled(
        'langgraph',
        progress,
        [...answers.values()],
        progress.error ? 'error' : (status ?? withoutTerminal(ending)),
        { usage: usageOf(usage, tokenUsage), ...(state === undefined ? {} : { data: { state } }) },
      );
    },
  };
}

/** Modes that bring nothing to the messages. */
const KNOWN = new Set([
  'checkpoints',
  'custom',
  'debug',
  'events',
  'feedback',
  'lifecycle',
  'messages/metadata',
  'metadata',
  'tasks',
  'tools',
  'updates',
]);
