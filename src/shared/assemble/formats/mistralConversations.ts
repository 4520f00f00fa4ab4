import { AnswerBuilder } from '../build/answerBuilder.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent } from '../build/streamFacts.ts';
import { chatUsage, defined, mergeUsage, usageOf } from '../build/usage.ts';

/** Mistral's conversations and agents. */
export function createMistralConversations(): Assembler {
  const progress = new Progress();
  const answer = new AnswerBuilder(0);
  const usage: JsonObject = {};
  let model: string | undefined;
  let done = false;

  function addContent(content: unknown, n: number): void {
    if (typeof content === 'string') {
      progress.appendText(answer.text, content, n);
      return;
    }
    const chunk = object(content);
    if (chunk.type === 'thinking') {
      for (const { text } of array(chunk.thinking).map(object)) {
        progress.appendOutput(answer.reasoning, text, n);
      }
    } else if (typeof chunk.text === 'string') addContent(chunk.text, n);
    else if (chunk.type === 'tool_reference') {
      answer.citations.push(defined({ title: filled(chunk.title), url: filled(chunk.url) }));
    } else if (isObject(content)) answer.blocks.push(content);
  }

  function addCall(id: string, json: JsonObject, n: number): void {
    const call = answer.callById(id) ?? answer.call(id);
    call.name ??= filled(json.name) ?? null;
    if (isObject(json.arguments)) call.setInput(json.arguments);
    else call.args.append(string(json.arguments), n);
    call.seen(n);
    progress.output(n);
  }

  function handle({ n, type: name, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = filled(json.type) ?? name;
    model = filled(json.model) ?? model;
    switch (type) {
      case 'message.output.delta':
        addContent(json.content, n);
        return;
      case 'function.call.delta':
        addCall(string(json.tool_call_id), json, n);
        return;
      case 'tool.execution.started':
      case 'tool.execution.delta':
        addCall(string(json.id), json, n);
        return;
      case 'tool.execution.done': {
        const call = answer.callById(string(json.id));
        if (call) call.closed = true;
        if (call && json.info !== undefined) call.setOutput(json.info);
        return;
      }
      case 'conversation.response.done':
        done = true;
        answer.finish = 'done';
        answer.close(false);
        mergeUsage(usage, json.usage);
        return;
      case 'conversation.response.error':
        progress.error = defined({
          message: filled(json.message),
          code: number(json.code) ?? filled(json.code),
        });
        return;
      default:
        if (type !== 'conversation.response.started' && !type.startsWith('agent.handoff.'))
          progress.unknown(type);
    }
  }

  return {
    add(event) {
      progress.events = event.n;
      handle(event);
    },
    result: (ending) =>
      assembled(
        'mistral-conversations',
        progress,
        [answer],
        progress.error ? 'error' : done ? 'complete' : withoutTerminal(ending),
        { ...(model ? { model } : {}), usage: usageOf(usage, chatUsage) },
      ),
  };
}
