import type { Assembled, FormatName, Status } from '../assemble/build/assembled.ts';

const FORMATS: Record<FormatName, string> = {
  'ag-ui': 'AG-UI run',
  'ai-sdk-ui': 'AI SDK message',
  anthropic: 'Anthropic message',
  cohere: 'Cohere answer',
  coze: 'Coze chat',
  dashscope: 'DashScope answer',
  dify: 'Dify answer',
  gemini: 'Gemini answer',
  'gemini-interactions': 'Gemini interaction',
  'graphql-sse': 'GraphQL results',
  jsonrpc: 'JSON-RPC messages',
  langgraph: 'LangGraph run',
  mcp: 'MCP messages',
  'mcp-sse': 'MCP messages (HTTP+SSE)',
  mercure: 'Mercure updates',
  'mistral-conversations': 'Mistral conversation',
  ollama: 'Ollama answer',
  'openai-chat': 'OpenAI chat completion',
  'openai-responses': 'OpenAI response',
  trpc: 'tRPC subscription',
};

/** Streams of these have no terminal: they go on until somebody closes them. */
const ENDLESS: ReadonlySet<FormatName> = new Set(['jsonrpc', 'mcp', 'mcp-sse', 'mercure']);

export function sayFormat(format: FormatName): string {
  return FORMATS[format];
}

/** Why an answer stands where it does, in a few words. */
export function sayStatus({ format, status, answers, error }: Assembled): string {
  const finish = answers.find((answer) => answer.finish !== null)?.finish;
  const because = finish ? ` (${finish})` : '';
  switch (status) {
    case 'complete':
      return `complete${because}`;
    case 'limited':
      return `stopped by a limit or a filter${because}`;
    case 'waiting':
      return `waits for an action${because}`;
    case 'error':
      return `failed: ${error?.message || error?.code || 'without a reason'}`;
    case 'aborted':
      return 'aborted, as the stream itself says';
    case 'truncated':
      return 'cut: it ended without its terminal';
    case 'unknown':
      return 'ended, and not every event of it was seen';
    case 'open':
      return ENDLESS.has(format) ? 'no end of its own is expected' : 'going on';
  }
}

/** How bad a status is. */
export function toneOf(status: Status): 'bad' | 'good' | 'warn' {
  if (status === 'complete' || status === 'open') return 'good';
  return status === 'error' || status === 'truncated' ? 'bad' : 'warn';
}
