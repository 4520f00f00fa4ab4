import type { ProblemKind } from '../../sse/types.ts';
import type { EventSample } from './samples.ts';

/** Two moments with nothing in between, ms since the epoch. */
export interface Silence {
  from: number;
  to: number;
}

/** A problem of the bytes, and what stands there. */
export interface ProblemSample {
  kind: ProblemKind;
  ordinal: number;
  time: number;
  /** The line, or the block, as it was written: its first 200 bytes; '' where it is not at hand. */
  text: string;
  /** The event before it among the entries; undefined where there is none. */
  eventBefore: number | undefined;
}

/** What is counted over all entries of an exchange, however long it is. */
export interface Tally {
  entries: number;
  events: number;
  comments: number;
  bytes: number;
  eventsOfType: Map<string, number>;
  problems: Map<ProblemKind, number>;
  /** The first ones of each kind. */
  problemSamples: ProblemSample[];
  /** The last reconnection times that were sent, and when, ms. */
  retries: { at: number; ms: number; ordinal: number }[];
  /** The longest times between two chunks. */
  silences: Silence[];
  firstChunk: { time: number; bytes: number } | undefined;
  firstEventAt: number | undefined;
  /** Events whose blank line came in a later chunk than their last byte of data, together with the next block. */
  lateBlankLines: { count: number; delays: number[]; ordinal: number };
  /** Chunks that end inside a character. */
  splitCharacters: number;
  /** A line ended with CR: alone or before LF. */
  carriageReturns: boolean;
  largest: { size: number; ordinal: number; time: number } | undefined;
  /** Events of 256 KiB and more, and their bytes. */
  large: { count: number; bytes: number; from: number; to: number };
  /** The unfinished block at the end, as it was written: its first 200 bytes; '' where there is none. */
  tail: string;
  /** Some event had an ID. */
  hasIds: boolean;
  /** The IDs of the first and the last event, where each event's is a whole number and one more than that before. */
  counting: { first: number; last: number } | undefined;
  /** IDs of the first and the last event; '' where there is none. */
  firstId: string;
  lastId: string;
  /** The first events and the last ones. */
  firstEvents: EventSample[];
  lastEvents: EventSample[];
}

/** How many problems of a kind, silences and events are kept one by one. */
export const MOST_PROBLEMS = 20;
export const MOST_SILENCES = 16;
export const MOST_EVENTS = 100;
export const MOST_DELAYS = 1000;
export const MOST_RETRIES = 8;
/** Bytes of data from which on an event is large. */
export const LARGE = 256 * 1024;

export function emptyTally(): Tally {
  return {
    entries: 0,
    events: 0,
    comments: 0,
    bytes: 0,
    eventsOfType: new Map(),
    problems: new Map(),
    problemSamples: [],
    retries: [],
    silences: [],
    firstChunk: undefined,
    firstEventAt: undefined,
    lateBlankLines: { count: 0, delays: [], ordinal: 0 },
    splitCharacters: 0,
    carriageReturns: false,
    largest: undefined,
    large: { count: 0, bytes: 0, from: 0, to: 0 },
    tail: '',
    hasIds: false,
    counting: undefined,
    firstId: '',
    lastId: '',
    firstEvents: [],
    lastEvents: [],
  };
}
