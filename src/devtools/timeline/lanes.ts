import { type ClockJump, elapsed } from '../../shared/session/clock.ts';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { formatDuration } from '../../shared/session/format.ts';
import type { Stall } from '../../shared/session/health/stalls.ts';
import type { Mark, Stream } from '../../shared/session/types.ts';
import type { TimeRange } from '../data/timeRange.ts';

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

/** What is worth jumping to. */
export interface Trouble {
  kind: 'gap' | 'stall' | 'error';
  from: number;
  to: number;
  stream: string;
  text: string;
}

/** What a lane is made of, apart from its exchanges. */
export interface LaneSource {
  streams: readonly Stream[];
  /** Of all its streams, in the order of their requests. */
  exchanges: readonly ExchangeOutline[];
  /** Unusual silence while it was open. */
  stalls: readonly Stall[];
  /** ms of silence from which on it stalls, for the silence that lasts. */
  threshold: number | undefined;
  jumps: readonly ClockJump[];
  now: number;
  live: boolean;
}

/** Where the work on a lane stands before one of its exchanges. */
interface Checkpoint {
  exchange: number;
  spans: number;
  points: number;
  /** End of the last time that it was open, while it has not come back. */
  brokenAt: number | undefined;
  attempts: number;
  gaps: number;
  longestGap: number;
  errors: number;
}

/** Work can go on from the last so many exchanges; a change further back is rare, and all is done again. */
const CHECKPOINTS = 64;

/**
 * The states of a logical stream one after the other: connecting from the request to its response, open from there to
 * its end, and the gap to the next response with all attempts in it. What the exchanges say is kept: only from the first
 * one that has changed on is it worked out again.
 */
export class LaneBuilder {
  #exchanges: ExchangeOutline[] = [];
  #spans: LaneSpan[] = [];
  #points: LanePoint[] = [];
  #checkpoints: Checkpoint[] = [];
  #at: Checkpoint = { ...BEGINNING };
  #live = false;
  #jumps: readonly ClockJump[] = [];

  update({ streams, exchanges, stalls, threshold, jumps, now, live }: LaneSource): Lane {
    if (live !== this.#live || jumps !== this.#jumps) this.#goBackTo(0);
    this.#live = live;
    this.#jumps = jumps;
    let same = 0;
    const known = Math.min(this.#exchanges.length, exchanges.length);
    while (same < known && this.#exchanges[same] === exchanges[same]) same++;
    if (same < this.#exchanges.length) this.#goBackTo(same);
    for (let i = this.#exchanges.length; i < exchanges.length; i++) this.#add(exchanges[i]!);

    const { brokenAt, gaps, longestGap, errors, attempts } = this.#at;
    const present: LaneSpan[] = stalls.map(({ from, to }) => ({ kind: 'stall', from, to }));
    const current = streams.at(-1);
    if (brokenAt !== undefined && live && current?.state !== 'ended') {
      present.push({ kind: 'gap', from: brokenAt, to: undefined });
    }
    const silent = silentSince(streams, threshold, jumps, now, live);
    if (silent !== undefined) present.push({ kind: 'stall', from: silent, to: undefined });
    return {
      streams,
      spans: this.#spans,
      present,
      points: this.#points,
      gaps,
      longestGap,
      errors,
      attempts,
      jumps,
    };
  }

  /** Everything from this exchange on is forgotten. */
  #goBackTo(exchange: number): void {
    while (this.#checkpoints.length > 0 && this.#checkpoints.at(-1)!.exchange > exchange) {
      this.#checkpoints.pop();
    }
    const back = this.#checkpoints.pop() ?? BEGINNING;
    this.#at = { ...back };
    this.#exchanges.length = back.exchange;
    this.#spans.length = back.spans;
    this.#points.length = back.points;
  }

  #add(exchange: ExchangeOutline): void {
    const at = this.#at;
    this.#checkpoints.push({
      ...at,
      exchange: this.#exchanges.length,
      spans: this.#spans.length,
      points: this.#points.length,
    });
    if (this.#checkpoints.length > CHECKPOINTS * 2) this.#checkpoints.splice(0, CHECKPOINTS);
    const before = this.#exchanges.at(-1);
    if (before) at.brokenAt ??= endedAt(before);
    this.#exchanges.push(exchange);

    const begin = exchange.http?.requestedAt ?? exchange.startedAt;
    const opened = openedAt(exchange);
    const ended = endedAt(exchange);
    const end = ended ?? (this.#live ? undefined : Math.max(begin, exchange.lastAt ?? opened ?? begin));
    const waits = exchange.number > 1 && !exchange.http && opened === undefined && ended === undefined;
    if (at.brokenAt !== undefined && !waits) {
      at.attempts++;
      this.#point('reconnect', begin, '', at.attempts, elapsed(at.brokenAt, begin, this.#jumps));
    }
    if (!waits) {
      const answered = opened ?? end;
      if (answered === undefined || answered > begin) {
        this.#spans.push({ kind: 'connecting', from: begin, to: answered });
      }
    }
    if (opened !== undefined) {
      if (at.brokenAt !== undefined) {
        this.#spans.push({ kind: 'gap', from: at.brokenAt, to: opened });
        at.gaps++;
        at.longestGap = Math.max(at.longestGap, elapsed(at.brokenAt, opened, this.#jumps));
        at.brokenAt = undefined;
        at.attempts = 0;
      }
      this.#spans.push({ kind: 'open', from: opened, to: end });
    }
    if (ended === undefined) return;
    const failure = failureOf(exchange);
    if (failure) {
      at.errors++;
      this.#point('error', ended, failure);
      return;
    }
    const byPage = exchange.end === 'close' || exchange.end === 'abort' || exchange.end === 'cancel';
    this.#point(byPage ? 'close' : 'end', ended, exchange.end === 'unload' ? 'the page went away' : '');
  }

  #point(kind: LanePoint['kind'], at: number, detail: string, attempt = 0, waited = 0): void {
    this.#points.push({ kind, at, detail, attempt, waited });
  }
}

const BEGINNING: Checkpoint = {
  exchange: 0,
  spans: 0,
  points: 0,
  brokenAt: undefined,
  attempts: 0,
  gaps: 0,
  longestGap: 0,
  errors: 0,
};

/** What a span is, in words. */
export function spanText({ kind, from, to }: LaneSpan, now: number, jumps: readonly ClockJump[]): string {
  const length = formatDuration(elapsed(from, to ?? now, jumps));
  const soFar = to === undefined ? ' so far' : '';
  switch (kind) {
    case 'stall':
      return `silent for ${length}${soFar}`;
    case 'gap':
      return `gap, ${length}${soFar}`;
    default:
      return `${kind}, ${length}`;
  }
}

/** What happened, in words. */
export function pointText({ kind, detail, attempt, waited }: LanePoint): string {
  switch (kind) {
    case 'reconnect':
      return `attempt ${attempt}, after ${formatDuration(waited)}`;
    case 'close':
      return 'closed by the page';
    case 'end':
      return detail || 'ended by the server';
    case 'error':
      return detail;
  }
}

/** Last sign of life of an open stream that has been silent for longer than it should; undefined when all is well. */
export function silentSince(
  streams: readonly Stream[],
  threshold: number | undefined,
  jumps: readonly ClockJump[],
  now: number,
  live: boolean,
): number | undefined {
  const current = streams.at(-1);
  if (!live || threshold === undefined || current?.state !== 'open' || current.lastAt === undefined)
    return undefined;
  return elapsed(current.lastAt, now, jumps) > threshold ? current.lastAt : undefined;
}

/** What went wrong with an exchange, in a few words; '' when nothing did. */
export function failureOf({ status, http, end, error }: ExchangeOutline): string {
  if (status !== undefined && status !== 0 && status !== 200) return `status ${status}`;
  // What the page ended, or what went with it, is no failure, whatever the browser calls it.
  if (end === 'close' || end === 'abort' || end === 'cancel' || end === 'unload') return '';
  if (http?.error && !http.aborted) return http.error;
  if (end === 'error') return error || 'failed';
  if (end === 'disconnect') return 'connection lost';
  return '';
}

/** How many gaps, stalls and errors there are in all lanes. */
export function countTroubles(lanes: readonly Lane[]): number {
  return lanes.reduce((sum, { gaps, errors, present }) => sum + gaps + errors + present.length, 0);
}

/** Gaps, stalls and errors of all lanes, by time. */
export function troublesOf(lanes: readonly Lane[], now: number): Trouble[] {
  return lanes.flatMap((lane) => latestTroubles(lane, Infinity, now)).sort((a, b) => a.from - b.from);
}

/** The last gaps, stalls and errors of a lane, by time: at most `count`. */
export function latestTroubles(
  { streams, spans, present, points, jumps }: Lane,
  count: number,
  now: number,
): Trouble[] {
  const stream = streams.at(-1)!.id;
  const isTrouble = ({ kind }: LaneSpan) => kind === 'gap' || kind === 'stall';
  const silent = [...lastOf(spans, isTrouble, count), ...lastOf(present, isTrouble, count)].map(
    (span): Trouble => {
      const { kind, from, to = now } = span;
      return { kind: kind as 'gap' | 'stall', from, to, stream, text: spanText(span, now, jumps) };
    },
  );
  const failed = lastOf(points, ({ kind }) => kind === 'error', count).map(
    ({ at, detail }): Trouble => ({ kind: 'error', from: at, to: at, stream, text: detail }),
  );
  const troubles = silent.concat(failed).sort((a, b) => a.from - b.from);
  return count < troubles.length ? troubles.slice(-count) : troubles;
}

/** The last ones of a list that are wanted, at most `count`, in their order. */
function lastOf<T>(list: readonly T[], wanted: (one: T) => boolean, count: number): T[] {
  const found: T[] = [];
  for (let i = list.length - 1; i >= 0 && found.length < count; i--) {
    if (wanted(list[i]!)) found.push(list[i]!);
  }
  return found.reverse();
}

/**
 * What to jump to: the one after (or before) that which was jumped to last, while that is in view; else after the middle
 * of the view; the first (or last) one where everything is in view.
 */
export function nextTrouble(
  troubles: readonly Trouble[],
  step: 1 | -1,
  view: TimeRange,
  whole: TimeRange,
  last: Trouble | undefined,
): Trouble | undefined {
  const everything = view.from <= whole.from && view.to >= whole.to;
  const known = troubles.findIndex(
    (one) => one.kind === last?.kind && one.from === last.from && one.stream === last.stream,
  );
  const center = ({ from, to }: TimeRange) => (from + to) / 2;
  if (known >= 0 && center(troubles[known]!) >= view.from && center(troubles[known]!) <= view.to) {
    return troubles[known + step];
  }
  if (everything) return step > 0 ? troubles[0] : troubles.at(-1);
  const middle = center(view);
  return step > 0
    ? troubles.find((one) => center(one) > middle)
    : troubles.findLast((one) => center(one) < middle);
}

/** Marks of the page that the timeline draws across all lanes. */
export function pageMarks(marks: readonly Mark[]): Mark[] {
  const shown = new Set([
    'navigation',
    'visibility',
    'online',
    'offline',
    'freeze',
    'resume',
    'lost',
    'clock',
  ]);
  return marks.filter((mark) => mark.stream === undefined && shown.has(mark.kind));
}

function openedAt({ respondedAt, firstAt, status, http }: ExchangeOutline): number | undefined {
  if (status !== undefined && status !== 0 && status !== 200) return undefined;
  return respondedAt ?? (http?.error ? undefined : firstAt);
}

function endedAt({ endedAt, http }: ExchangeOutline): number | undefined {
  return endedAt ?? http?.completedAt;
}
