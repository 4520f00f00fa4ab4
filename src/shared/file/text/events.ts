import { entryData, entryLastEventId, entryTime } from '../../segment/readSegment.ts';
import type { Segment } from '../../segment/segment.ts';
import { EntryKind } from '../../sse/types.ts';
import type { SessionSource } from '../source/sessionSource.ts';

/** One event of an exchange, in full. */
export interface ReadEvent {
  /** Ordinal among the entries of the exchange. */
  ordinal: number;
  /** Arrival, ms since the epoch. */
  time: number;
  type: string;
  lastEventId: string;
  data: string;
}

/** The events of an exchange in their order. */
export async function* eventsOf(
  source: Pick<SessionSource, 'segments'>,
  exchange: string,
): AsyncGenerator<ReadEvent> {
  /** Segments in which an unfinished event may have begun. */
  let earlier: Segment[] = [];
  for await (const segment of source.segments(exchange)) {
    earlier.push(segment);
    const find = async (index: number) => earlier.find((one) => one.index === index);
    for (let i = 0; i < segment.kinds.length; i++) {
      if (segment.kinds[i] !== EntryKind.event) continue;
      yield {
        ordinal: segment.firstEntry + i,
        time: entryTime(segment, i),
        type: segment.types[segment.typeOf[i]!]!,
        lastEventId: entryLastEventId(segment, i),
        data: await entryData(segment, i, find),
      };
    }
    // What is complete is needed no more.
    if (segment.kinds.length > 0) earlier = [segment];
  }
}
