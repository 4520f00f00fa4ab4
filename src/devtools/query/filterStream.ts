import { entryRow, entryTime } from '../../shared/segment/readSegment.ts';
import { exchangeIndexAt } from '../../shared/session/exchangeList.ts';
import type { Database } from '../../shared/store/open.ts';
import { readSegment, readSegmentOfEntry } from '../../shared/store/read.ts';
import type { Term } from '../filter/parseFilter.ts';
import { entryText } from '../reading/entryText.ts';
import { matchSegment } from './matchSegment.ts';
import { segmentsFrom } from './readIndex.ts';
import type { StreamExtent } from './streamIndex.ts';

/** Entries that are looked at: those of these ordinals that came in this time. */
export interface FilterRange {
  /** Ordinals in the stream. */
  from: number;
  to: number;
  /** ms since the epoch; undefined for any time. */
  time: { from: number; to: number } | undefined;
}

/** Matches are handed over at most this often, ms, so that few messages tell of many. */
const TELL_EVERY = 40;

/**
 * Looks through a stream in its order, and hands over the ordinals of the entries that match as they are found.
 *
 * @param found - ascending ordinals, each once
 * @param signal - aborted when nobody wants to know any more
 * @returns the ordinal up to which it has looked
 */
export async function filterStream(
  db: Database,
  extent: StreamExtent,
  terms: readonly Term[],
  range: FilterRange,
  found: (ordinals: Uint32Array) => void,
  signal: AbortSignal,
): Promise<number> {
  let pending: Uint32Array[] = [];
  let nextTell = 0;
  const tell = (now: boolean): void => {
    if (pending.length === 0 || (!now && performance.now() < nextTell)) return;
    found(joined(pending));
    pending = [];
    nextTell = performance.now() + TELL_EVERY;
  };
  let looked = range.from;
  let timeBefore: number | undefined;
  const { exchanges } = extent;
  for (let at = exchangeIndexAt(exchanges, looked); at < exchanges.length; at++) {
    const { id, number, firstEntry, entries } = exchanges[at]!;
    const end = Math.min(firstEntry + entries, range.to);
    if (looked >= end) continue;
    const start = looked === firstEntry ? 0 : (await readSegmentOfEntry(db, id, looked - firstEntry))?.index;
    if (signal.aborted) return looked;
    if (start === undefined) break;
    for await (const segment of segmentsFrom(db, id, start)) {
      if (signal.aborted) return looked;
      const from = looked - firstEntry - segment.firstEntry;
      if (from < segment.kinds.length) {
        if (from > 0) timeBefore = entryTime(segment, from - 1);
        const mask = await matchSegment(segment, from, terms, {
          exchange: number,
          timeBefore,
          textOf: (i) =>
            entryText(segment, i, entryRow(segment, i), (index) => readSegment(db, segment.exchange, index)),
        });
        const count = Math.min(mask.length, end - looked);
        const ordinals = chosen(
          mask.subarray(0, count),
          looked,
          (i) => entryTime(segment, from + i),
          range.time,
        );
        if (ordinals.length > 0) pending.push(ordinals);
        looked += count;
        timeBefore = entryTime(segment, segment.kinds.length - 1);
      }
      tell(false);
      if (looked >= end) break;
    }
    if (looked < end) break;
  }
  tell(true);
  return looked;
}

function chosen(
  mask: Uint8Array,
  base: number,
  timeOf: (i: number) => number,
  time: FilterRange['time'],
): Uint32Array {
  const ordinals = new Uint32Array(mask.length);
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    if (time) {
      const at = timeOf(i);
      if (at < time.from || at > time.to) continue;
    }
    ordinals[count++] = base + i;
  }
  return ordinals.slice(0, count);
}

function joined(pieces: readonly Uint32Array[]): Uint32Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint32Array(pieces.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
