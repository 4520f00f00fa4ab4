import { useEffect, useRef, useState } from 'preact/hooks';
import type { Density } from '../query/density.ts';
import type { TimelineStore } from './timelineStore.ts';

/** px of one bar of entries. */
const BAR = 2;

/**
 * How many entries of each stream fall into each bar of the view.
 *
 * @param streams - IDs of the streams on the screen
 * @param width - of the view, px
 */
export function useDensities(
  timeline: TimelineStore,
  streams: string[],
  width: number,
): Record<string, Density> {
  const [densities, setDensities] = useState<Record<string, Density>>({});
  const view = timeline.view.value;
  const version = timeline.version.value;

  // One question at a time. What changes while it is under way is asked for when it is answered.
  const question = useRef({ busy: false, again: false });
  function ask(): void {
    if (width === 0) return;
    if (question.current.busy) {
      question.current.again = true;
      return;
    }
    question.current = { busy: true, again: false };
    timeline
      .density(streams, timeline.view.value, Math.max(1, Math.floor(width / BAR)))
      .then(setDensities)
      .catch(() => {})
      .finally(() => {
        const { again } = question.current;
        question.current = { busy: false, again: false };
        if (again) latestAsk.current();
      });
  }
  const latestAsk = useRef(ask);
  latestAsk.current = ask;
  useEffect(ask, [view.from, view.to, width, version, streams.join()]);
  return densities;
}
