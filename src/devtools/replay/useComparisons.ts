import { useEffect, useState } from 'preact/hooks';
import type { Comparison } from '../query/compareStreams.ts';
import type { ReplayStore } from './replayStore.ts';
import type { ActiveReplay } from './startReplay.ts';

/** While a replay runs, it is compared so often, ms. */
const COMPARE_EVERY = 1000;

/** How near the streams of a replay come to the original, looked at again and again while it runs. */
export function useComparisons(replay: ReplayStore, active: ActiveReplay): Comparison[] {
  const [comparisons, setComparisons] = useState<Comparison[]>([]);
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      const next = await replay.compare();
      if (!current) return;
      setComparisons(next);
      timer = setTimeout(() => void look(), COMPARE_EVERY);
    };
    void look();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [replay, active]);
  return comparisons;
}
