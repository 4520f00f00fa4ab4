import { formatDuration } from '../../shared/session/format.ts';
import type { Stall } from '../../shared/session/health/stalls.ts';
import type { Exchange, Mark, Stream } from '../../shared/session/types.ts';
import type { TimeRange } from './timeView.ts';

/** A time in which a stream was in one state. Times are ms since the epoch. */
export interface LaneSpan {
  kind: 'connecting' | 'open' | 'gap' | 'stall';
  from: number;
  to: number;
  /** It lasts still: `to` is now. */
  lasts: boolean;
  text: string;
}

/** Something that happened to a stream at one time. */
export interface LanePoint {
  kind: 'error' | 'end' | 'close' | 'reconnect';
  at: number;
  text: string;
}

/** What the timeline draws of one logical stream, beside its entries. */
export interface Lane {
  /** In the order of their opening. */
  streams: Stream[];
  spans: LaneSpan[];
  points: LanePoint[];
}

/** What is worth jumping to. */
export interface Trouble {
  kind: 'gap' | 'stall' | 'error';
  from: number;
  to: number;
  stream: string;
  text: string;
}

/**
 * The states of a logical stream one after the other: connecting from the request to its answer, open from there to
 * its end, and the gap to the next answer with all attempts in it.
 *
 * @param exchanges - of all its streams, in the order of their requests
 * @param stalls - unusual silence while it was open
 * @param threshold - ms of silence from which on it stalls, for the silence that lasts
 */
export function laneOf(
  streams: Stream[],
  exchanges: readonly Exchange[],
  stalls: readonly Stall[],
  threshold: number | undefined,
  now: number,
  live: boolean,
): Lane {
  const spans: LaneSpan[] = [];
  const points: LanePoint[] = [];
  /** End of the last time that it was open, while it has not come back. */
  let brokenAt: number | undefined;
  let attempts = 0;
  for (const [i, exchange] of exchanges.entries()) {
    const begin = exchange.http?.requestedAt ?? exchange.startedAt;
    const opened = openedAt(exchange);
    const ended = endedAt(exchange);
    const lasts = ended === undefined && live;
    const end = ended ?? (live ? now : Math.max(begin, exchange.lastAt ?? opened ?? begin));
    const waits = exchange.number > 1 && !exchange.http && opened === undefined && ended === undefined;
    if (brokenAt !== undefined && !waits) {
      attempts++;
      const since = begin - brokenAt;
      points.push({
        kind: 'reconnect',
        at: begin,
        text: `attempt ${attempts}, after ${formatDuration(Math.max(0, since))}`,
      });
    }
    if (!waits) {
      const answered = opened ?? end;
      if (answered > begin) {
        spans.push({
          kind: 'connecting',
          from: begin,
          to: answered,
          lasts: lasts && opened === undefined,
          text: `connecting, ${formatDuration(answered - begin)}`,
        });
      }
    }
    if (opened !== undefined) {
      if (brokenAt !== undefined) {
        spans.push(gap(brokenAt, opened, false));
        brokenAt = undefined;
        attempts = 0;
      }
      spans.push({
        kind: 'open',
        from: opened,
        to: end,
        lasts,
        text: `open, ${formatDuration(Math.max(0, end - opened))}`,
      });
    }
    if (ended === undefined) continue;
    const last = i === exchanges.length - 1;
    const failure = failureOf(exchange);
    if (failure) points.push({ kind: 'error', at: ended, text: failure });
    else {
      const byPage = exchange.end === 'close' || exchange.end === 'abort' || exchange.end === 'cancel';
      points.push({
        kind: byPage ? 'close' : 'end',
        at: ended,
        text: byPage
          ? 'closed by the page'
          : exchange.end === 'unload'
            ? 'the page went away'
            : 'ended by the server',
      });
    }
    if (!last) brokenAt ??= ended;
  }
  const current = streams.at(-1);
  if (brokenAt !== undefined && live && current?.state !== 'ended') spans.push(gap(brokenAt, now, true));
  for (const { from, to = now } of stalls) {
    spans.push({ kind: 'stall', from, to, lasts: false, text: `silent for ${formatDuration(to - from)}` });
  }
  const silent = silentSince(streams, threshold, now, live);
  if (silent !== undefined) {
    spans.push({
      kind: 'stall',
      from: silent,
      to: now,
      lasts: true,
      text: `silent for ${formatDuration(now - silent)} so far`,
    });
  }
  return { streams, spans, points };
}

/** Last sign of life of an open stream that has been silent for longer than it should; undefined when all is well. */
export function silentSince(
  streams: readonly Stream[],
  threshold: number | undefined,
  now: number,
  live: boolean,
): number | undefined {
  const current = streams.at(-1);
  if (!live || threshold === undefined || current?.state !== 'open' || current.lastAt === undefined)
    return undefined;
  return now - current.lastAt > threshold ? current.lastAt : undefined;
}

/** What went wrong with an exchange, in a few words; '' when nothing did. */
export function failureOf({ status, http, end, error }: Exchange): string {
  if (status !== undefined && status !== 0 && status !== 200) return `status ${status}`;
  if (http?.error && !http.aborted) return http.error;
  if (end === 'error') return error || 'failed';
  if (end === 'disconnect') return 'connection lost';
  return '';
}

/** Gaps, stalls and errors of all lanes, by time. */
export function troublesOf(lanes: readonly Lane[]): Trouble[] {
  const troubles: Trouble[] = [];
  for (const { streams, spans, points } of lanes) {
    const stream = streams.at(-1)!.id;
    for (const { kind, from, to, text } of spans) {
      if (kind === 'gap' || kind === 'stall') troubles.push({ kind, from, to, stream, text });
    }
    for (const { kind, at, text } of points) {
      if (kind === 'error') troubles.push({ kind, from: at, to: at, stream, text });
    }
  }
  return troubles.sort((a, b) => a.from - b.from);
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
  const shown = new Set(['navigation', 'visibility', 'online', 'offline', 'freeze', 'resume', 'lost']);
  return marks.filter((mark) => mark.stream === undefined && shown.has(mark.kind));
}

function gap(from: number, to: number, lasts: boolean): LaneSpan {
  const length = formatDuration(Math.max(0, to - from));
  return { kind: 'gap', from, to, lasts, text: lasts ? `gap, ${length} so far` : `gap, ${length}` };
}

function openedAt({ respondedAt, firstAt, status, http }: Exchange): number | undefined {
  if (status !== undefined && status !== 0 && status !== 200) return undefined;
  return respondedAt ?? (http?.error ? undefined : firstAt);
}

function endedAt({ endedAt, http }: Exchange): number | undefined {
  return endedAt ?? http?.completedAt;
}
