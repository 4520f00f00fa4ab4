import type { Connection } from './connection.ts';
import { type EventSample, MOST_TEXT } from './samples.ts';

/** Formats in which models stream their answers, as far as their end is judged. */
export type ModelFormat = 'openai-chat' | 'openai-responses' | 'anthropic' | 'gemini';

/** What the events of one connection say of a model's answer. */
export interface ModelAnswer {
  format: ModelFormat;
  /** The event that says that the answer is complete; undefined where none does. */
  finish: EventSample | undefined;
  /** All that could say so was read: no event that may is longer than what is looked at. */
  certain: boolean;
}

const FORMATS: [ModelFormat, begins: RegExp, ends: RegExp][] = [
  [
    'openai-responses',
    /"type"\s*:\s*"response\.created"/,
    /"type"\s*:\s*"response\.(completed|failed|incomplete|cancelled)"/,
  ],
  ['anthropic', /"type"\s*:\s*"message_start"/, /"type"\s*:\s*"message_stop"/],
  ['gemini', /"candidates"\s*:\s*\[/, /"finishReason"\s*:\s*"|"blockReason"\s*:\s*"/],
  [
    'openai-chat',
    /"object"\s*:\s*"chat\.completion\.chunk"|"choices"\s*:\s*\[\s*\{[^}]*"delta"/,
    /"finish_reason"\s*:\s*"/,
  ],
];

/** The answer of a model in a connection; undefined where its events have no format that is known here. */
export function modelAnswerOf({ columns }: Connection): ModelAnswer | undefined {
  const { firstEvents, lastEvents, events } = columns.all;
  const beginning = firstEvents.slice(0, 5);
  const known = FORMATS.find(([, begins]) => beginning.some(({ text }) => begins.test(text ?? '')));
  if (!known) return undefined;
  const [format, , ends] = known;
  const seen = events <= firstEvents.length ? firstEvents : [...firstEvents, ...lastEvents];
  const finish = seen.findLast(({ text = '' }) => ends.test(text) || text.trim() === '[DONE]');
  const certain = lastEvents.slice(-5).every(({ text, size }) => text !== undefined && size <= MOST_TEXT);
  return { format, finish, certain };
}

/** What an event says that went wrong, where it is an error of a service: its message, at most 200 characters. */
export function errorMessageOf({ text = '', type }: EventSample, isEventSource: boolean): string | undefined {
  const isError =
    (type === 'error' && !isEventSource) ||
    /"error"\s*:\s*[{"]/.test(text) ||
    /"type"\s*:\s*"(error|response\.failed)"/.test(text) ||
    /"finish_reason"\s*:\s*"error"/.test(text);
  if (!isError) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return type === 'error' ? text.slice(0, 200) : undefined;
  }
  return type === 'error' && !isEventSource
    ? (messageIn(value) ?? text).slice(0, 200)
    : messageIn(value)?.slice(0, 200);
}

/** The message of an error object: `{error: {message}}`, `{error: "…"}`, `{type: "error", message}`, `{response: {error}}`. */
function messageIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { error, message, type, response, choices } = value as Record<string, unknown>;
  if (typeof error === 'string') return error;
  if (typeof error === 'object' && error !== null) {
    const own = error as Record<string, unknown>;
    // JSON-RPC answers a call with an error: that is the answer, and no failure of the stream.
    if ('jsonrpc' in value) return undefined;
    return text(own.message) ?? text(own.type) ?? text(own.code) ?? '';
  }
  if (type === 'error') return text(message) ?? '';
  if (type === 'response.failed') return messageIn(response) ?? '';
  if (Array.isArray(choices) && choices.some((one) => one?.finish_reason === 'error')) return '';
  return text(message);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
