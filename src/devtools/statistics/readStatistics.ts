import type { ClockJump } from '../../shared/session/clockJumps.ts';
import type { PanelData } from '../data/panelData.ts';
import type { Statistics } from '../query/statistics.ts';

/**
 * Numbers about entries, worked out by the query worker.
 *
 * @param all - of the whole session; otherwise of the chosen logical stream
 * @throws when the signal is aborted, or the worker cannot answer
 */
export function readStatistics(
  { query, streams, logical }: PanelData,
  jumps: readonly ClockJump[],
  all: boolean,
  signal: AbortSignal,
): Promise<Statistics> {
  const shown = all ? streams.value : logical.value;
  return query.ask('statistics', [shown.map(({ id }) => id), [...jumps]], signal);
}
