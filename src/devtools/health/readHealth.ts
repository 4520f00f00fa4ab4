import type { Mark } from '../../shared/session/types.ts';
import type { PanelData } from '../data/panelData.ts';
import type { HealthReport } from '../query/healthReader.ts';

/**
 * The health of the chosen logical stream, worked out by the query worker.
 *
 * @throws when the signal is aborted, or the worker cannot answer
 */
export function readHealth(
  { query, logical, marks }: PanelData,
  browserName: 'chromium' | 'firefox',
  signal: AbortSignal,
): Promise<HealthReport | undefined> {
  return query.ask(
    'health',
    [logical.value.map(({ id }) => id), marksOfSilence(marks.value), browserName, Date.now()],
    signal,
  );
}

/** Marks that explain times without a sign of life. */
function marksOfSilence(marks: readonly Mark[]): Mark[] {
  return marks.filter(({ kind }) => kind === 'freeze' || kind === 'clock');
}
