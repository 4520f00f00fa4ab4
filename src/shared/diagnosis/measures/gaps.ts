import { beganAt } from '../../session/beganAt.ts';
import { clockJumps, elapsed } from '../../session/clock.ts';
import { headerOf } from '../../session/headerOf.ts';
import type { Exchange, Mark } from '../../session/types.ts';
import {
  type Connection,
  endedAt,
  isOver,
  refusedCharset,
  wasNeverMade,
  wasNeverSent,
} from './connection.ts';
import { createDelivered, type Overlap } from './overlap.ts';
import { median } from './statistics.ts';

/**
 * Why a connection was over: the server ended it (`end`), the network failed (`network`), the answer was none that a
 * client takes (`status`, `type`), the page closed it (`page`) or went away (`unload`), the browser froze the page
 * (`frozen`), the browser refused it before it was sent (`unsent`), the client was off line (`offline`). `lost`: an end or
 * a failure, which the page alone cannot tell apart.
 */
export type GapCause =
  | 'end'
  | 'network'
  | 'status'
  | 'type'
  | 'page'
  | 'unload'
  | 'frozen'
  | 'unsent'
  | 'offline'
  | 'lost';

/** A request made to come back. Lengths of time in ms. */
export interface Attempt {
  /** Number of its exchange in its stream. */
  exchange: number;
  at: number;
  /** Since the end of the connection before. */
  waited: number;
  /**
   * What the client was told to wait: by `retry`, or the browser's default; undefined where a script decides, and where a
   * `retry` may have come that nobody saw.
   */
  expected: number | undefined;
  /** What became of it; 'delivered' ends the gap, 'open' waits for its answer. */
  outcome: 'delivered' | 'open' | GapCause;
}

/** A time without a connection that delivers. Lengths of time in ms. */
export interface Gap {
  /** Last byte before, ms since the epoch. */
  from: number;
  /** First byte after; undefined while nothing has come. */
  to: number | undefined;
  cause: GapCause;
  /** The browser's name of the failure, the status, or the type that came instead. */
  detail: string;
  attempts: Attempt[];
  /** Last event ID before, the one that was sent, and the ID of the first event after. */
  idBefore: string;
  idSent: string | undefined;
  idAfter: string;
  /** Events that the server sent and the client never got; 'not provable' without IDs that count. */
  lost: number | 'not provable';
  repeated: number | 'not provable';
  /** Exchange that was over, and the one that delivered again. */
  before: Exchange;
  after: Exchange | undefined;
  /** The server's IDs began again, with other data. */
  restarted: boolean;
}

/** How the waits between attempts grow, where they follow a rule. */
export interface BackOff {
  kind: 'constant' | 'exponential';
  /** ms before the first attempt. */
  first: number;
  /** From one wait to the next; 1 when constant. */
  factor: number;
}

/** Time without instruction before a browser's EventSource connects again, ms (measured). */
export const DEFAULT_RETRY = { chromium: 3000, firefox: 5000 } as const;
/** Firefox waits at least this long, ms (measured). */
const FIREFOX_LEAST_RETRY = 500;

/**
 * The gaps of a logical stream, from the last byte of a connection to the first byte of the next that delivers.
 *
 * @param connections - in the order of their requests
 * @param marks - of the page, by time: a freeze explains a loss; in a jump of the clock no time passed
 */
export function findGaps(
  connections: readonly Connection[],
  marks: readonly Mark[],
  browser: keyof typeof DEFAULT_RETRY,
): Gap[] {
  const jumps = clockJumps(marks);
  const gaps: Gap[] = [];
  let open: Gap | undefined;
  const delivered = createDelivered();
  let hasDelivered = false;
  let retry: number | undefined;
  let retryIsKnown = true;
  let idBefore = '';
  let last: Connection | undefined;
  let givenUp = false;
  for (const connection of connections) {
    const { exchange, columns } = connection;
    givenUp = wasNeverMade(connection);
    if (givenUp) continue;
    // It waits until it may ask again: no attempt yet.
    if (waitsToAsk(connection)) continue;
    if (last && open) {
      const ended = endOf(last);
      const at = beganAt(exchange);
      const isBrowsers = connection.transport === 'EventSource' && exchange.stream === last.exchange.stream;
      open.attempts.push({
        exchange: exchange.number,
        at,
        waited: elapsed(ended, at, jumps),
        expected: isBrowsers && retryIsKnown ? expectedWait(retry, browser) : undefined,
        outcome: outcomeOf(connection, marks),
      });
      const hasCome =
        columns.chunkTimes.length > 0 && exchange.status !== undefined
          ? exchange.status === 200
          : columns.chunkTimes.length > 0;
      if (hasCome) {
        open.to = columns.all.firstChunk!.time;
        open.after = exchange;
        open.idSent = sentId(exchange);
        open.idAfter = columns.all.firstId;
        if (hasDelivered) Object.assign(open, lostAndRepeated(delivered.overlapWith(columns)));
        gaps.push(open);
        open = undefined;
      }
    }
    if (exchange.fidelity === 'events' && columns.all.events > 0) retryIsKnown = false;
    retry = columns.all.retries.at(-1)?.ms ?? retry;
    if (columns.chunkTimes.length > 0) {
      delivered.add(columns);
      hasDelivered = true;
    }
    if (columns.all.lastId) idBefore = columns.all.lastId;
    last = connection;
    if (isOver(exchange) && !open) {
      open = {
        from: columns.chunkTimes.at(-1) ?? beganAt(exchange),
        to: undefined,
        cause: causeOf(connection, marks),
        detail: detailOf(connection),
        attempts: [],
        idBefore,
        idSent: undefined,
        idAfter: '',
        lost: 'not provable',
        repeated: 'not provable',
        restarted: false,
        before: exchange,
        after: undefined,
      };
    }
  }
  // What the page closed is no gap, unless somebody came back; nor what it gave up while it waited.
  if (givenUp && open?.attempts.length === 0) open = undefined;
  // A fetch that is over is no gap: nobody waits for it to come back.
  const isWaitedFor = last?.transport === 'EventSource' && open && !['page', 'unload'].includes(open.cause);
  if (open && (open.attempts.length > 0 || isWaitedFor)) gaps.push(open);
  return gaps;
}

/** An `EventSource` that has lost its connection, and has not asked for another one yet. */
function waitsToAsk({ exchange, columns, transport }: Connection): boolean {
  const { http, respondedAt, number } = exchange;
  const isOpen = respondedAt !== undefined || columns.chunkTimes.length > 0 || isOver(exchange);
  return transport === 'EventSource' && number > 1 && !http && !isOpen;
}

function expectedWait(retry: number | undefined, browser: keyof typeof DEFAULT_RETRY): number {
  const told = retry ?? DEFAULT_RETRY[browser];
  return browser === 'firefox' ? Math.max(told, FIREFOX_LEAST_RETRY) : told;
}

function endOf({ exchange, columns }: Connection): number {
  return exchange.endedAt ?? endedAt(exchange) ?? columns.chunkTimes.at(-1) ?? exchange.startedAt;
}

function outcomeOf(connection: Connection, marks: readonly Mark[]): Attempt['outcome'] {
  if (connection.columns.chunkTimes.length > 0) return 'delivered';
  return isOver(connection.exchange) ? causeOf(connection, marks) : 'open';
}

/** Between a break and the mark that says that the client was off line: before, and after it, ms. */
const OFFLINE_BEFORE = 1000;
const OFFLINE_AFTER = 5000;
const OFFLINE_ERRORS = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|NS_ERROR_OFFLINE/;

/**
 * Why a connection that is over is over.
 *
 * @param marks - of the page: a freeze, or being off line, explains a loss
 */
export function causeOf(connection: Connection, marks: readonly Mark[]): GapCause {
  const { exchange, columns } = connection;
  const { end, http, status } = exchange;
  if (end === 'unload') return 'unload';
  const from = columns.chunkTimes.at(-1) ?? exchange.startedAt;
  const to = endOf(connection);
  if (marks.some(({ kind, at }) => kind === 'freeze' && at >= from && at <= to)) return 'frozen';
  if (end === 'close' || end === 'abort' || end === 'cancel') return 'page';
  if (status !== undefined && status !== 0 && status !== 200) return 'status';
  // The browser drops such a response, and may call that a failure.
  if (status === 200 && !isStream(connection)) return 'type';
  if (wasNeverSent(connection)) return 'unsent';
  const isOffline = ({ kind, at }: Mark) =>
    kind === 'offline' && at >= to - OFFLINE_BEFORE && at <= to + OFFLINE_AFTER;
  if (end !== 'end' && (OFFLINE_ERRORS.test(http?.error ?? '') || marks.some(isOffline))) return 'offline';
  if (http?.error && !http.aborted) return 'network';
  if (end === 'end') return 'end';
  if (end === 'error' && connection.transport !== 'EventSource') return 'network';
  return 'lost';
}

function isStream(connection: Connection): boolean {
  const { headers, http } = connection.exchange;
  if (headers === undefined || headers.length === 0) return true;
  const type = contentType(headers);
  if (!/^\s*text\/event-stream\s*(;|$)/i.test(type)) return false;
  // Chromium drops it, and calls that an abort; Firefox reads on.
  return !(refusedCharset(type) && http?.error && connection.columns.all.bytes === 0);
}

function contentType(headers: Exchange['headers']): string {
  return headerOf(headers, 'content-type') ?? '';
}

function detailOf(connection: Connection): string {
  const { status, http, headers, error } = connection.exchange;
  if (status !== undefined && status !== 0 && status !== 200) return String(status);
  if (status === 200 && !isStream(connection)) return contentType(headers) || 'no Content-Type';
  if (http?.error) return http.error;
  return error ?? '';
}

/** The ID that the request carried, as far as that was seen. */
function sentId(exchange: Exchange): string | undefined {
  if (!exchange.http) return undefined;
  return headerOf(exchange.http.requestHeaders, 'last-event-id');
}

/** IDs that count up by one prove what is missing, and with the data what came again. */
function lostAndRepeated(overlap: Overlap): Pick<Gap, 'lost' | 'repeated' | 'restarted'> {
  const { counting, lost, repeated, restarted } = overlap;
  if (restarted) return { lost: 'not provable', repeated: 0, restarted };
  if (!counting) return { lost: 'not provable', repeated: repeated || 'not provable', restarted };
  return { lost, repeated, restarted };
}

/** A wait may stray so far from the rule, as a part of it: libraries add jitter. */
const BACK_OFF_TOLERANCE = 0.3;

/**
 * The rule in a series of waits, from three on: constant, or growing by one factor (1.2 and more) until it reaches a
 * ceiling.
 *
 * @param waits - ms, in their order
 */
export function findBackOff(waits: readonly number[]): BackOff | undefined {
  if (waits.length < 3) return undefined;
  const middle = median(waits);
  if (waits.every((wait) => Math.abs(wait - middle) <= Math.max(20, middle * 0.1))) {
    return { kind: 'constant', first: waits[0]!, factor: 1 };
  }
  // Past the ceiling the waits no longer grow.
  const ceiling = waits.reduce((most, wait) => Math.max(most, wait), 0);
  let rising = waits.findIndex((wait) => wait >= ceiling * 0.95);
  if (rising < 2) rising = waits.length - 1;
  // The step that meets the ceiling is cut short by it.
  else if (rising < waits.length - 1 && rising > 2) rising--;
  const factors: number[] = [];
  for (let i = 1; i <= rising; i++) factors.push(waits[i]! / Math.max(1, waits[i - 1]!));
  const factor = median(factors);
  const fits = factors.filter((one) => Math.abs(one - factor) <= factor * BACK_OFF_TOLERANCE).length;
  if (factor < 1.2 || fits < factors.length * 0.75) return undefined;
  return { kind: 'exponential', first: waits[0]!, factor };
}
