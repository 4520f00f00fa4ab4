import type { Stall } from '../../../shared/diagnosis/measures/stalls.ts';
import { type ClockJump, elapsed } from '../../../shared/session/clockJumps.ts';
import type { ExchangeOutline } from '../../../shared/session/exchangeOutline.ts';
import { beganAt, endedAt, knownUntil, openedAt } from '../../../shared/session/exchangeTimes.ts';
import { outcomeOf } from '../../../shared/session/outcome.ts';
import type { Stream } from '../../../shared/session/types.ts';
import { sayOutcome } from '../../../shared/text/sayOutcome.ts';
import type { Lane, LanePoint, LaneSpan } from './lane.ts';
import { silentSince } from './silentSince.ts';

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

    const begin = beganAt(exchange);
    const opened = openedAt(exchange);
    const ended = endedAt(exchange);
    const end = ended ?? (this.#live ? undefined : Math.max(begin, knownUntil(exchange)));
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
    const outcome = outcomeOf(exchange);
    if (outcome?.isFailed) {
      at.errors++;
      this.#point('error', ended, sayOutcome(outcome, exchange));
      return;
    }
    const reason = outcome?.reason;
    this.#point(reason === 'page' ? 'close' : 'end', ended, reason === 'unload' ? 'the page went away' : '');
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
