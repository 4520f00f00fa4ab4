import { clockJumps, elapsed } from '../../session/clockJumps.ts';
import { beganAt, isOver } from '../../session/exchangeTimes.ts';
import { headerOf } from '../../session/headerOf.ts';
import type { Exchange, Mark } from '../../session/types.ts';
import { type Connection, wasNeverMade } from './connection.ts';
import { causeOf, detailOf, endOf, type GapCause } from './gapCause.ts';
import { createDelivered, type Overlap } from './overlap.ts';

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

function outcomeOf(connection: Connection, marks: readonly Mark[]): Attempt['outcome'] {
  if (connection.columns.chunkTimes.length > 0) return 'delivered';
  return isOver(connection.exchange) ? causeOf(connection, marks) : 'open';
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
