/** What a stream says as a whole. Places are numbers of dispatched events, counted from 1. */
export interface Assembled {
  format: FormatName;
  status: Status;
  model?: string;
  answers: Answer[];
  /** Undefined where the format has none or it did not come: usage is never made up. */
  usage: Usage | null;
  error?: StreamError;
  /** The first event with output of the model of any kind; null when there was none. */
  firstOutput: number | null;
  /** The first event with visible text. */
  firstText: number | null;
  /** The last event with output of any kind. */
  lastOutput: number | null;
  events: number;
  notes: Note[];
  /** What of the format does not fit the fields above, as plain data. */
  [more: string]: unknown;
}

export type FormatName =
  | 'ag-ui'
  | 'ai-sdk-ui'
  | 'anthropic'
  | 'cohere'
  | 'coze'
  | 'dashscope'
  | 'dify'
  | 'gemini'
  | 'gemini-interactions'
  | 'graphql-sse'
  | 'jsonrpc'
  | 'langgraph'
  | 'mcp'
  | 'mcp-sse'
  | 'mercure'
  | 'mistral-conversations'
  | 'ollama'
  | 'openai-chat'
  | 'openai-responses'
  | 'trpc';

/**
 * `complete`: the terminal of the format came, and the model stopped by itself or for tools. `limited`: it came, and a limit or
 * a filter stopped the model. `waiting`: it came, and somebody has to act. `error`: an error was told inside the stream.
 * `aborted`: the stream itself says so. `truncated`: it ended without its terminal. `unknown`: it ended without its terminal, but not
 * every event was seen. `open`: it goes on.
 */
export type Status =
  | 'aborted'
  | 'complete'
  | 'error'
  | 'limited'
  | 'open'
  | 'truncated'
  | 'unknown'
  | 'waiting';

/** One answer of a model. */
export interface Answer {
  index: number;
  text: string;
  reasoning?: string;
  refusal?: string;
  /** The server's own word for why it stopped; null while it has said none. */
  finish: string | null;
  toolCalls: ToolCall[];
  citations?: Citation[];
  /** Pieces that are neither text nor a tool call, as they came. */
  blocks?: unknown[];
  /**
   * Which events made which part of the text: in order, with the length of each part in UTF-16 units. Not enumerable: it is worked out
   * when it is read, and stays where the answer was made.
   */
  pieces: { text: Piece[]; reasoning: Piece[] };
}

export interface Piece {
  event: number;
  length: number;
}

/** `partial`: still growing, or cut. `complete`: its input is known. `invalid`: it is closed, and its arguments do not parse. */
export type CallState = 'complete' | 'invalid' | 'partial';

export interface ToolCall {
  /** Null where the format gives none. */
  id: string | null;
  name: string | null;
  state: CallState;
  /** As text, where they came as text. Never repaired. */
  arguments?: string;
  /** The parsed arguments of a complete call. */
  input?: unknown;
  output?: unknown;
  error?: string;
  /** The events that made it. */
  events: number[];
}

export interface Citation {
  text?: string;
  title?: string;
  url?: string;
}

/** Tokens. `input` counts those from a cache, `output` those of hidden reasoning. */
export interface Usage {
  input?: number;
  output?: number;
  reasoning?: number;
  cached?: number;
  total?: number;
  /** As the server sent it. */
  raw: unknown;
}

export interface StreamError {
  message?: string;
  code?: string | number;
}

/** Something to know about how the result was put together, as a code and its parameters. */
export type Note =
  | { code: 'answerRestarted'; event: number }
  | { code: 'cumulativeText'; channel: string }
  | { code: 'differs'; channel: string; event: number }
  | { code: 'expectedBack'; lastEventId: string }
  | { code: 'joinedInTheMiddle'; event: number }
  | { code: 'lateEvent'; event: number; type: string }
  | { code: 'noSentinel' }
  | { code: 'noTerminal' }
  | { code: 'progressFell'; event: number }
  | { code: 'reasoningHidden' }
  | { code: 'sequenceMissing'; from: number; to: number }
  | { code: 'sequenceRepeated'; at: number }
  | { code: 'textReplaced'; event: number }
  | { code: 'unknownTypes'; types: Record<string, number> }
  | { code: 'withdrawn'; event: number; text: string }
  | { code: 'wrapped'; path: string };
