import { useEffect, useState } from 'preact/hooks';
import type { PanelData } from '../data/panelData.ts';
import { type Detail, readDetail } from './readDetail.ts';

/** An event of the same type, to compare with. */
export interface FormerEvent {
  n: number;
  text: string;
}

/**
 * The chosen entry; the one of before stays until it has been read.
 *
 * @param generation - what has been read holds while this is the same
 */
export function useDetail(data: PanelData, n: number | undefined, generation: number): Detail | undefined {
  const [detail, setDetail] = useState<Detail | undefined>(undefined);
  const stream = data.stream.value?.id;
  useEffect(() => {
    let current = true;
    if (n !== undefined) {
      readDetail(data, n)
        .then((read) => current && setDetail(read))
        .catch(() => {});
    }
    return () => {
      current = false;
    };
  }, [n, stream, generation, data]);
  return detail;
}

/** The event of the same type before the chosen one, read only while it is `wanted`. */
export function useFormerEvent(
  data: PanelData,
  n: number | undefined,
  generation: number,
  wanted: boolean,
): FormerEvent | undefined {
  const [before, setBefore] = useState<FormerEvent | undefined>(undefined);
  const stream = data.stream.value?.id;
  useEffect(() => {
    let current = true;
    setBefore(undefined);
    if (wanted && n !== undefined && stream) {
      data.query
        .ask('sameType', [stream, n, -1])
        .then(async (other) => {
          const read = other < 0 ? undefined : await readDetail(data, other);
          if (current && read) setBefore({ n: other, text: read.text });
        })
        .catch(() => {});
    }
    return () => {
      current = false;
    };
  }, [wanted, n, stream, generation, data]);
  return before;
}
