import { createAssembly } from '../../shared/assemble/assembly.ts';
import type { Answer, Assembled } from '../../shared/assemble/build/assembled.ts';
import type { StreamContext, StreamEnding } from '../../shared/assemble/build/streamContext.ts';
import { entryData, entryLastEventId, entryTime } from '../../shared/segment/readSegment.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readSegment, readSegmentOfEntry } from '../../shared/store/read.ts';
import { segmentsFrom } from './readIndex.ts';
import type { StreamExtent } from './streamIndex.ts';

/** A part of an answer that is text. */
export type TextPart = 'reasoning' | 'text';

/** What a stream says as a whole, without the places of its pieces: those are asked for one by one. */
export interface AssembledReport {
  result: Assembled;
  /** When the first and the last event came, and the first ones and the last one with output, ms since the epoch. */
  times: {
    firstEvent: number | undefined;
    lastEvent: number | undefined;
    firstOutput: number | undefined;
    firstText: number | undefined;
    lastOutput: number | undefined;
  };
  /** The longest time between two events that follow each other, ms, and the ordinal of the entry after it. */
  longestPause: { ms: number; ordinal: number } | undefined;
}

export interface AssembledReader {
  /** @returns undefined where the stream has no known format */
  read(
    extent: StreamExtent,
    facts: StreamContext,
    ending: StreamEnding,
    signal: AbortSignal,
  ): Promise<AssembledReport | undefined>;
  /** Ordinal of the entry that brought a place in a text; -1 when there is none. */
  eventAt(stream: string, answer: number, part: TextPart, offset: number): number;
  /** What was read of a stream does not hold any more. */
  forget(stream: string): void;
}

/** A stream that is being put together. */
class Reading {
  readonly assembly: ReturnType<typeof createAssembly>;
  /** Ordinal of the next entry to look at. */
  looked = 0;
  /** Ordinals in the stream and arrival of each event. */
  readonly ordinals: number[] = [];
  readonly times: number[] = [];
  longestPause: { ms: number; ordinal: number } | undefined;
  answers: Answer[] = [];
  /** The last question about it: a later one waits for it. */
  busy: Promise<unknown> = Promise.resolve();

  constructor(facts: StreamContext) {
    this.assembly = createAssembly(facts);
  }

  add(ordinal: number, time: number, type: string, data: string, id: string): void {
    const before = this.times.at(-1);
    if (before !== undefined && time - before > (this.longestPause?.ms ?? 0)) {
      this.longestPause = { ms: time - before, ordinal };
    }
    this.ordinals.push(ordinal);
    this.times.push(time);
    this.assembly.add({ n: this.ordinals.length, type, data, id });
  }

  timeOf(event: number | null): number | undefined {
    return event === null ? undefined : this.times[event - 1];
  }
}

/** Reads streams from the store and puts together what they say, as far as they have come. */
export function createAssembledReader(db: Database): AssembledReader {
  const readings = new Map<string, Reading>();

  async function takeSegment(reading: Reading, segment: Segment, firstEntry: number): Promise<void> {
    const source = (index: number) => readSegment(db, segment.exchange, index);
    const from = reading.looked - firstEntry - segment.firstEntry;
    for (let i = Math.max(0, from); i < segment.kinds.length; i++) {
      const ordinal = firstEntry + segment.firstEntry + i;
      reading.looked = ordinal + 1;
      if (segment.kinds[i] !== EntryKind.event) continue;
      const data = await entryData(segment, i, source);
      const type = segment.types[segment.typeOf[i]!]!;
      reading.add(ordinal, entryTime(segment, i), type, data, entryLastEventId(segment, i));
    }
  }

  async function advance(reading: Reading, { exchanges }: StreamExtent, signal: AbortSignal): Promise<void> {
    for (const { id, firstEntry, entries } of exchanges) {
      if (entries === 0 || reading.looked >= firstEntry + entries) continue;
      const known = Math.max(0, reading.looked - firstEntry);
      const first = known === 0 ? 0 : (await readSegmentOfEntry(db, id, known))?.index;
      if (first === undefined) return;
      for await (const segment of segmentsFrom(db, id, first)) {
        if (signal.aborted) return;
        await takeSegment(reading, segment, firstEntry);
      }
      // The rest is not in the store yet.
      if (reading.looked < firstEntry + entries) return;
    }
  }

  function report(reading: Reading, ending: StreamEnding): AssembledReport | undefined {
    const result = reading.assembly.result(ending);
    if (!result) return undefined;
    reading.answers = result.answers;
    return {
      result,
      times: {
        firstEvent: reading.times[0],
        lastEvent: reading.times.at(-1),
        firstOutput: reading.timeOf(result.firstOutput),
        firstText: reading.timeOf(result.firstText),
        lastOutput: reading.timeOf(result.lastOutput),
      },
      longestPause: reading.longestPause,
    };
  }

  return {
    async read(extent, facts, ending, signal) {
      const reading = readings.get(extent.stream) ?? new Reading(facts);
      readings.set(extent.stream, reading);
      // Two readers at once would give the same events twice.
      const own = reading.busy.then(() => advance(reading, extent, signal));
      reading.busy = own.catch(() => {});
      await own;
      signal.throwIfAborted();
      return report(reading, ending);
    },
    eventAt(stream, answer, part, offset) {
      const reading = readings.get(stream);
      let at = 0;
      for (const { event, length } of reading?.answers[answer]?.pieces[part] ?? []) {
        at += length;
        if (offset < at) return reading!.ordinals[event - 1] ?? -1;
      }
      return -1;
    },
    forget: (stream) => void readings.delete(stream),
  };
}
