import { createParser } from '../../sse/parse.ts';
import { EntryKind } from '../../sse/types.ts';
import type { Segment } from '../segment.ts';
import { createSegmentWriter } from '../segmentWriter.ts';
import type { Exchange } from '../types.ts';
import type { ReadExchange } from './readHar.ts';

/** Bytes that are indexed at once. */
const STEP = 1 << 20;

/**
 * Turns the bytes of a file's exchange into segments, a few at a time. Where the file has no times of chunks, they are
 * those of its events, or spread evenly over the time of the exchange: `timesFrom` says so.
 *
 * @returns the exchange with its counts
 */
export function* indexExchange({
  exchange,
  content,
  eventTimes,
}: ReadExchange): Generator<Segment[], Exchange> {
  const { bytes } = content;
  const { ends, times, from } =
    content.times === undefined
      ? estimate(exchange, bytes, eventTimes)
      : { ...content, times: content.times, from: undefined };
  const writer = createSegmentWriter({ exchange: exchange.id, lastEventId: exchange.lastEventIdBefore });
  for (let i = 0, start = 0; i < ends.length; ) {
    let after = i + 1;
    while (after < ends.length && ends[after]! - start < STEP) after++;
    const base = start;
    writer.appendAll(
      bytes.subarray(start, ends[after - 1]!),
      ends.slice(i, after).map((end) => end - base),
      times.slice(i, after),
    );
    start = ends[after - 1]!;
    i = after;
    const segments = writer.takeChanged();
    if (segments.length > 0) yield segments;
  }
  writer.end();
  const rest = writer.takeChanged();
  if (rest.length > 0) yield rest;
  return {
    ...exchange,
    ...(from ? { timesFrom: from } : {}),
    ...(times.length > 0 ? { firstAt: times[0]!, lastAt: times.at(-1)! } : {}),
    bytes: writer.bytes,
    entries: writer.entries,
    events: writer.events,
  };
}

function estimate(
  exchange: Exchange,
  bytes: Uint8Array,
  eventTimes: Float64Array | undefined,
): { ends: Uint32Array; times: Float64Array; from: 'events' | 'estimate' } {
  const ends: number[] = [];
  const isEvent: boolean[] = [];
  const parser = createParser({
    entry(kind, _from, to) {
      ends.push(to);
      isEvent.push(kind === EntryKind.event);
    },
  });
  parser.push(bytes);
  parser.end();
  const known = eventTimes?.length === isEvent.filter(Boolean).length ? eventTimes : undefined;
  const begin = exchange.respondedAt ?? exchange.startedAt;
  const end = Math.max(begin, exchange.endedAt ?? begin);
  const times = new Float64Array(ends.length);
  let event = 0;
  for (let i = 0; i < ends.length; i++) {
    // What stands between two events came, as far as is known, with the second one.
    times[i] = known
      ? known[Math.min(event, known.length - 1)]!
      : ends.length > 1
        ? begin + (i / (ends.length - 1)) * (end - begin)
        : begin;
    if (isEvent[i]) event++;
  }
  const from = known ? 'events' : 'estimate';
  // Several entries can end at one place; and what follows the last one is a chunk too.
  const last = ends.at(-1) ?? 0;
  if (last < bytes.length) {
    return {
      ends: Uint32Array.from([...ends, bytes.length]),
      times: Float64Array.from([...times, times.at(-1) ?? begin]),
      from,
    };
  }
  return { ends: Uint32Array.from(ends), times, from };
}
