import type { Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal, worstOf } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, object, string } from '../build/json.ts';
import type { StreamFacts } from '../build/streamFacts.ts';

/** A GraphQL operation whose results come over the stream. */
interface Operation {
  /** Null in the mode of distinct connections: the stream has one. */
  id: string | null;
  results: number;
  failed: string | undefined;
  completed: boolean;
  data: unknown;
}

/** GraphQL over SSE, in the modes of distinct connections and of a single one. */
export function createGraphqlSse({ requestBody }: StreamFacts): Assembler {
  const progress = new Progress();
  const operations = new Map<string | null, Operation>();
  let single = false;
  const isSubscription = /"query"\s*:\s*"\s*subscription\b/.test(requestBody ?? '');

  function operationOf(id: string | null): Operation {
    const operation = operations.get(id) ?? {
      id,
      results: 0,
      failed: undefined,
      completed: false,
      data: undefined,
    };
    operations.set(id, operation);
    return operation;
  }

  function addResult(operation: Operation, result: JsonObject): void {
    operation.results++;
    if ('data' in result) operation.data = structuredClone(result.data);
    for (const part of array(result.incremental).map(object)) mergeAt(operation, part);
    const message = filled(object(array(result.errors)[0]).message);
    if (array(result.errors).length > 0) operation.failed = message ?? '';
    if (result.hasNext === false) operation.completed = true;
  }

  return {
    add({ n, type, json, data }) {
      progress.events = n;
      if (type === 'next' && isObject(json)) {
        const isSingle = typeof json.id === 'string' && isObject(json.payload);
        single ||= isSingle;
        progress.output(n);
        addResult(operationOf(isSingle ? string(json.id) : null), isSingle ? object(json.payload) : json);
      } else if (type === 'complete') {
        const id = isObject(json) ? filled(json.id) : undefined;
        single ||= id !== undefined;
        operationOf(id ?? null).completed = true;
      } else if (data !== '') progress.unknown(type);
    },
    result(ending) {
      const statusOf = ({ failed, completed }: Operation): Status => {
        if (failed !== undefined) return 'error';
        if (completed) return 'complete';
        return isSubscription ? 'open' : withoutTerminal(ending);
      };
      const all = [...operations.values()];
      const failed = all.find((one) => one.failed !== undefined)?.failed;
      if (failed) progress.error = { message: failed };
      return assembled(
        'graphql-sse',
        progress,
        [],
        all.length === 0 ? withoutTerminal(ending) : worstOf(all.map(statusOf)),
        {
          usage: null,
          mode: single ? 'single' : 'distinct',
          operations: all.map((one) => ({ id: one.id, results: one.results, status: statusOf(one) })),
          ...(all.length === 1 && !isSubscription ? { data: all[0]!.data } : {}),
        },
      );
    },
  };
}

/** Merges a later part of a result into its data, at its path. */
function mergeAt(operation: Operation, part: JsonObject): void {
  let at: unknown = operation.data;
  const path = array(part.path);
  const isList = Array.isArray(part.items);
  for (const step of isList ? path.slice(0, -1) : path) {
    if (step === '__proto__') return;
    at = Array.isArray(at) ? at[Number(step)] : object(at)[String(step)];
  }
  if (isList && Array.isArray(at)) {
    for (const item of array(part.items)) at.push(item);
  } else if (isObject(at)) Object.assign(at, object(part.data));
}
