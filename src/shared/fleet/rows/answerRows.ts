import type { ClockJump } from '../../session/clockJumps.ts';
import { elapsed } from '../../session/clockJumps.ts';
import type { ANSWERS } from '../schema/answersTable.ts';
import type { CALLS } from '../schema/callsTable.ts';
import type { RowOf } from '../schema/column.ts';
import type { Meaning } from './meaning.ts';
import { moment } from './moment.ts';
import { placed, type StreamPlace } from './streamPlace.ts';

export interface MeaningContext {
  place: StreamPlace;
  /** When the first request of the stream went out, ms since the epoch. */
  began: number;
  jumps: readonly ClockJump[];
  /** Events have the times at which they came. */
  hasTimes: boolean;
  keepsData: boolean;
}

/** Rows of the answers of a model. */
export function answerRows(
  { assembled, answers, timeOf }: Meaning,
  { place, began, jumps, hasTimes, keepsData }: MeaningContext,
): RowOf<typeof ANSWERS>[] {
  const { format, model, status, usage, error, firstOutput, firstText, lastOutput } = assembled;
  const between = (from: number | undefined, to: number | undefined): number | null =>
    hasTimes && from !== undefined && to !== undefined ? elapsed(from, to, jumps) : null;
  const outputMs = between(timeOf(firstOutput), timeOf(lastOutput));
  return answers.map((answer, i) => {
    const own = i === 0 ? usage : null;
    return {
      ...placed(place, began),
      number: i,
      asked_at: moment(began),
      format,
      model: model ?? '',
      status,
      finish: answer?.finish ?? null,
      ttft_ms: between(began, timeOf(firstOutput)),
      first_text_ms: between(began, timeOf(firstText)),
      output_ms: outputMs,
      input_tokens: wholeOrNull(own?.input),
      output_tokens: wholeOrNull(own?.output),
      reasoning_tokens: wholeOrNull(own?.reasoning),
      cached_tokens: wholeOrNull(own?.cached),
      tokens_per_s: own?.output && outputMs ? own.output / (outputMs / 1000) : null,
      text_chars: answer?.text.length ?? 0,
      tool_calls: answer?.toolCalls.length ?? 0,
      error_code: error?.code === undefined ? null : String(error.code),
      text: keepsData && answer ? answer.text : null,
    };
  });
}

/** Rows of the calls of JSON-RPC. */
export function callRows(
  { calls, timeOf }: Meaning,
  { place, began, jumps, hasTimes, keepsData }: MeaningContext,
): RowOf<typeof CALLS>[] {
  return calls.map((call, i) => {
    const answered = hasTimes ? timeOf(call.event) : undefined;
    return {
      ...placed(place, began),
      number: i + 1,
      asked_at: moment(began),
      sent_by: call.from,
      rpc_id: JSON.stringify(call.id),
      method: call.method,
      name: call.name ?? null,
      outcome: call.outcome,
      answered_ms: answered === undefined ? null : elapsed(began, answered, jumps),
      progress: call.progress?.length ?? 0,
      error_code: wholeOrNull(call.error?.code),
      error_message: keepsData ? (call.error?.message ?? null) : null,
    };
  });
}

/** Nothing where what a stream says is no number. */
function wholeOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
