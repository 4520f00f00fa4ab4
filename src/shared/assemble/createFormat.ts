import type { FormatName } from './build/assembled.ts';
import type { Assembler } from './build/assembler.ts';
import type { StreamFacts } from './build/streamFacts.ts';
import { createAgUi } from './formats/agUi.ts';
import { createAiSdkUi } from './formats/aiSdkUi.ts';
import { createAnthropic } from './formats/anthropic.ts';
import { createCohere } from './formats/cohere.ts';
import { createCoze } from './formats/coze.ts';
import { createDashscope } from './formats/dashscope.ts';
import { createDify } from './formats/dify.ts';
import { createGemini } from './formats/gemini.ts';
import { createGeminiInteractions } from './formats/geminiInteractions.ts';
import { createGraphqlSse } from './formats/graphqlSse.ts';
import { createJsonRpc } from './formats/jsonRpc.ts';
import { createLanggraph } from './formats/langgraph.ts';
import { createMercure } from './formats/mercure.ts';
import { createMistralConversations } from './formats/mistralConversations.ts';
import { createOllama } from './formats/ollama.ts';
import { createOpenaiChat } from './formats/openaiChat.ts';
import { createOpenaiResponses } from './formats/openaiResponses.ts';
import { createTrpc } from './formats/trpc.ts';

/** The assembler of a format. */
export function createFormat(format: FormatName, facts: StreamFacts): Assembler {
  switch (format) {
    case 'ag-ui':
      return createAgUi();
    case 'ai-sdk-ui':
      return createAiSdkUi();
    case 'anthropic':
      return createAnthropic();
    case 'cohere':
      return createCohere();
    case 'coze':
      return createCoze();
    case 'dashscope':
      return createDashscope();
    case 'dify':
      return createDify();
    case 'gemini':
      return createGemini();
    case 'gemini-interactions':
      return createGeminiInteractions();
    case 'graphql-sse':
      return createGraphqlSse(facts);
    case 'jsonrpc':
    case 'mcp':
    case 'mcp-sse':
      return createJsonRpc(format, facts);
    case 'langgraph':
      return createLanggraph();
    case 'mercure':
      return createMercure();
    case 'mistral-conversations':
      return createMistralConversations();
    case 'ollama':
      return createOllama();
    case 'openai-chat':
      return createOpenaiChat();
    case 'openai-responses':
      return createOpenaiResponses();
    case 'trpc':
      return createTrpc();
  }
}
