import type { Answer, Assembled, ToolCall } from './build/assembled.ts';

/**
 * A result as it is written into reports: without the places of its pieces, and without what only a view needs.
 *
 * @param say - a note in words
 */
export function assembledJson(
  { notes, lastOutput: _, answers, ...rest }: Assembled,
  say: (note: Assembled['notes'][number]) => string,
): Record<string, unknown> {
  return {
    ...rest,
    answers: answers.map(answerJson),
    ...(notes.length > 0 ? { findings: notes.map(say) } : {}),
  };
}

function answerJson({ toolCalls, ...rest }: Answer): Record<string, unknown> {
  return { ...rest, toolCalls: toolCalls.map(({ events: _, ...call }: ToolCall) => call) };
}
