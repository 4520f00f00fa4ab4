import type { AnswerBuilder } from '../build/answerBuilder.ts';
import { filled, isObject, type JsonObject, number, object } from '../build/json.ts';
import type { ToolCallBuilder } from '../build/toolCall.ts';

/** @returns whether it brought output: a name or arguments */
export function addToolCall(answer: AnswerBuilder, part: JsonObject, n: number): boolean {
  const { name, args } = namesOf(part);
  const id = filled(part.id);
  // "An element with neither name nor arguments nor id never opens a call."
  const isEmpty = !name && args === undefined && !id;
  const call = findCall(answer, part, id, args) ?? (isEmpty ? undefined : openCall(answer, part));
  if (!call) return false;
  if (id) call.id ??= id;
  if (isObject(part.custom)) call.plain = true;
  call.seen(n);
  return addFunction(
    call,
    isObject(part.custom) ? { name: part.custom.name, arguments: part.custom.input } : object(part.function),
    n,
  );
}

/** The position that a call has in `tool_calls`, where it says so. */
const POSITIONS = new WeakMap<ToolCallBuilder, number>();

function openCall(answer: AnswerBuilder, part: JsonObject): ToolCallBuilder {
  const call = answer.call();
  const index = number(part.index);
  if (index !== undefined) POSITIONS.set(call, index);
  return call;
}

/** "Key: `index` if it is a number; else a non-empty `id` that is new: a new call; else the call with that id; else the last call." */
function findCall(
  answer: AnswerBuilder,
  part: JsonObject,
  id: string | undefined,
  args: unknown,
): ToolCallBuilder | undefined {
  const index = number(part.index);
  if (index === undefined) return id ? answer.callById(id) : answer.calls.at(-1);
  const own = answer.calls.findLast((call) => POSITIONS.get(call) === index);
  // Bridges put all calls on one index: another id, while the arguments are complete already, is a new call.
  const isOther = own && id && own.id && own.id !== id && args !== undefined && own.hasWholeArguments;
  if (!isOther) return own;
  return answer.callById(id) ?? undefined;
}

function namesOf(part: JsonObject): { name: string | undefined; args: unknown } {
  const custom = isObject(part.custom) ? part.custom : undefined;
  const own = object(part.function);
  return { name: filled(custom?.name ?? own.name), args: custom ? custom.input : own.arguments };
}

export function addFunction(call: ToolCallBuilder, part: JsonObject, n: number): boolean {
  const name = filled(part.name);
  call.seen(n);
  // Names arrive whole; a second one that differs, before any argument, goes on with it.
  if (name && name !== call.name)
    call.name = call.name && call.args.isEmpty ? call.name + name : (call.name ?? name);
  if (isObject(part.arguments)) call.setInput(part.arguments);
  else if (typeof part.arguments === 'string') call.args.append(part.arguments, n);
  return name !== undefined || isObject(part.arguments) || filled(part.arguments) !== undefined;
}
