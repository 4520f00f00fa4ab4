import { createParser as createPeer } from 'eventsource-parser';
import { createAssembly } from '../src/shared/assemble/assembly.ts';
import type { StreamContext } from '../src/shared/assemble/build/streamContext.ts';
import { createParser } from '../src/shared/sse/parse.ts';
import { createTextReader } from '../src/shared/sse/readEvent.ts';
import { EntryKind } from '../src/shared/sse/types.ts';
import { best, inTurn, median, report, rounded } from './measure.ts';

/*
 * Putting an answer together from 100,000 deltas, from the bytes to the text, in each of four formats; against
 * eventsource-parser and JSON.parse of the same bytes in the same run.
 *
 *   further      what one more delta costs when so many are there already, and the result is asked for every 1,000
 */
const DELTAS = 100_000;
const FURTHER = 10_000;
const ROUNDS = 5;
const encoder = new TextEncoder();
const FACTS: StreamContext = {
  framing: 'sse',
  url: 'https://api.example/v1',
  method: 'POST',
  headers: [],
  requestHeaders: [],
};
const CLOSED = { open: false, whole: true };

/** The blocks of a stream around `count` deltas of a few letters each. */
const FORMATS: Record<string, (count: number) => string[]> = {
  'openai-chat': (count) => [
    ...Array.from({ length: count }, (_, i) =>
      data({
        id: 'c1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta: { content: `w${i % 97} ` }, finish_reason: null }],
      }),
    ),
    data({
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
    }),
    'data: [DONE]\n\n',
  ],
  anthropic: (count) => [
    named('message_start', { message: { type: 'message', model: 'm', usage: { input_tokens: 1 } } }),
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...Array.from({ length: count }, (_, i) =>
      named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: `w${i % 97} ` } }),
    ),
    named('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: count } }),
    named('message_stop', {}),
  ],
  'openai-responses': (count) => [
    named('response.created', { sequence_number: 0, response: { object: 'response', model: 'm' } }),
    ...Array.from({ length: count }, (_, i) =>
      named('response.output_text.delta', {
        sequence_number: i + 1,
        output_index: 0,
        content_index: 0,
        delta: `w${i % 97} `,
      }),
    ),
    named('response.completed', {
      sequence_number: count + 1,
      response: { object: 'response', status: 'completed', output: [] },
    }),
  ],
  'ai-sdk-ui': (count) => [
    data({ type: 'start', messageId: 'm' }),
    data({ type: 'text-start', id: '0' }),
    ...Array.from({ length: count }, (_, i) => data({ type: 'text-delta', id: '0', delta: `w${i % 97} ` })),
    data({ type: 'text-end', id: '0' }),
    data({ type: 'finish' }),
    'data: [DONE]\n\n',
  ],
};

function data(json: object): string {
  return `data: ${JSON.stringify(json)}\n\n`;
}

function named(type: string, json: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...json })}\n\n`;
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

let kept = 0;

function ours(bytes: Uint8Array): void {
  const assembly = createAssembly(FACTS);
  const text = createTextReader(bytes);
  let n = 0;
  const parser = createParser({
    entry(kind, _start, _end, _detail, type, dataSize, dataStart) {
      if (kind !== EntryKind.event) return;
      assembly.add({ n: ++n, type, data: text(dataStart, dataStart + dataSize), id: '' });
    },
  });
  parser.push(bytes);
  parser.end();
  kept += assembly.result(CLOSED)!.answers[0]!.text.length;
}

function peer(bytes: Uint8Array): void {
  const parser = createPeer({
    onEvent({ data }) {
      if (data !== '[DONE]') kept += Object.keys(JSON.parse(data) as object).length;
    },
  });
  parser.feed(new TextDecoder().decode(bytes));
}

/** ms for one more delta, the results that are asked for in between included. */
function further(blocks: readonly string[]): number {
  const assembly = createAssembly(FACTS);
  const events = blocks.map((block, i) => ({
    n: i + 1,
    type: /^event: (.*)$/m.exec(block)?.[1] ?? 'message',
    data: /^data: (.*)$/m.exec(block)![1]!,
    id: '',
  }));
  const first = events.length - FURTHER;
  for (const event of events.slice(0, first)) assembly.add(event);
  const ms = timed(() => {
    for (const event of events.slice(first)) {
      assembly.add(event);
      if (event.n % 1000 === 0) kept += assembly.result({ open: true, whole: true })!.events;
    }
  });
  return ms / FURTHER;
}

const rows: Record<string, string | number>[] = [];
const figures: Record<string, number> = {};
for (const [format, make] of Object.entries(FORMATS)) {
  const blocks = make(DELTAS);
  const bytes = encoder.encode(blocks.join(''));
  const times = inTurn(
    { ours: () => timed(() => ours(bytes)), peer: () => timed(() => peer(bytes)) },
    ROUNDS,
  );
  const ratio = median(times.ours) / median(times.peer);
  const perDelta = further(blocks) * 1000;
  rows.push({
    format,
    MB: (bytes.length / 1e6).toFixed(1),
    'ours ms': median(times.ours).toFixed(0),
    'best ms': best(times.ours).toFixed(0),
    'peer ms': median(times.peer).toFixed(0),
    'ratio ×': ratio.toFixed(2),
    'further µs': perDelta.toFixed(1),
  });
  figures[`${format}/ms`] = rounded(median(times.ours), 0);
  figures[`${format}/ratio`] = rounded(ratio);
  figures[`${format}/further us`] = rounded(perDelta);
}
report(rows, { ...figures, kept: kept > 0 ? 1 : 0 });
