import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent } from '../build/streamFacts.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';
import { defined, mergeUsage, tokenUsage, usageOf } from '../build/usage.ts';

const STATUSES: Record<string, Status> = {
  completed: 'complete',
  requires_action: 'waiting',
  incomplete: 'limited',
  budget_exceeded: 'limited',
  failed: 'error',
  cancelled: 'aborted',
};

/** Gemini's Interactions. */
export function createGeminiInteractions(): Assembler {
  const progress = new Progress();
  const answer = new AnswerBuilder(0);
  const calls = new Map<number, ToolCallBuilder>();
  const usage: JsonObject = {};
  let model: string | undefined;

  function startStep(index: number, step: JsonObject, n: number): void {
    if (!/function_call|tool_call/.test(string(step.type))) return;
    const call = answer.call(filled(step.id) ?? null, filled(step.name) ?? null);
    calls.set(index, call);
    call.seen(n);
    if (isObject(step.arguments) && Object.keys(step.arguments).length > 0) call.setInput(step.arguments);
    progress.output(n);
  }

  function addDelta(index: number, delta: JsonObject, n: number): void {
    switch (delta.type) {
      case 'text':
        progress.appendText(answer.text, delta.text, n);
        return;
      case 'arguments_delta': {
        const call = calls.get(index) ?? answer.call();
        calls.set(index, call);
        call.args.append(string(delta.arguments), n);
        call.seen(n);
        progress.output(n);
        return;
      }
      case 'thought_summary': {
        const text =
          filled(object(delta.content).text) ?? filled(delta.text) ?? filled(delta.thought_summary);
        progress.appendOutput(answer.reasoning, text, n);
        return;
      }
      case 'text_annotation_delta':
        answer.citations.push(
          defined({ title: filled(delta.title), url: filled(delta.url) ?? filled(delta.source) }),
        );
        return;
      case 'thought_signature':
        return;
      default:
        answer.blocks.push(delta);
    }
  }

  function handle({ n, type: name, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = filled(json.event_type) ?? name;
    const interaction = object(json.interaction);
    model = filled(interaction.model) ?? model;
    const index = number(json.index) ?? 0;
    switch (type) {
      case 'step.start':
        startStep(index, object(json.step), n);
        return;
      case 'step.delta':
        addDelta(index, object(json.delta), n);
        return;
      case 'step.stop': {
        mergeUsage(usage, json.usage);
        const call = calls.get(index);
        if (call) call.closed = true;
        return;
      }
      case 'interaction.completed':
        answer.finish = filled(interaction.status) ?? 'completed';
        mergeUsage(usage, interaction.usage);
        answer.close(STATUSES[answer.finish] === 'limited');
        if (isObject(interaction.error)) progress.error = { message: string(interaction.error.message) };
        return;
      case 'error':
        progress.error = defined({
          message: filled(object(json.error).message),
          code: number(object(json.error).code) ?? filled(object(json.error).code),
        });
        return;
      default:
        if (!/^interaction\.(created|start|status_update)/.test(type)) progress.unknown(type);
    }
  }

  return {
    add(event) {
      progress.events = event.n;
      handle(event);
    },
    result(ending) {
      const { finish } = answer;
      const ended = finish === null ? withoutTerminal(ending) : (STATUSES[finish] ?? 'complete');
      return assembled('gemini-interactions', progress, [answer], progress.error ? 'error' : ended, {
        ...(model ? { model } : {}),
        usage: usageOf(usage, (raw) => ({
          ...tokenUsage(raw),
          ...defined({
            input: number(raw.total_input_tokens) ?? number(raw.input_tokens),
            output: number(raw.total_output_tokens) ?? number(raw.output_tokens),
            total: number(raw.total_tokens),
          }),
        })),
      });
    },
  };
}
