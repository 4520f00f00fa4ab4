import { useEffect, useRef, useState } from 'preact/hooks';
import { createPaced, type Paced } from '../data/paced.ts';
import type { PanelData } from '../data/panelData.ts';
import type { HealthReport } from '../query/healthOf.ts';
import type { TimelineStore } from '../timeline/timelineStore.ts';
import { readHealth } from './readHealth.ts';

/** Health is read again at most this often, ms. */
const LEAST_PAUSE = 250;

/** How the chosen stream is; undefined until that is known. Silence grows while nothing arrives: it is judged again with the clock. */
export function useHealth(
  data: PanelData,
  timeline: TimelineStore,
  browserName: 'chromium' | 'firefox',
): HealthReport | undefined {
  const [read, setRead] = useState<{ stream: string; report: HealthReport } | undefined>(undefined);
  const stream = data.stream.value?.id ?? '';
  const paced = useRef<Paced | undefined>(undefined);
  const shown = useRef('');
  useEffect(() => {
    paced.current ??= createPaced(LEAST_PAUSE, async (signal) => {
      const of = data.stream.peek()?.id ?? '';
      const report = await readHealth(data, browserName, timeline.end.peek(), signal);
      if (!signal.aborted && report) setRead({ stream: of, report });
    });
    if (shown.current === stream) paced.current.ask();
    else paced.current.restart();
    shown.current = stream;
  }, [stream, data.streams.value, timeline.end.value, data, timeline, browserName]);
  useEffect(() => () => paced.current?.end(), []);
  return read?.stream === stream ? read.report : undefined;
}
