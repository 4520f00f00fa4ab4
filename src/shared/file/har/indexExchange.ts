import { GrowingColumn } from '../../segment/growingColumn.ts';
import type { Segment } from '../../segment/segment.ts';
import { createSegmentWriter } from '../../segment/segmentWriter.ts';
import { joinBytes } from '../../session/joinBytes.ts';
import type { Exchange } from '../../session/types.ts';
import { createParser } from '../../sse/parse.ts';
import { EntryKind } from '../../sse/types.ts';
import type { ReadExchange } from './readSession.ts';

/** A longer chunk is cut, bytes. */
const MOST_WAITING = 32 << 20;

/** Says where the next chunk ends, and when it came; both ascend. After the last one: infinity, and the last time. */
interface Chunks {
  end(i: number): number;
  time(i: number): number;
}

/**
 * Turns the bytes of a file's exchange into segments, a few at a time. Where the file has no times of chunks, they are
 * those of its events, or spread evenly over the time of the exchange: `timesFrom` says so.
 *
 * @returns the exchange with its counts
 */
export async function* indexExchange(read: ReadExchange): AsyncGenerator<Segment[], Exchange> {
  const { exchange, content } = read;
  const own = await read.chunks();
  let from: 'events' | 'estimate' | undefined;
  let chunks: Chunks;
  if (own) {
    const { ends, times } = own;
    const last = times.at(-1) ?? exchange.startedAt;
    chunks = { end: (i) => ends[i] ?? Infinity, time: (i) => times[i] ?? last };
  } else ({ chunks, from } = await estimate(read));
  const writer = createSegmentWriter({ exchange: exchange.id, lastEventId: exchange.lastEventIdBefore });
  let chunk = 0;
  let offset = 0;
  let firstAt: number | undefined;
  let lastAt: number | undefined;
  let left: Uint8Array = new Uint8Array(0);
  /** @param last - nothing follows, or nothing that may wait: a chunk that is not complete ends here */
  const append = (bytes: Uint8Array, last: boolean): void => {
    const ends: number[] = [];
    const times: number[] = [];
    for (; chunks.end(chunk) <= offset + bytes.length; chunk++) {
      ends.push(chunks.end(chunk) - offset);
      times.push(chunks.time(chunk));
    }
    if (last && (ends.at(-1) ?? 0) < bytes.length) {
      ends.push(bytes.length);
      times.push(chunks.time(chunk));
    }
    const used = ends.at(-1) ?? 0;
    if (used > 0) {
      writer.appendAll(bytes.subarray(0, used), Uint32Array.from(ends), Float64Array.from(times));
      firstAt ??= times[0];
      lastAt = times.at(-1);
      offset += used;
    }
    left = bytes.slice(used);
  };
  for await (const piece of content.pieces()) {
    append(left.length === 0 ? piece : joinBytes(left, piece), left.length > MOST_WAITING);
    const segments = writer.takeChanged();
    if (segments.length > 0) yield segments;
  }
  append(left, true);
  writer.end();
  const rest = writer.takeChanged();
  if (rest.length > 0) yield rest;
  // Somebody has changed the content, and not its chunks.
  if (own && offset !== (own.ends.at(-1) ?? 0)) from = 'estimate';
  return {
    ...exchange,
    ...(from ? { timesFrom: from } : {}),
    ...(firstAt === undefined || lastAt === undefined ? {} : { firstAt, lastAt }),
    bytes: writer.bytes,
    entries: writer.entries,
    events: writer.events,
  };
}

/** A chunk for each entry. */
async function estimate({
  exchange,
  content,
  eventTimes,
}: ReadExchange): Promise<{ chunks: Chunks; from: 'events' | 'estimate' }> {
  const ends = new GrowingColumn<Float64Array>(Float64Array, 64);
  /** For each entry, how many events came before it. */
  const eventsBefore = new GrowingColumn<Uint32Array>(Uint32Array, 64);
  let events = 0;
  const parser = createParser({
    entry(kind, _from, to) {
      ends.add(to);
      eventsBefore.add(events);
      if (kind === EntryKind.event) events++;
    },
  });
  for await (const piece of content.pieces()) parser.push(piece);
  parser.end();
  const given = await eventTimes();
  const known = given && given.length > 0 && given.length === events ? given : undefined;
  const begin = exchange.respondedAt ?? exchange.startedAt;
  const end = Math.max(begin, exchange.endedAt ?? begin);
  const count = ends.length;
  const time = (i: number): number => {
    const entry = Math.min(i, count - 1);
    if (entry < 0) return begin;
    // What stands between two events came, as far as is known, with the second one.
    if (known) return known[Math.min(eventsBefore.at(entry), known.length - 1)]!;
    return count > 1 ? begin + (entry / (count - 1)) * (end - begin) : begin;
  };
  return {
    chunks: { end: (i) => (i < count ? ends.at(i) : Infinity), time },
    from: known ? 'events' : 'estimate',
  };
}
