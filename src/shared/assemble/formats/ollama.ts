import { AnswerBuilder } from '../build/answerBuilder.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';
import { defined, usageOf } from '../build/usage.ts';

/** Ollama's `/api/chat` and `/api/generate`: an object per line. */
export function createOllama(): Assembler {
  const progress = new Progress();
  const answer = new AnswerBuilder(0);
  const usage: JsonObject = {};
  let model: string | undefined;
  let done = false;

  function addMessage(message: JsonObject, n: number): void {
    progress.appendOutput(answer.reasoning, message.thinking, n);
    progress.appendText(answer.text, message.content, n);
    for (const { id, function: own } of array(message.tool_calls).map(object)) {
      const call = answer.call(filled(id) ?? null, filled(object(own).name) ?? null);
      call.setInput(object(own).arguments ?? {});
      call.seen(n);
      progress.output(n);
    }
  }

  return {
    add({ n, json }) {
      progress.events = n;
      if (!isObject(json)) return;
      model ??= filled(json.model);
      if (filled(json.error)) progress.error = { message: string(json.error) };
      addMessage(
        isObject(json.message) ? json.message : { content: json.response, thinking: json.thinking },
        n,
      );
      if (json.done !== true) return;
      done = true;
      answer.finish = filled(json.done_reason) ?? 'stop';
      answer.close(answer.finish === 'length');
      for (const name of [
        'prompt_eval_count',
        'eval_count',
        'total_duration',
        'load_duration',
        'eval_duration',
      ]) {
        if (json[name] !== undefined) usage[name] = json[name];
      }
    },
    result(ending) {
      const ended = answer.finish === 'length' ? 'limited' : 'complete';
      return assembled(
        'ollama',
        progress,
        [answer],
        progress.error ? 'error' : done ? ended : withoutTerminal(ending),
        {
          ...(model ? { model } : {}),
          usage: usageOf(usage, (raw) =>
            defined({ input: number(raw.prompt_eval_count), output: number(raw.eval_count) }),
          ),
        },
      );
    },
  };
}
