import { AnswerBuilder } from '../build/answerBuilder.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import { defined, mergeUsage, tokenUsage, usageOf } from '../build/usage.ts';
import { ResponseItems } from './responseItems.ts';

/** OpenAI's Responses. */
export class OpenaiResponsesAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #items = new ResponseItems(this.#progress);
  readonly #usage: JsonObject = {};
  #model: string | undefined;
  #terminal: Status | undefined;
  #finish: string | null = null;
  #sequence: number | undefined;

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    const answer = new AnswerBuilder(0);
    answer.finish = this.#finish;
    const isCut = this.#terminal === 'limited';
    this.#items.fill(answer, this.#terminal !== undefined, isCut);
    const status = this.#progress.error ? 'error' : (this.#terminal ?? withoutTerminal(ending));
    return assembled('openai-responses', this.#progress, [answer], status, {
      ...(this.#model ? { model: this.#model } : {}),
      usage: usageOf(this.#usage, tokenUsage),
    });
  }

  #checkSequence(json: JsonObject): void {
    const own = number(json.sequence_number);
    if (own === undefined) return;
    if (this.#sequence === undefined) {
      if (own > 0) this.#progress.note({ code: 'sequenceMissing', from: 0, to: own - 1 });
    } else if (own <= this.#sequence) this.#progress.note({ code: 'sequenceRepeated', at: own });
    else if (own > this.#sequence + 1)
      this.#progress.note({ code: 'sequenceMissing', from: this.#sequence + 1, to: own - 1 });
    this.#sequence = Math.max(own, this.#sequence ?? own);
  }

  #takeResponse(response: JsonObject): void {
    this.#model = filled(response.model) ?? this.#model;
    mergeUsage(this.#usage, response.usage);
  }

  #end(json: JsonObject, n: number): void {
    const response = object(json.response);
    this.#takeResponse(response);
    const output = array(response.output).map(object);
    // ChatGPT's back end sends `output: []`: then what the deltas built holds.
    output.forEach((item, i) => {
      this.#items.replace(i, item, n);
    });
    const status = filled(response.status) ?? string(json.type).slice('response.'.length);
    this.#finish = filled(object(response.incomplete_details).reason) ?? status;
    if (status === 'failed') this.#fail(object(response.error));
    this.#terminal = { completed: 'complete', incomplete: 'limited', failed: 'error', cancelled: 'aborted' }[
      status
    ] as Status | undefined;
    this.#terminal ??= 'complete';
  }

  #fail(error: JsonObject): void {
    this.#progress.error = defined({
      message: filled(error.message),
      code:
        number(error.code) ?? filled(error.code) ?? (error.type === 'error' ? undefined : filled(error.type)),
    });
  }

  #handle({ n, type: name, json }: JsonEvent): void {
    if (!isObject(json)) return;
    const type = filled(json.type) ?? name;
    this.#checkSequence(json);
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        this.#takeResponse(object(json.response));
        return;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
        this.#end(json, n);
        return;
      case 'error':
        this.#fail(isObject(json.error) ? json.error : json);
        return;
      case 'keepalive':
        return;
      default:
        if (!this.#items.add(type, json, n)) this.#progress.unknown(type);
    }
  }
}
