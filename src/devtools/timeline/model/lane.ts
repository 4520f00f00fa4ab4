import type { ClockJump } from '../../../shared/session/clockJumps.ts';
import type { Stream } from '../../../shared/session/types.ts';

/** A time in which a stream was in one state. Times are ms since the epoch. */
export interface LaneSpan {
  kind: 'connecting' | 'open' | 'gap' | 'stall';
  from: number;
  /** Undefined while it lasts. */
  to: number | undefined;
}

/** Something that happened to a stream at one time. */
export interface LanePoint {
  kind: 'error' | 'end' | 'close' | 'reconnect';
  at: number;
  /** What failed; '' for other kinds, and for an end that is the server's. */
  detail: string;
  /** Of a reconnection: which attempt it is, and how long after the end it came, ms. */
  attempt: number;
  waited: number;
}

/** What the timeline draws of one logical stream, beside its entries. */
export interface Lane {
  /** In the order of their opening. */
  streams: readonly Stream[];
  /** In the order of the exchanges, those that last among them. */
  spans: readonly LaneSpan[];
  /** What is found anew each time: stalls, and the gap and the silence that last. */
  present: readonly LaneSpan[];
  points: readonly LanePoint[];
  /** How many gaps there are among the spans, errors among the points, and the longest of these gaps, ms. */
  gaps: number;
  longestGap: number;
  errors: number;
  /** Attempts to come back since the connection was lost that has not come back. */
  attempts: number;
  /** Jumps of the clock: lengths of time are told without them. */
  jumps: readonly ClockJump[];
}
