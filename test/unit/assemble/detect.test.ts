import { expect, test } from 'vitest';
import { createAssembly } from '../../../src/shared/assemble/assembly.ts';
import type { StreamContext } from '../../../src/shared/assemble/build/streamContext.ts';

const FACTS: StreamContext = {
  framing: 'sse',
  url: 'https://a.example/v1/chat/completions',
  method: 'POST',
  headers: [],
  requestHeaders: [],
};

function formatOf(events: readonly (readonly [type: string, data: unknown])[]): string | undefined {
  const assembly = createAssembly(FACTS);
  events.forEach(([type, data], i) => {
    assembly.add({ n: i + 1, type, data: typeof data === 'string' ? data : JSON.stringify(data), id: '' });
  });
  return assembly.result({ open: false, whole: true })?.format;
}

test.each([
  [
    'a poll',
    [
      [
        'message',
        {
          choices: [
            { id: 1, label: 'Yes' },
            { id: 2, label: 'No' },
          ],
        },
      ],
    ],
  ],
  [
    'a sentinel alone',
    [
      ['message', 'hello'],
      ['message', '[DONE]'],
    ],
  ],
  ['a start alone', [['message', { type: 'start' }]]],
  [
    'a finish alone',
    [
      ['message', { type: 'finish' }],
      ['message', '[DONE]'],
    ],
  ],
  ['an error event', [['error', { message: 'no' }]]],
  [
    'an app that forwards deltas',
    [
      ['message', { delta: 'Hel' }],
      ['message', { delta: 'lo' }],
    ],
  ],
  ['metrics with a usage', [['message', { usage: { cpu: 3, memory: 9 } }]]],
  ['an event named next', [['next', { page: 2 }]]],
  ['an event named message', [['message', 'text']]],
  ['toolName in a log', [['message', { toolName: 'hammer', input: 1 }]]],
  [
    'a status with a type',
    [
      ['message', { type: 'status', id: 'a' }],
      ['message', { type: 'progress', id: 'a' }],
    ],
  ],
] as const)('%s is nothing of ours', (_name, events) => {
  expect(formatOf(events)).toBeUndefined();
});

test('JSON-RPC of a language server is JSON-RPC, and no MCP', () => {
  expect(
    formatOf([['message', { jsonrpc: '2.0', method: 'textDocument/publishDiagnostics', params: {} }]]),
  ).toBe('jsonrpc');
  expect(formatOf([['message', { jsonrpc: '2.0', id: 1, result: '0x10d4f' }]])).toBe('jsonrpc');
});

test('a format that is proven late is put together from its first event', () => {
  const assembly = createAssembly(FACTS);
  const events = [
    { type: 'text-delta', id: 'x', delta: 'Hel' },
    { type: 'text-delta', id: 'x', delta: 'lo' },
    { type: 'text-end', id: 'x' },
    { type: 'text-start', id: 'y' },
  ];
  events.forEach((json, i) => {
    assembly.add({ n: i + 1, type: 'message', data: JSON.stringify(json), id: '' });
  });
  const result = assembly.result({ open: true, whole: true })!;
  expect(result.answers[0]!.text).toBe('Hello');
});

test('a wrapped event is taken out of its envelope, and that is said', () => {
  const chunk = {
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }],
  };
  const assembly = createAssembly(FACTS);
  [
    { type: 'chunk', data: chunk },
    { type: 'chunk', data: JSON.stringify({ ...chunk, choices: [] }) },
  ].forEach((json, i) => {
    assembly.add({ n: i + 1, type: 'message', data: JSON.stringify(json), id: '' });
  });
  const result = assembly.result({ open: false, whole: true })!;
  expect(result).toMatchObject({ format: 'openai-chat', answers: [{ text: 'Hi', finish: 'stop' }] });
  expect(result.notes).toContainEqual({ code: 'wrapped', path: '$.data' });
});
