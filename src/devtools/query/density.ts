import { EntryKind } from '../../shared/sse/types.ts';
import type { StreamIndex } from './streamIndex.ts';

/** Entries in equal spans of time, as the timeline draws them. */
export interface Density {
  from: number;
  to: number;
  /** Entries in each span, all kinds. */
  counts: Uint32Array;
  /** Of those: comments, and what is wrong (problems, incomplete tails). */
  comments: Uint32Array;
  problems: Uint32Array;
  /** Where there are few, each by itself. */
  ticks: Tick[] | undefined;
}

export interface Tick {
  n: number;
  time: number;
  kind: EntryKind;
  type: string;
}

/** Up to so many entries are drawn one by one. */
export const MOST_TICKS = 400;
/** Up to so many entries of a span are looked at one by one for their kind; of more, evenly chosen ones. */
const LOOKED_AT = 64;

/**
 * Counts the entries of a stream in `bins` equal spans of [from, to). The edges are found by halving in the sorted
 * column of times: the cost is that of the spans, not of the entries, at any zoom.
 */
export function densityOf(index: StreamIndex, from: number, to: number, bins: number): Density {
  const counts = new Uint32Array(bins);
  const comments = new Uint32Array(bins);
  const problems = new Uint32Array(bins);
  const first = index.firstAt(from);
  let at = first;
  for (let bin = 0; bin < bins; bin++) {
    const next =
      bin === bins - 1 ? index.firstAt(to) : index.firstAt(from + ((bin + 1) * (to - from)) / bins);
    const count = next - at;
    counts[bin] = count;
    const step = Math.max(1, Math.floor(count / LOOKED_AT));
    for (let n = at; n < next; n += step) {
      const kind = index.kinds.at(n);
      if (kind === EntryKind.comment) comments[bin]! += step;
      else if (kind === EntryKind.problem || kind === EntryKind.incomplete) problems[bin]! += step;
    }
    comments[bin] = Math.min(comments[bin]!, count);
    problems[bin] = Math.min(problems[bin]!, count);
    at = next;
  }
  let ticks: Tick[] | undefined;
  if (at - first <= MOST_TICKS) {
    ticks = [];
    for (let n = first; n < at; n++) {
      ticks.push({
        n,
        time: index.times.at(n),
        kind: index.kinds.at(n) as EntryKind,
        type: index.types[index.typeOf.at(n)]!,
      });
    }
  }
  return { from, to, counts, comments, problems, ticks };
}
