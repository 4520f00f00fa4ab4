import { headerOf } from '../session/headerOf.ts';
import type { FormatName } from './build/assembled.ts';
import { array, filled, isObject, type JsonObject, number, object, string } from './build/json.ts';
import type { JsonEvent, StreamContext } from './build/streamContext.ts';
import { DIFY_EVENTS } from './formats/dify.ts';
import { isRpc } from './formats/jsonRpc.ts';
import { isMcpMethod } from './formats/mcpMethods.ts';

/** Tells the format of a stream from its events and headers. */
export interface Detector {
  /** @returns the format, when this event proves it */
  look(event: JsonEvent): FormatName | undefined;
}

const AI_SDK_TYPES = new Set([
  'abort',
  'error',
  'file',
  'finish',
  'finish-step',
  'message-metadata',
  'reasoning-delta',
  'reasoning-end',
  'reasoning-start',
  'reset-step',
  'source-document',
  'source-url',
  'start',
  'start-step',
  'text-delta',
  'text-end',
  'text-start',
  'tool-input-available',
  'tool-input-delta',
  'tool-input-error',
  'tool-input-start',
  'tool-output-available',
  'tool-output-error',
]);

const AG_UI_TYPE =
  /^(TEXT_MESSAGE_(START|CONTENT|END|CHUNK)|TOOL_CALL_(START|ARGS|END|CHUNK|RESULT)|REASONING_MESSAGE_(START|CONTENT|END|CHUNK))$/;

/**
 * "Shape proves, URL suggests": each rule is a row of the table, and the first row that is proven wins. What takes two events to be
 * proven is remembered between them.
 */
export function createDetector({
  framing,
  url,
  headers,
  requestHeaders,
  requestBody,
}: StreamContext): Detector {
  const aiSdk = new Set<string>();
  const hasAiSdkHeader = headerOf(headers, 'x-vercel-ai-ui-message-stream') !== undefined;
  let isAiSdkProven = false;
  const agUi = new Set<string>();
  let hasEndpoint = false;
  const hasMcpHeader = [...headers, ...requestHeaders].some(([name]) => /^mcp-/i.test(name));
  const isMercure =
    hasMercurePath(url) ||
    headerOf(headers, 'mercure-last-event-id') !== undefined ||
    /rel="?mercure"?/.test(headerOf(headers, 'link') ?? '');

  function isAiSdkUi(json: JsonObject): boolean {
    const type = string(json.type);
    const isOwn = AI_SDK_TYPES.has(type) || /^data-/.test(type);
    if (!isOwn) return false;
    aiSdk.add(type);
    const isStart = /-start$/.test(type) && typeof json.id === 'string';
    const isTool = /^tool-input-/.test(type) && typeof json.toolCallId === 'string';
    if (isStart || isTool || type === 'start-step') isAiSdkProven = true;
    return isAiSdkProven && aiSdk.size >= 2;
  }

  function isAgUi(json: JsonObject): boolean {
    const type = string(json.type);
    if (type === 'RUN_STARTED')
      return filled(json.threadId) !== undefined && filled(json.runId) !== undefined;
    if (!AG_UI_TYPE.test(type) || (json.messageId === undefined && json.toolCallId === undefined))
      return false;
    agUi.add(type);
    return agUi.size >= 2;
  }

  return {
    look(event) {
      const { n, type, data, json } = event;
      if (hasAiSdkHeader) return 'ai-sdk-ui';
      if (n === 1 && type === 'endpoint' && json === undefined && isReference(data)) hasEndpoint = true;
      if (isObject(json) && isAiSdkUi(json)) return 'ai-sdk-ui';
      if (isRpc(json)) {
        if (hasEndpoint && type === 'message') return 'mcp-sse';
        return hasMcpHeader || isMcp(json, requestBody) ? 'mcp' : 'jsonrpc';
      }
      if (n === 1 && type === 'connected' && isObject(json)) return 'trpc';
      if (framing === 'lines' && isObject(json) && isOllama(json)) return 'ollama';
      const own = isObject(json) ? formatOfObject(type, json) : undefined;
      if (own) return own;
      if (isObject(json) && isAgUi(json)) return 'ag-ui';
      if (Array.isArray(json)) {
        if (/^messages(\/|$|\|)/.test(type) && isObject(json[0])) return 'langgraph';
        if (json.length > 0 && json.every((one) => isObject(one) && isGemini(one))) return 'gemini';
      }
      return isMercure ? 'mercure' : undefined;
    },
  };
}

function formatOfObject(type: string, json: JsonObject): FormatName | undefined {
  const kind = string(json.type);
  if (isAnthropic(type, json)) return 'anthropic';
  if (
    kind.startsWith('response.') &&
    (number(json.sequence_number) !== undefined || object(json.response).object === 'response')
  )
    return 'openai-responses';
  if (/^(interaction|step)\./.test(string(json.event_type))) return 'gemini-interactions';
  if (isCohere(json)) return 'cohere';
  const output = json.output;
  if (
    isObject(output) &&
    typeof json.request_id === 'string' &&
    (Array.isArray(output.choices) || typeof output.text === 'string')
  )
    return 'dashscope';
  if (
    DIFY_EVENTS.has(string(json.event)) &&
    ['task_id', 'conversation_id', 'workflow_run_id'].some((name) => filled(json[name]))
  )
    return 'dify';
  if (/^conversation\.(chat|message)\./.test(type)) return 'coze';
  if (type === kind && (kind.startsWith('conversation.response.') || kind === 'message.output.delta'))
    return 'mistral-conversations';
  if (isLanggraph(type, json)) return 'langgraph';
  if (isOpenaiChat(json)) return 'openai-chat';
  if (isGemini(json)) return 'gemini';
  if (
    type === 'next' &&
    (['data', 'errors', 'incremental'].some((name) => name in json) ||
      (typeof json.id === 'string' && isObject(json.payload)))
  )
    return 'graphql-sse';
  return undefined;
}

function isAnthropic(type: string, json: JsonObject): boolean {
  if (type === json.type && type === 'message_start') return object(json.message).type === 'message';
  // Joined late.
  return (
    json.type === 'content_block_delta' &&
    number(json.index) !== undefined &&
    /_delta$/.test(string(object(json.delta).type))
  );
}

function isCohere(json: JsonObject): boolean {
  const message = object(json.delta).message;
  return (
    (json.type === 'message-start' || json.type === 'content-delta' || json.type === 'tool-call-delta') &&
    isObject(message)
  );
}

function isLanggraph(type: string, json: JsonObject): boolean {
  if (type === 'metadata' && filled(json.run_id)) return true;
  if (/^messages\//.test(type)) return true;
  return (
    json.type === 'event' && filled(json.method) !== undefined && Array.isArray(object(json.params).namespace)
  );
}

function isOpenaiChat(json: JsonObject): boolean {
  if (['chat.completion.chunk', 'chat.completion', 'text_completion'].includes(string(json.object)))
    return true;
  return array(json.choices)
    .map(object)
    .some(
      (choice) =>
        number(choice.index) !== undefined &&
        (isObject(choice.delta) ||
          isObject(choice.message) ||
          (typeof choice.text === 'string' && 'finish_reason' in choice)),
    );
}

function isGemini(json: JsonObject): boolean {
  const candidates = array(json.candidates).map(object);
  if (
    candidates.some(
      ({ content, finishReason }) => Array.isArray(object(content).parts) || filled(finishReason),
    )
  )
    return true;
  if (filled(object(json.promptFeedback).blockReason)) return true;
  return isObject(json.usageMetadata) && filled(json.modelVersion) !== undefined;
}

/** Its lines have no mark but these fields; event streams never look like this. */
function isOllama({ model, done, message, response }: JsonObject): boolean {
  const hasOutput = isObject(message) || typeof response === 'string';
  return typeof model === 'string' && typeof done === 'boolean' && hasOutput;
}

function isMcp(json: unknown, requestBody: string | undefined): boolean {
  const isOwn = (Array.isArray(json) ? json : [json]).map(object).some(({ method, result }) => {
    if (typeof method === 'string') return isMcpMethod(method);
    const own = object(result);
    return (
      (filled(own.protocolVersion) !== undefined && isObject(own.capabilities)) ||
      (Array.isArray(own.content) && ('isError' in own || 'structuredContent' in own)) ||
      filled(own.resultType) !== undefined
    );
  });
  if (isOwn) return true;
  const match = /"method"\s*:\s*"([^"]*)"/.exec(requestBody ?? '');
  return match !== null && isMcpMethod(match[1]!);
}

function hasMercurePath(url: string): boolean {
  try {
    return new URL(url).pathname.endsWith('/.well-known/mercure');
  } catch {
    return false;
  }
}

/** A URI reference, and no text. */
function isReference(data: string): boolean {
  return data !== '' && !/\s/.test(data) && URL.canParse(data, 'http://localhost/');
}
