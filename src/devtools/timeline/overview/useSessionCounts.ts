import { useEffect, useRef, useState } from 'preact/hooks';
import { createPace } from '../../data/pace.ts';
import type { PanelData } from '../../data/panelData.ts';
import type { TimeRange } from '../../data/timeRange.ts';
import type { Density } from '../../query/density.ts';
import type { TimelineStore } from '../timelineStore.ts';

/** px of one bar. */
const BAR = 3;
/** Asked for at most this often while the session grows, ms. */
const ASK_EVERY = 1000;

/** How many entries of all streams fall into each bar of a range of time. */
export interface SessionCounts {
  range: TimeRange;
  sum: Uint32Array;
}

/** The entries of the whole session, counted over a strip `width` px wide; undefined until they are counted. */
export function useSessionCounts(
  data: PanelData,
  timeline: TimelineStore,
  width: number,
): SessionCounts | undefined {
  const [counts, setCounts] = useState<SessionCounts | undefined>(undefined);
  const whole = timeline.whole.value;
  const version = timeline.version.value;
  const streams = data.streams.value.length;
  const [pace] = useState(() => createPace(ASK_EVERY));
  const asked = useRef({ busy: false });
  useEffect(() => {
    if (width === 0 || asked.current.busy) return;
    asked.current.busy = true;
    const timer = setTimeout(() => {
      pace.taken();
      const range = timeline.whole.value;
      const streams = data.streams.value.map(({ id }) => id);
      timeline
        .density(streams, range, Math.max(1, Math.floor(width / BAR)))
        .then((densities) => setCounts({ range, sum: summed(Object.values(densities)) }))
        .catch(() => {})
        .finally(() => {
          asked.current.busy = false;
        });
    }, pace.wait());
    return () => {
      clearTimeout(timer);
      asked.current.busy = false;
    };
  }, [version, width, streams, Math.floor(whole.to / 1000), whole.from]);
  return counts;
}

function summed(densities: readonly Density[]): Uint32Array {
  const sum = new Uint32Array(densities[0]?.counts.length ?? 0);
  for (const { counts } of densities) for (let i = 0; i < sum.length; i++) sum[i]! += counts[i]!;
  return sum;
}
