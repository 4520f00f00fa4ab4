import {
  type EntryRow,
  entryBytes,
  entryData,
  entryRow,
  entryTime,
  localData,
} from '../../shared/session/readSegment.ts';
import type { Segment } from '../../shared/session/segment.ts';
import type { Exchange } from '../../shared/session/types.ts';
import { readBlock } from '../../shared/sse/readEvent.ts';
import { EntryKind, type ProblemKind } from '../../shared/sse/types.ts';
import { PROBLEM_TEXTS } from '../state/entryText.ts';
import { entryPlace } from '../state/rows.ts';
import type { SegmentCache } from './segmentCache.ts';

/** A row of the events table. */
export interface TableRow extends EntryRow {
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
  exchanges: readonly Exchange[],
  ordinals: Iterable<number>,
): Promise<TableRow[]> {
  const rows: TableRow[] = [];
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
      size:
        row.kind === EntryKind.event || row.kind === EntryKind.incomplete ? row.value : row.end - row.start,
    });
  }
  return rows;
}

async function deltaOf(
  cache: SegmentCache,
  exchanges: readonly Exchange[],
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
  const text = data ? decoder.decode(data.subarray(0, PREVIEW * 4)) : await entryText(cache, segment, i, row);
  return text.slice(0, PREVIEW).replace(/\s*\n\s*/g, ' ⏎ ');
}

/** What an entry says, in full. */
export async function entryText(
  cache: SegmentCache,
  segment: Segment,
  i: number,
  row: EntryRow,
): Promise<string> {
  const source = (index: number) => cache.at(segment.exchange, index);
  switch (row.kind) {
    case EntryKind.event:
    case EntryKind.incomplete:
      return entryData(segment, i, source);
    case EntryKind.comment:
      return readBlock(await entryBytes(segment, i, source), row.start === 0).fields[0]?.value ?? '';
    case EntryKind.retry:
      return `${row.value} ms`;
    case EntryKind.problem:
      return PROBLEM_TEXTS[row.value as ProblemKind];
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
