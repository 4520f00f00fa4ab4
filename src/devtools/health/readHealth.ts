import type { PanelData } from '../data/panelData.ts';
import type { HealthReport } from '../query/healthOf.ts';

/**
 * The health of the chosen logical stream, worked out by the query worker.
 *
 * @param now - ms since the epoch; the end of a session that is over
 * @throws when the signal is aborted, or the worker cannot answer
 */
export function readHealth(
  { query, logical, marks }: PanelData,
  browserName: 'chromium' | 'firefox',
  now: number,
  signal: AbortSignal,
): Promise<HealthReport | undefined> {
  return query.ask('health', [logical.value.map(({ id }) => id), [...marks.value], browserName, now], signal);
}
