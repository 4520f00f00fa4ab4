import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal, worstOf } from '../build/assembler.ts';
import { array, filled, isObject, type JsonObject, object, string } from '../build/json.ts';
import type { JsonEvent, StreamContext, StreamEnding } from '../build/streamContext.ts';

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
export class GraphqlSseAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #operations = new Map<string | null, Operation>();
  #single = false;
  readonly #isSubscription: boolean;

  constructor({ requestBody = '' }: StreamContext) {
    this.#isSubscription = /"query"\s*:\s*"\s*subscription\b/.test(requestBody);
  }

  add({ n, type, json, data }: JsonEvent): void {
    this.#progress.events = n;
    if (type === 'next' && isObject(json)) {
      const isSingle = typeof json.id === 'string' && isObject(json.payload);
      this.#single ||= isSingle;
      this.#progress.output(n);
      this.#addResult(
        this.#operationOf(isSingle ? string(json.id) : null),
        isSingle ? object(json.payload) : json,
      );
    } else if (type === 'complete') {
      const id = isObject(json) ? filled(json.id) : undefined;
      this.#single ||= id !== undefined;
      this.#operationOf(id ?? null).completed = true;
    } else if (data !== '') this.#progress.unknown(type);
  }

  result(ending: StreamEnding): Assembled {
    const statusOf = ({ failed, completed }: Operation): Status => {
      if (failed !== undefined) return 'error';
      if (completed) return 'complete';
      return this.#isSubscription ? 'open' : withoutTerminal(ending);
    };
    const all = [...this.#operations.values()];
    const failed = all.find((one) => one.failed !== undefined)?.failed;
    if (failed) this.#progress.error = { message: failed };
    return assembled(
      'graphql-sse',
      this.#progress,
      [],
      all.length === 0 ? withoutTerminal(ending) : worstOf(all.map(statusOf)),
      {
        usage: null,
        mode: this.#single ? 'single' : 'distinct',
        operations: all.map((one) => ({ id: one.id, results: one.results, status: statusOf(one) })),
        ...(all.length === 1 && !this.#isSubscription ? { data: all[0]!.data } : {}),
      },
    );
  }

  #operationOf(id: string | null): Operation {
    const operation = this.#operations.get(id) ?? {
      id,
      results: 0,
      failed: undefined,
      completed: false,
      data: undefined,
    };
    this.#operations.set(id, operation);
    return operation;
  }

  #addResult(operation: Operation, result: JsonObject): void {
    operation.results++;
    if ('data' in result) operation.data = structuredClone(result.data);
    for (const part of array(result.incremental).map(object)) mergeAt(operation, part);
    const message = filled(object(array(result.errors)[0]).message);
    if (array(result.errors).length > 0) operation.failed = message ?? '';
    if (result.hasNext === false) operation.completed = true;
  }
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
