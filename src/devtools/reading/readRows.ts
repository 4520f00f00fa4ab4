import {
  type EntryRow,
  entryRow,
  entrySize,
  entryTime,
  localData,
} from '../../shared/segment/readSegment.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { entryText } from './entryText.ts';
import { entryPlace } from './rows.ts';
import type { SegmentCache } from './segmentCache.ts';

/** A row of the events table. */
export interface ReadRow extends EntryRow {
  /** Ordinal in the stream, from 0. */
  n: number;
  exchange: string;
  exchangeNumber: number;
  /** ms since the entry before; undefined for the first one. */
  delta: number | undefined;
  /** The beginning of what it says, on one line. */
  preview: string;
  /** Bytes: of the data for an event, of the line for the others. */
  size: number;
}

/** Characters of data that a row may show. */
const PREVIEW = 400;

/** Rows of a stream by their ordinals; those that are not in the store yet are left out. */
export async function readRows(
  cache: SegmentCache,
  exchanges: readonly ExchangeOutline[],
  ordinals: Iterable<number>,
): Promise<ReadRow[]> {
  const rows: ReadRow[] = [];
  for (const n of ordinals) {
    const place = entryPlace(exchanges, n);
    if (!place) continue;
    const segment = await cache.ofEntry(place.exchange.id, place.ordinal);
    const i = segment ? place.ordinal - segment.firstEntry : -1;
    if (!segment || i >= segment.kinds.length) continue;
    const row = entryRow(segment, i);
    rows.push({
      ...row,
      n,
      exchange: place.exchange.id,
      exchangeNumber: place.exchange.number,
      delta: await deltaOf(cache, exchanges, segment, i, n),
      preview: await previewOf(cache, segment, i, row),
      size: entrySize(segment, i),
    });
  }
  return rows;
}

async function deltaOf(
  cache: SegmentCache,
  exchanges: readonly ExchangeOutline[],
  segment: Segment,
  i: number,
  n: number,
): Promise<number | undefined> {
  if (i > 0) return entryTime(segment, i) - entryTime(segment, i - 1);
  const before = entryPlace(exchanges, n - 1);
  const other = before && (await cache.ofEntry(before.exchange.id, before.ordinal));
  if (!before || !other) return undefined;
  return entryTime(segment, i) - entryTime(other, before.ordinal - other.firstEntry);
}

async function previewOf(cache: SegmentCache, segment: Segment, i: number, row: EntryRow): Promise<string> {
  const data = localData(segment, i);
  // Of a huge event only the beginning is decoded.
  const text = data
    ? decoder.decode(data.subarray(0, PREVIEW * 4))
    : await entryText(segment, i, row, (index) => cache.at(segment.exchange, index));
  return text.slice(0, PREVIEW).replace(/\s*\n\s*/g, ' ⏎ ');
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
