import { formatDuration } from '../../shared/text/units/format.ts';
import type { HealthReport } from '../query/healthOf.ts';

/** How the bytes of the last connection came. */
export function ArrivalSection({ arrival }: Pick<HealthReport, 'arrival'>) {
  return (
    <>
      <h2>Arrival</h2>
      {arrival ? (
        <dl class="facts">
          <dt title="From the request to the first byte of the body">First byte</dt>
          <dd>{length(arrival.values.firstByte)}</dd>
          <dt title="From the request to the first event">First event</dt>
          <dd>{length(arrival.values.firstEvent)}</dd>
          <dt title="Time between events that follow each other: half of them are closer, 95 %, 99 %, all">
            Between events
          </dt>
          <dd>
            {Number.isNaN(arrival.values.between.max)
              ? 'fewer than two events'
              : `p50 ${length(arrival.values.between.p50)} · p95 ${length(arrival.values.between.p95)} · p99 ${length(arrival.values.between.p99)} · max ${length(arrival.values.between.max)}`}
          </dd>
          <dt title="Longest time without a byte">Longest silence</dt>
          <dd>{length(arrival.values.longestSilence)}</dd>
        </dl>
      ) : (
        <p>Nothing has arrived.</p>
      )}
    </>
  );
}

function length(ms: number | undefined): string {
  return ms === undefined || Number.isNaN(ms) ? '–' : formatDuration(ms);
}
