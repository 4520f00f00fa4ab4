import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { encodeBlock } from '../../src/shared/sse/encode.ts';
import { STREAM_HEADERS } from './connectionManager.ts';

const ANSWER = `Server-Sent Events are one long HTTP response: the server writes a block of lines, then a blank line, and
the browser dispatches an event. When the connection ends, the browser connects again by itself, and sends the ID of the
last event that it has seen. You asked: `;

/**
 * Answers a question as chat completion chunks, a token at a time, as OpenAI's API streams them. Stops when the client
 * goes away.
 */
export async function streamChat(response: ServerResponse, question: string, tokenEvery = 40): Promise<void> {
  response.writeHead(200, STREAM_HEADERS);
  const base = {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model: 'demo-1',
  };
  const send = (choice: object, rest: object = {}) =>
    response.write(
      encodeBlock({ data: JSON.stringify({ ...base, choices: [{ index: 0, ...choice }], ...rest }) }),
    );
  const tokens = (ANSWER.replace(/\n/g, ' ') + question).match(/\S+\s*/g) ?? [];
  send({ delta: { role: 'assistant', content: '' }, finish_reason: null });
  for (const content of tokens) {
    await new Promise((resolve) => setTimeout(resolve, tokenEvery));
    if (response.destroyed) return;
    send({ delta: { content }, finish_reason: null });
  }
  const usage = { prompt_tokens: question.split(/\s+/).length, completion_tokens: tokens.length };
  send({ delta: {}, finish_reason: 'stop' }, { usage });
  response.end(encodeBlock({ data: '[DONE]' }));
}
