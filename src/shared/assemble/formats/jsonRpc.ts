import { headerOf } from '../../session/headerOf.ts';
import type { Assembled, Status } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import {
  array,
  filled,
  isObject,
  type JsonObject,
  number,
  object,
  parseJson,
  string,
} from '../build/json.ts';
import type { JsonEvent, StreamContext, StreamEnding } from '../build/streamContext.ts';

/** `1` and `"1"` are different IDs. */
export type RpcId = number | string | null;

/** `toolError`: the result itself says that the tool failed. `elsewhere`: the answer goes another way. `none`: there was none. */
export type RpcOutcome = 'elsewhere' | 'error' | 'input_required' | 'none' | 'result' | 'toolError';

/** A request of one side, and what came of it. */
export interface RpcCall {
  from: 'client' | 'server';
  id: RpcId;
  /** Null where the request was not recorded. */
  method: string | null;
  /** `params.name` or `params.uri`. */
  name?: string;
  outcome: RpcOutcome;
  /** The event that brought the answer, or the server's request. */
  event?: number;
  error?: { code?: number; message?: string };
  progress?: { event: number; progress: number; total?: number; message?: string }[];
  /** What the server asks for before it goes on. */
  asks?: string[];
}

/** JSON-RPC 2.0 over a stream: MCP among it, which has more to tell. */
export class JsonRpcAssembler implements Assembler {
  readonly #progress = new Progress();
  readonly #calls: RpcCall[] = [];
  readonly #notifications: Record<string, number> = Object.create(null);
  /** The token of progress of each request. */
  readonly #tokens = new Map<string, RpcCall>();
  #endpoint: string | undefined;
  #revision: string | undefined;
  #lastEventId = '';
  readonly #format: 'jsonrpc' | 'mcp' | 'mcp-sse';
  readonly #facts: StreamContext;
  readonly #requests: JsonObject[];
  readonly #known: ReturnType<typeof methodFromHeaders>;

  constructor(format: 'jsonrpc' | 'mcp' | 'mcp-sse', facts: StreamContext) {
    this.#format = format;
    this.#facts = facts;
    this.#revision = headerOf(facts.requestHeaders, 'mcp-protocol-version');
    this.#requests = requestsOf(facts);
    this.#known = methodFromHeaders(facts);
    for (const request of this.#requests) {
      const call = clientCall(request);
      this.#calls.push(call);
      const token = object(object(request.params)._meta).progressToken ?? request.id;
      this.#tokens.set(keyOf(token), call);
    }
  }

  add(event: JsonEvent): void {
    this.#progress.events = event.n;
    this.#handle(event);
  }

  result(ending: StreamEnding): Assembled {
    const isAnswer = this.#requests.length > 0 || this.#known !== undefined || this.#facts.method === 'POST';
    const status = statusOf(this.#calls, isAnswer, ending);
    const result = assembled(this.#format, this.#progress, [], status, {
      usage: null,
      calls: this.#calls.map((call) => ({ ...call })),
      ...(Object.keys(this.#notifications).length > 0 ? { notifications: { ...this.#notifications } } : {}),
      ...(this.#endpoint === undefined ? {} : { endpoint: this.#endpoint }),
      ...(this.#revision === undefined ? {} : { revision: this.#revision }),
    });
    const failed = this.#calls.find(({ outcome }) => outcome === 'error');
    if (status === 'error' && failed?.error) result.error = failed.error;
    // Closed on purpose: the server says when it expects the client back.
    if (ending.retryAtEnd && this.#lastEventId !== '' && status === 'truncated') {
      result.notes = result.notes.filter(({ code }) => code !== 'noTerminal');
      result.notes.push({ code: 'expectedBack', lastEventId: this.#lastEventId });
    }
    return result;
  }

  #callOf(id: unknown): RpcCall {
    const own = this.#calls.find((call) => call.from === 'client' && call.id === id);
    if (own) return own;
    const call: RpcCall = { from: 'client', id: id as RpcId, method: null, outcome: 'none' };
    // A POST has one request, and its method and name may stand in headers.
    if (this.#known && this.#requests.length === 0 && this.#calls.every(({ from }) => from === 'server'))
      Object.assign(call, this.#known);
    this.#calls.push(call);
    return call;
  }

  #answered(json: JsonObject, n: number): void {
    const call = this.#callOf(json.id ?? null);
    call.event = n;
    if (isObject(json.error)) {
      call.outcome = 'error';
      const code = number(json.error.code);
      call.error = { ...(code === undefined ? {} : { code }), message: string(json.error.message) };
      return;
    }
    const result = object(json.result);
    call.outcome = result.isError === true ? 'toolError' : 'result';
    if (filled(result.protocolVersion) && isObject(result.capabilities)) {
      call.method ??= 'initialize';
      this.#revision ??= filled(result.protocolVersion);
    }
    if (filled(result.resultType)) this.#revision ??= '2026-07-28';
    if (result.resultType !== 'input_required') return;
    call.outcome = 'input_required';
    call.asks = Object.values(object(result.inputRequests)).map((one) => string(object(one).method));
  }

  #notified(json: JsonObject, n: number): void {
    const method = string(json.method);
    this.#notifications[method] = (this.#notifications[method] ?? 0) + 1;
    if (method !== 'notifications/progress') return;
    const params = object(json.params);
    const own =
      this.#tokens.get(keyOf(params.progressToken)) ??
      (this.#requests.length === 1 ? this.#calls[0] : undefined);
    const value = number(params.progress);
    if (!own || value === undefined) return;
    const total = number(params.total);
    const before = own.progress?.at(-1)?.progress;
    if ((before !== undefined && value < before) || own.event !== undefined)
      this.#progress.note({ code: 'progressFell', event: n });
    own.progress = [
      ...(own.progress ?? []),
      {
        event: n,
        progress: value,
        ...(total === undefined ? {} : { total }),
        ...(filled(params.message) ? { message: string(params.message) } : {}),
      },
    ];
  }

  #message(json: JsonObject, n: number): void {
    this.#progress.output(n);
    if (typeof json.method === 'string') {
      if (json.id === undefined) this.#notified(json, n);
      else this.#calls.push({ ...clientCall(json), from: 'server', outcome: 'elsewhere', event: n });
    } else if ('result' in json || 'error' in json) this.#answered(json, n);
    else this.#progress.unknown('message');
  }

  #handle({ n, type, data, json, id }: JsonEvent): void {
    this.#lastEventId = id;
    if (this.#format === 'mcp-sse' && type === 'endpoint') {
      this.#endpoint = data;
      return;
    }
    // A priming event has an ID and no data.
    if (data === '') return;
    for (const one of Array.isArray(json) ? json : [json]) if (isObject(one)) this.#message(one, n);
  }
}

function statusOf(calls: readonly RpcCall[], isAnswer: boolean, ending: StreamEnding): Status {
  const own = calls.filter(({ from }) => from === 'client');
  if (own.some(({ outcome }) => outcome === 'input_required')) return 'waiting';
  const isListening = own.some(({ method }) => method === 'subscriptions/listen');
  const isAnswered = own.length > 0 && own.every(({ outcome }) => outcome !== 'none');
  if (!isAnswer) return 'open';
  if (isAnswered) return own.some(({ outcome }) => outcome === 'error') ? 'error' : 'complete';
  // "GET and `subscriptions/listen` streams: no end expected."
  return isListening ? 'open' : withoutTerminal(ending);
}

function clientCall(request: JsonObject): RpcCall {
  const params = object(request.params);
  const name = filled(params.name) ?? filled(params.uri);
  return {
    from: 'client',
    id: (request.id ?? null) as RpcId,
    method: string(request.method),
    ...(name ? { name } : {}),
    outcome: 'none',
  };
}

function requestsOf({ requestBody }: StreamContext): JsonObject[] {
  const json = requestBody === undefined ? undefined : parseJson(requestBody);
  return (Array.isArray(json) ? json : [json])
    .map(object)
    .filter(({ jsonrpc, method, id }) => jsonrpc === '2.0' && typeof method === 'string' && id !== undefined);
}

function methodFromHeaders({ requestHeaders }: StreamContext): { method: string; name?: string } | undefined {
  const method = headerOf(requestHeaders, 'mcp-method');
  const name = headerOf(requestHeaders, 'mcp-name');
  return method === undefined ? undefined : { method, ...(name === undefined ? {} : { name }) };
}

function keyOf(id: unknown): string {
  return `${typeof id} ${String(id)}`;
}

/** Whether a message is of JSON-RPC 2.0. */
export function isRpc(json: unknown): boolean {
  const first = object(array(json)[0] ?? json);
  return first.jsonrpc === '2.0' && ('method' in first || 'result' in first || 'error' in first);
}
