import type { JsonPlace } from '../json/plan.ts';
import { itemsAt } from '../json/scan.ts';
import type { FileBytes } from '../source/fileBytes.ts';
import { listOf, timeOr } from '../source/untrusted.ts';
import type { ReadChunks } from './readSession.ts';

/** Our own chunks, if they fit the bytes. */
export async function chunksAt(
  file: FileBytes,
  place: JsonPlace,
  length: number,
  startedAt: number,
): Promise<ReadChunks | undefined> {
  const ends = new Uint32Array(place.items);
  const times = new Float64Array(place.items);
  let count = 0;
  let end = 0;
  let time = -Infinity;
  for await (const items of itemsAt(file, place)) {
    for (const one of items) {
      const [to, at] = listOf(one);
      if (typeof to !== 'number' || typeof at !== 'number') return undefined;
      if (!Number.isInteger(to) || to < end || to > length) return undefined;
      const moment = timeOr(startedAt + at, undefined);
      if (moment === undefined) return undefined;
      end = to;
      time = Math.max(time, moment);
      ends[count] = to;
      times[count++] = time;
    }
  }
  return end === length ? { ends: ends.subarray(0, count), times: times.subarray(0, count) } : undefined;
}
