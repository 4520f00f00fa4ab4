import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent } from '../build/streamFacts.ts';
import { defined, mergeUsage, tokenUsage, usageOf } from '../build/usage.ts';
import { ResponseItems } from './responseItems.ts';

/** OpenAI's Responses. */
export function createOpenaiResponses(): Assembler {
  const progress = new Progress();
  const items = new ResponseItems(progress);
  const usage: JsonObject = {};
  let model: string | undefined;
  let terminal: Status | undefined;
  let finish: string | null = null;
  let sequence: number | undefined;

  function checkSequence(json: JsonObject): void {
    const own = number(json.sequence_number);
    if (own === undefined) return;
    if (sequence === undefined) {
      if (own > 0) progress.note({ code: 'sequenceMissing', from: 0, to: own - 1 });
    } else if (own <= sequence) progress.note({ code: 'sequenceRepeated', at: own });
    else if (own > sequence + 1) progress.note({ code: 'sequenceMissing', from: sequence + 1, to: own - 1 });
    sequence = Math.max(own, sequence ?? own);
  }

  function takeResponse(response: JsonObject): void {
    model = filled(response.model) ?? model;
    mergeUsage(usage, response.usage);
  }

  function end(json: JsonObject, n: number): void {
    const response = object(json.response);
    takeResponse(response);
    const output = array(response.output).map(object);
    // ChatGPT's back end sends `output: []`: then what the deltas built holds.
    output.forEach((item, i) => {
      items.replace(i, item, n);
    });
    const status = filled(response.status) ?? string(json.type).slice('response.'.length);
    finish = filled(object(response.incomplete_details).reason) ?? status;
    if (status === 'failed') fail(object(response.error));
    terminal = { completed: 'complete', incomplete: 'limited', failed: 'error', cancelled: 'aborted' }[
      status
    ] as Status | undefined;
    terminal ??= 'complete';
  }

  function fail(error: JsonObject): void {
    progress.error = defined({
      message: filled(error.message),
      code:
        number(error.code) ?? filled(error.code) ?? (error.type === 'error' ? undefined : filled(error.type)),
    });
  }

  function handle({ n, type: name, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = filled(json.type) ?? name;
    checkSequence(json);
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        takeResponse(object(json.response));
        return;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
        end(json, n);
        return;
      case 'error':
        fail(isObject(json.error) ? json.error : json);
        return;
      case 'keepalive':
        return;
      default:
        if (!items.add(type, json, n)) progress.unknown(type);
    }
  }

  return {
    add(event) {
      progress.events = event.n;
      handle(event);
    },
    result(ending) {
      const answer = new AnswerBuilder(0);
      answer.finish = finish;
      const isCut = terminal === 'limited';
      items.fill(answer, terminal !== undefined, isCut);
      const status = progress.error ? 'error' : (terminal ?? withoutTerminal(ending));
      return assembled('openai-responses', progress, [answer], status, {
        ...(model ? { model } : {}),
        usage: usageOf(usage, tokenUsage),
      });
    },
  };
}
