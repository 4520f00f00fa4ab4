import type { Random } from '../simulate/random.ts';
import { words } from './traffic.ts';

/* Streams of models, piece by piece, as their services send them. */

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const typed = (type: string, value: object = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`;
const pieces = (random: Random) =>
  Array.from({ length: random.integer(5, 80) }, () => ` ${words(random, 1)}`);

/** @param finish - undefined: it is cut off */
export function openAiChat(random: Random, finish: 'stop' | 'length' | 'tool_calls' | undefined): string[] {
  const chunk = (delta: object, reason: string | null = null) =>
    data({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_790_000_000,
      choices: [{ index: 0, delta, finish_reason: reason }],
    });
  const texts = [
    chunk({ role: 'assistant', content: '' }),
    ...pieces(random).map((content) => chunk({ content })),
  ];
  if (finish === undefined) return texts;
  const usage = random.chance(0.5)
    ? [
        data({
          id: 'chatcmpl-1',
          object: 'chat.completion.chunk',
          choices: [],
          usage: { prompt_tokens: 9, completion_tokens: 20 },
        }),
      ]
    : [];
  return [...texts, chunk({}, finish), ...usage, 'data: [DONE]\n\n'];
}

/** @param last - its terminal; undefined: it is cut off */
export function openAiResponses(random: Random, last: string | undefined): string[] {
  const texts = [
    typed('response.created', { response: { id: 'resp_1', status: 'in_progress' } }),
    ...pieces(random).map((delta, i) =>
      typed('response.output_text.delta', { delta, output_index: 0, sequence_number: i }),
    ),
  ];
  return last === undefined
    ? texts
    : [...texts, typed(last, { response: { id: 'resp_1', status: 'completed' } })];
}

export function anthropic(random: Random, whole: boolean): string[] {
  const texts = [
    typed('message_start', { message: { id: 'msg_1', role: 'assistant', content: [] } }),
    typed('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    typed('ping'),
    ...pieces(random).map((text) =>
      typed('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    ),
  ];
  if (!whole) return texts;
  return [
    ...texts,
    typed('content_block_stop', { index: 0 }),
    typed('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 20 } }),
    typed('message_stop'),
  ];
}

/** @param finish - undefined: it is cut off */
export function gemini(random: Random, finish: string | undefined): string[] {
  const chunk = (text: string, finishReason?: string) =>
    data({
      candidates: [
        {
          content: { parts: [{ text }], role: 'model' },
          index: 0,
          ...(finishReason ? { finishReason } : {}),
        },
      ],
      modelVersion: 'gemini-2.5-flash',
    });
  const texts = pieces(random).map((text) => chunk(text));
  return finish === undefined ? texts : [...texts, chunk('', finish)];
}
