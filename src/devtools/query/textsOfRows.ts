import { entryLastEventId, entryRow } from '../../shared/segment/readSegment.ts';
import type { Database } from '../../shared/store/open.ts';
import { readSegment } from '../../shared/store/read.ts';
import { entryText } from '../reading/entryText.ts';
import { segmentsFrom } from './readIndex.ts';
import type { SortColumn } from './sortRows.ts';
import type { StreamExtent } from './streamIndex.ts';

/** Characters of data that sorting looks at. */
const SORTED_TEXT = 80;

/** The texts of rows, for a column that is not in memory. */
export async function textsOfRows(
  db: Database,
  extent: StreamExtent | undefined,
  ordinals: Uint32Array,
  column: SortColumn,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  if (column !== 'id' && column !== 'data') return undefined;
  const texts: string[] = [];
  for (const { id, firstEntry, entries } of extent?.exchanges ?? []) {
    if (texts.length === ordinals.length) break;
    if (ordinals[texts.length]! >= firstEntry + entries) continue;
    for await (const segment of segmentsFrom(db, id, 0)) {
      if (signal.aborted) return texts;
      const end = firstEntry + segment.firstEntry + segment.kinds.length;
      while (texts.length < ordinals.length && ordinals[texts.length]! < end) {
        const i = ordinals[texts.length]! - firstEntry - segment.firstEntry;
        if (column === 'id') texts.push(entryLastEventId(segment, i));
        else {
          const source = (index: number) => readSegment(db, segment.exchange, index);
          const text = await entryText(segment, i, entryRow(segment, i), source);
          texts.push(text.slice(0, SORTED_TEXT));
        }
      }
    }
  }
  return texts;
}
