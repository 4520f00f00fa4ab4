import { type ClockJump, elapsed } from '../../session/clockJumps.ts';
import { beganAt } from '../../session/exchangeTimes.ts';
import { EntryKind } from '../../sse/types.ts';
import type { Connection } from './connection.ts';
import { median } from './percentiles.ts';

/** Bytes that came together after a pause. */
export interface Lump {
  at: number;
  bytes: number;
  /** Entries that were complete with it. */
  entries: number;
  /** ms without a byte before it. */
  pause: number;
  /** It ended in the middle of a block: whoever sent it did not look at what it sent. */
  cutsBlock: boolean;
}

/** What a buffer between server and client does to a stream. */
export interface Lumps {
  lumps: Lump[];
  /** Lumps whose size is a multiple of 4 KiB, or that end in the middle of a block. */
  telling: number;
  /** The size that they have in common, bytes; undefined when there is none. */
  size: number | undefined;
  /** Median of the pauses before them, ms: for so long what the server sent lay in the buffer. */
  pause: number;
  /** Enough of them to call it buffering. */
  buffered: boolean;
}

/** Chunks that follow each other so closely came together, ms. */
const TOGETHER = 8;
/** A pause that somebody would notice, ms. */
const LEAST_PAUSE = 50;
/** A server that writes a few events at once is no buffer: so many blocks are a lump. */
const LEAST_ENTRIES = 3;
const LEAST_LUMPS = 3;
/** From the request to the first lump: a server that answers late by itself takes less, ms. */
const LONG_WAIT = 1000;
const PAGE = 4096;

/**
 * Finds delivery in lumps: many blocks at once after a pause, again and again. A server may send like that on purpose;
 * a buffer gives itself away by cutting blocks in the middle, or by the sizes of buffers (4, 8, 16, 64 KiB).
 */
export function findLumps({ exchange, columns }: Connection, jumps: readonly ClockJump[] = []): Lumps {
  const { chunkTimes, chunkEnds, ends, kinds, chunksBefore } = columns;
  const lumps: Lump[] = [];
  let entry = 0;
  let from = chunksBefore === 0 ? 0 : Number.NaN;
  // Before the first one there was a pause too, when the answer took long.
  const waited = elapsed(beganAt(exchange), chunkTimes[0] ?? 0, jumps);
  const firstPause = chunksBefore === 0 && waited >= LONG_WAIT ? waited : 0;
  for (let i = 0; i < chunkTimes.length; ) {
    let last = i;
    while (
      last + 1 < chunkTimes.length &&
      elapsed(chunkTimes[last]!, chunkTimes[last + 1]!, jumps) <= TOGETHER
    ) {
      last++;
    }
    const end = chunkEnds[last]!;
    const first = entry;
    while (entry < ends.length && ends[entry]! <= end) entry++;
    // A CRLF stream's entries end at their CR: one byte more still ends with them.
    const complete = entry > 0 && end - ends[entry - 1]! <= 1 && kinds[entry - 1] !== EntryKind.incomplete;
    lumps.push({
      at: chunkTimes[i]!,
      bytes: end - from,
      entries: entry - first,
      pause: i === 0 ? firstPause : elapsed(chunkTimes[i - 1]!, chunkTimes[i]!, jumps),
      cutsBlock: !complete,
    });
    from = end;
    i = last + 1;
  }
  // The last one says nothing: a stream may break off.
  const candidates = lumps
    .slice(0, -1)
    .filter((one) => one.pause >= LEAST_PAUSE && one.entries >= LEAST_ENTRIES);
  const telling = candidates.filter((one) => one.cutsBlock || one.bytes % PAGE === 0);
  const size = commonSize(telling);
  const pages = sameSize(telling);
  return {
    lumps: candidates,
    telling: telling.length,
    size,
    pause: candidates.length > 0 ? median(candidates.map((one) => one.pause)) : 0,
    buffered: (telling.length >= LEAST_LUMPS || pages) && telling.length >= candidates.length / 2,
  };
}

/** Two buffers of one size that were full say enough. */
function sameSize(lumps: readonly Lump[]): boolean {
  const full = lumps.filter((one) => one.bytes % PAGE === 0).map(({ bytes }) => bytes);
  return full.some((size, i) => full.indexOf(size) !== i);
}

/** The size that most of them have, within 2 %. */
function commonSize(lumps: readonly Lump[]): number | undefined {
  if (lumps.length < LEAST_LUMPS) return undefined;
  const middle = median(lumps.map((one) => one.bytes));
  const close = lumps.filter((one) => Math.abs(one.bytes - middle) <= middle * 0.02);
  return close.length >= lumps.length / 2 ? middle : undefined;
}
