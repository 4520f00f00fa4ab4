import { entryLastEventId } from '../../segment/readSegment.ts';
import type { Segment } from '../../segment/segment.ts';
import { EntryKind, type ProblemKind } from '../../sse/types.ts';
import { entryBytesText, sampleOf } from './samples.ts';
import {
  emptyTally,
  LARGE,
  MOST_DELAYS,
  MOST_EVENTS,
  MOST_PROBLEMS,
  MOST_RETRIES,
  MOST_SILENCES,
  type Tally,
} from './tally.ts';

/** Bytes of a block in which a problem stands that are kept. */
const PROBLEM_TEXT = 200;
/** A blank line that comes so much later than the data is late, ms. */
const LATE = 100;
/** Longer blocks need several chunks anyway, bytes. */
const LONG_BLOCK = 16 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** Counts over all entries of an exchange, each of them once. */
export class Tallying {
  readonly #all = emptyTally();
  #lastChunkAt: number | undefined;
  #lastEvent: number | undefined;
  /** All IDs so far were whole numbers, each one more than that before. */
  #counts = true;

  /** Counts the entries and chunks of a segment from these on. */
  add(segment: Segment, entry: number, chunk: number): void {
    for (let i = chunk; i < segment.chunkEnds.length; i++) this.#addChunk(segment, i);
    let holds = 0;
    const { kinds, ends, chunkEnds } = segment;
    let eventsToCome = 0;
    for (let i = entry; i < kinds.length; i++) if (kinds[i] === EntryKind.event) eventsToCome++;
    let last = -1;
    for (let i = entry; i < kinds.length; i++) {
      while (holds < chunkEnds.length - 1 && chunkEnds[holds]! < ends[i]!) holds++;
      const time = segment.chunkTimes[holds]!;
      this.#all.entries++;
      const kind = kinds[i]!;
      if (kind === EntryKind.event) {
        this.#addEvent(segment, i, holds, eventsToCome-- <= MOST_EVENTS);
        last = i;
      } else if (kind === EntryKind.comment) this.#all.comments++;
      else if (kind === EntryKind.problem) this.#addProblem(segment, i, time);
      else if (kind === EntryKind.incomplete) this.#all.tail = entryBytesText(segment, i, PROBLEM_TEXT);
      else if (kind === EntryKind.retry) {
        this.#all.retries.push({ at: time, ms: segment.values[i]!, ordinal: segment.firstEntry + i });
        if (this.#all.retries.length > MOST_RETRIES) this.#all.retries.shift();
      }
    }
    if (last >= 0) this.#all.lastId = entryLastEventId(segment, last);
    if (this.#all.lastEvents.length > MOST_EVENTS)
      this.#all.lastEvents = this.#all.lastEvents.slice(-MOST_EVENTS);
  }

  tally(): Tally {
    return this.#all;
  }

  #addChunk(segment: Segment, i: number): void {
    const time = segment.chunkTimes[i]!;
    const from = i === 0 ? 0 : segment.chunkEnds[i - 1]!;
    const end = segment.chunkEnds[i]!;
    this.#all.firstChunk ??= { time, bytes: end - from };
    if (this.#lastChunkAt !== undefined) this.#addSilence(this.#lastChunkAt, time);
    this.#lastChunkAt = time;
    const goesOn = segment.continues && i === segment.chunkEnds.length - 1;
    if (!goesOn && endsInCharacter(segment.bytes, end)) this.#all.splitCharacters++;
    this.#all.bytes += end - from;
  }

  #addSilence(from: number, to: number): void {
    const least = this.#all.silences.at(-1);
    const length = to - from;
    if (this.#all.silences.length === MOST_SILENCES && length <= least!.to - least!.from) return;
    if (length <= 0) return;
    const at = this.#all.silences.findIndex((one) => one.to - one.from < length);
    this.#all.silences.splice(at < 0 ? this.#all.silences.length : at, 0, { from, to });
    this.#all.silences.length = Math.min(this.#all.silences.length, MOST_SILENCES);
  }

  #addId(segment: Segment, i: number): void {
    const id = entryLastEventId(segment, i);
    if (this.#all.events === 1) this.#all.firstId = id;
    if (id === '') {
      this.#counts = false;
      return;
    }
    this.#all.hasIds = true;
    if (!this.#counts) return;
    const number = /^\d{1,15}$/.test(id) ? Number(id) : Number.NaN;
    const before = this.#all.counting;
    if (before ? number === before.last + 1 : !Number.isNaN(number)) {
      this.#all.counting = { first: before?.first ?? number, last: number };
    } else {
      this.#counts = false;
      this.#all.counting = undefined;
    }
  }

  /** Whether the block's data was there before the chunk that completed it, which goes on with the next block. */
  #addBlankLine(segment: Segment, i: number, chunk: number): void {
    const end = segment.ends[i]!;
    if (chunk === 0 || segment.lengths[i]! > LONG_BLOCK) return;
    let content = end;
    while (content > 0 && (segment.bytes[content - 1] === LF || segment.bytes[content - 1] === CR)) content--;
    const chunkStart = segment.chunkEnds[chunk - 1]!;
    const after = segment.bytes[end] === LF && segment.bytes[end - 1] === CR ? end + 1 : end;
    if (content > chunkStart || segment.chunkEnds[chunk]! <= after) return;
    const delay = segment.chunkTimes[chunk]! - segment.chunkTimes[chunk - 1]!;
    if (delay < LATE) return;
    const late = this.#all.lateBlankLines;
    if (late.count++ === 0) late.ordinal = segment.firstEntry + i;
    if (late.delays.length < MOST_DELAYS) late.delays.push(delay);
  }

  #addEvent(segment: Segment, i: number, chunk: number, sampled: boolean): void {
    const time = segment.chunkTimes[chunk]!;
    const ordinal = segment.firstEntry + i;
    this.#all.events++;
    this.#all.firstEventAt ??= time;
    const type = segment.types[segment.typeOf[i]!]!;
    this.#all.eventsOfType.set(type, (this.#all.eventsOfType.get(type) ?? 0) + 1);
    if (this.#counts || !this.#all.hasIds) this.#addId(segment, i);
    this.#addBlankLine(segment, i, chunk);
    this.#all.carriageReturns ||= segment.bytes[segment.ends[i]! - 1] === CR;
    const size = segment.values[i]!;
    if (!this.#all.largest || size > this.#all.largest.size) this.#all.largest = { size, ordinal, time };
    if (size >= LARGE) {
      const { large } = this.#all;
      if (large.count++ === 0) large.from = time;
      large.bytes += size;
      large.to = time;
    }
    if (sampled || this.#all.events <= MOST_EVENTS) {
      const sample = sampleOf(segment, i, time);
      if (this.#all.events <= MOST_EVENTS) this.#all.firstEvents.push(sample);
      if (sampled) this.#all.lastEvents.push(sample);
    }
    this.#lastEvent = ordinal;
  }

  #addProblem(segment: Segment, i: number, time: number): void {
    const kind = segment.values[i]! as ProblemKind;
    const count = (this.#all.problems.get(kind) ?? 0) + 1;
    this.#all.problems.set(kind, count);
    if (count > MOST_PROBLEMS) return;
    const text = entryBytesText(segment, i, PROBLEM_TEXT);
    this.#all.problemSamples.push({
      kind,
      ordinal: segment.firstEntry + i,
      time,
      text,
      eventBefore: this.#lastEvent,
    });
  }
}

/** Whether a UTF-8 sequence goes on after `end`. */
function endsInCharacter(bytes: Uint8Array, end: number): boolean {
  if (end === 0 || bytes[end - 1]! < 0x80) return false;
  let lead = end - 1;
  while (lead > 0 && end - lead < 4 && (bytes[lead]! & 0xc0) === 0x80) lead--;
  const first = bytes[lead]!;
  const needs = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return end - lead < needs;
}
