import { useEffect, useState } from 'preact/hooks';
import type { PanelData } from '../data/panelData.ts';
import { readRows } from '../reading/readRows.ts';

/** When the chosen entry of the stream on show came, ms since the epoch; undefined while that is not known. */
export function useChosenTime(data: PanelData, chosen: number | undefined): number | undefined {
  const [time, setTime] = useState<number | undefined>(undefined);
  const stream = data.stream.value;
  useEffect(() => {
    let current = true;
    if (chosen === undefined) setTime(undefined);
    else {
      readRows(data.cache, data.exchanges.value, [chosen])
        .then(([row]) => current && setTime(row?.time))
        .catch(() => {});
    }
    return () => {
      current = false;
    };
  }, [chosen, stream?.id, data]);
  return time;
}
