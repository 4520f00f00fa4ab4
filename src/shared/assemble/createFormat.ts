import type { FormatName } from './build/assembled.ts';
import type { Assembler } from './build/assembler.ts';
import type { StreamContext } from './build/streamContext.ts';
import { AgUiAssembler } from './formats/agUi.ts';
import { AiSdkUiAssembler } from './formats/aiSdkUi.ts';
import { AnthropicAssembler } from './formats/anthropic.ts';
import { CohereAssembler } from './formats/cohere.ts';
import { CozeAssembler } from './formats/coze.ts';
import { DashscopeAssembler } from './formats/dashscope.ts';
import { DifyAssembler } from './formats/dify.ts';
import { GeminiAssembler } from './formats/gemini.ts';
import { GeminiInteractionsAssembler } from './formats/geminiInteractions.ts';
import { GraphqlSseAssembler } from './formats/graphqlSse.ts';
import { JsonRpcAssembler } from './formats/jsonRpc.ts';
import { LanggraphAssembler } from './formats/langgraph.ts';
import { MercureAssembler } from './formats/mercure.ts';
import { MistralConversationsAssembler } from './formats/mistralConversations.ts';
import { OllamaAssembler } from './formats/ollama.ts';
import { OpenaiChatAssembler } from './formats/openaiChat.ts';
import { OpenaiResponsesAssembler } from './formats/openaiResponses.ts';
import { TrpcAssembler } from './formats/trpc.ts';

/** The assembler of a format. */
export function createFormat(format: FormatName, facts: StreamContext): Assembler {
  switch (format) {
    case 'ag-ui':
      return new AgUiAssembler();
    case 'ai-sdk-ui':
      return new AiSdkUiAssembler();
    case 'anthropic':
      return new AnthropicAssembler();
    case 'cohere':
      return new CohereAssembler();
    case 'coze':
      return new CozeAssembler();
    case 'dashscope':
      return new DashscopeAssembler();
    case 'dify':
      return new DifyAssembler();
    case 'gemini':
      return new GeminiAssembler();
    case 'gemini-interactions':
      return new GeminiInteractionsAssembler();
    case 'graphql-sse':
      return new GraphqlSseAssembler(facts);
    case 'jsonrpc':
    case 'mcp':
    case 'mcp-sse':
      return new JsonRpcAssembler(format, facts);
    case 'langgraph':
      return new LanggraphAssembler();
    case 'mercure':
      return new MercureAssembler();
    case 'mistral-conversations':
      return new MistralConversationsAssembler();
    case 'ollama':
      return new OllamaAssembler();
    case 'openai-chat':
      return new OpenaiChatAssembler();
    case 'openai-responses':
      return new OpenaiResponsesAssembler();
    case 'trpc':
      return new TrpcAssembler();
  }
}
