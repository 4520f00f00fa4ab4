import { entryLastEventId } from '../segment/readSegment.ts';
import type { Segment } from '../segment/segment.ts';
import { beganAt, endedAt } from '../session/exchangeTimes.ts';
import { firstAtLeast } from '../session/firstAtLeast.ts';
import type { EndCause, Exchange, Header } from '../session/types.ts';
import { EntryKind, ProblemKind } from '../sse/types.ts';

/** How a response ends: by its end, by a broken connection, or not by the server: it stays open. */
export type Ending = 'end' | 'drop' | 'open';

/** What is played of an exchange: its bytes, and when each chunk of them comes. */
export interface Track {
  bytes: Uint8Array;
  /** Offset after each chunk, ascending. */
  ends: Uint32Array;
  /** When each chunk comes, ms after the request; ascending. */
  times: Float64Array;
  /** Offset after each block that dispatches an event, or sets the last event ID. */
  blockEnds: Uint32Array;
  /** The last event ID after each of these blocks. */
  blockIds: string[];
  /** 1 where the block dispatches an event. */
  isEvent: Uint8Array;
  status: number;
  headers: Header[];
  /** When the answer came, ms after the request. */
  respondAt: number;
  /** When it ended, ms after the request; not before its last chunk. */
  endAt: number;
  ending: Ending;
}

const ENDINGS: Record<EndCause, Ending> = {
  end: 'end',
  error: 'drop',
  disconnect: 'drop',
  // The page ended these: the server would have gone on.
  close: 'open',
  abort: 'open',
  cancel: 'open',
  unload: 'open',
};

/** The track of an exchange, from its record and all of its segments. */
export function trackOf(exchange: Exchange, segments: readonly Segment[]): Track {
  const began = beganAt(exchange);
  const bytes = new Uint8Array(segments.reduce((sum, one) => sum + one.bytes.length, 0));
  const ends: number[] = [];
  const times: number[] = [];
  const blockEnds: number[] = [];
  const blockIds: string[] = [];
  const isEvent: number[] = [];
  for (const segment of segments) {
    bytes.set(segment.bytes, segment.base);
    for (let i = 0; i < segment.chunkEnds.length; i++) {
      // A chunk that goes on in the next segment ends there.
      if (segment.continues && i === segment.chunkEnds.length - 1) break;
      ends.push(segment.base + segment.chunkEnds[i]!);
      times.push(Math.max(0, segment.chunkTimes[i]! - began, times.at(-1) ?? 0));
    }
    for (let i = 0; i < segment.kinds.length; i++) {
      const kind = segment.kinds[i];
      const setsId = kind === EntryKind.problem && segment.values[i] === ProblemKind.noData;
      if (kind !== EntryKind.event && !setsId) continue;
      blockEnds.push(segment.base + segment.ends[i]!);
      blockIds.push(entryLastEventId(segment, i));
      isEvent.push(setsId ? 0 : 1);
    }
  }
  const last = times.at(-1) ?? 0;
  const respondAt = Math.max(0, Math.min((exchange.respondedAt ?? began) - began, times[0] ?? Infinity));
  const ended = endedAt(exchange);
  const status = exchange.status || 200;
  return {
    bytes,
    ends: Uint32Array.from(ends),
    times: Float64Array.from(times),
    blockEnds: Uint32Array.from(blockEnds),
    blockIds,
    isEvent: Uint8Array.from(isEvent),
    status,
    headers: exchange.headers ?? [['content-type', 'text/event-stream']],
    respondAt,
    endAt: Math.max(last, respondAt, ended === undefined ? 0 : ended - began),
    ending: exchange.end === undefined ? 'open' : ENDINGS[exchange.end],
  };
}

/** Index of the first chunk that comes at `time` or later; their number when there is none. */
export function chunkAtTime({ times }: Track, time: number): number {
  return firstAtLeast(times, time);
}

/** Index of the first chunk that ends after a byte offset; their number when there is none. */
export function chunkAtOffset({ ends }: Track, offset: number): number {
  return firstAtLeast(ends, offset + 1);
}
