import { type ClockJump, clockJumps, elapsed } from '../../session/clockJumps.ts';
import type { Exchange, Mark, Stream } from '../../session/types.ts';
import { type Arrival, arrivalOf } from '../measures/arrival.ts';
import type { Connection } from '../measures/connection.ts';
import { type Cut, findCut } from '../measures/cut.ts';
import { causeOf, type GapCause } from '../measures/gapCause.ts';
import { type DEFAULT_RETRY, findGaps, type Gap } from '../measures/gaps.ts';
import { findHeartbeat, type Heartbeat } from '../measures/heartbeat.ts';
import { findLumps, type Lumps } from '../measures/lumps.ts';

export type Browser = keyof typeof DEFAULT_RETRY;

/** A stream of the same session, and its last exchange. */
export interface Neighbour {
  stream: Stream;
  last: Exchange | undefined;
}

/** What was recorded of a logical stream. */
export interface DiagnosisInput {
  /** In the order of their opening; at least one. */
  streams: readonly Stream[];
  /** In the order of their requests. */
  connections: readonly Connection[];
  /** Of the page, by time. */
  marks: readonly Mark[];
  /** All streams of the session, these among them. */
  neighbours: readonly Neighbour[];
  browser: Browser;
  /** ms since the epoch; the end of the session where that is over. */
  now: number;
}

/** The recorded facts of a logical stream, and what several rules ask of them: each measured once. */
export interface StreamFacts extends DiagnosisInput {
  /** The last one, with the listeners of all. */
  stream: Stream;
  jumps: readonly ClockJump[];
  /** Nobody knows what the page did: it is from a file of another tool, or a worker's. */
  pageUnknown: boolean;
  last: Connection | undefined;
  /** The last ones that delivered: the shape and the texts of earlier ones are not looked at again. */
  recent: readonly Connection[];
  /** ms between two moments, without jumps of the clock. */
  between(from: number, to: number): number;
  /** Why a connection that is over is over. */
  cause(connection: Connection): GapCause;
  gaps(): readonly Gap[];
  cut(): Cut | undefined;
  arrival(connection: Connection): Arrival;
  heartbeat(connection: Connection): Heartbeat | undefined;
  lumps(connection: Connection): Lumps;
}

export function createStreamFacts(input: DiagnosisInput): StreamFacts {
  const { streams, connections, marks, browser, now } = input;
  const jumps = clockJumps(marks);
  const last = streams.at(-1)!;
  const stream: Stream = { ...last, listeners: [...new Set(streams.flatMap((one) => one.listeners))] };
  const gaps = once(() => findGaps(connections, marks, browser));
  const causes = new Map<Connection, GapCause>();
  const cut = once(() => findCut(connections, now, jumps));
  return {
    ...input,
    stream,
    jumps,
    pageUnknown: stream.frame === 'worker' || stream.listenersUnknown === true,
    last: connections.at(-1),
    recent: lastDelivered(connections),
    between: (from, to) => elapsed(from, to, jumps),
    cause(connection) {
      let cause = causes.get(connection);
      if (cause === undefined) {
        cause = causeOf(connection, marks);
        causes.set(connection, cause);
      }
      return cause;
    },
    gaps,
    cut,
    arrival: ({ exchange, columns }) => arrivalOf(exchange, columns, now, jumps),
    heartbeat: (connection) =>
      kept(heartbeats, connection, jumps, () => findHeartbeat(connection.columns, jumps)),
    lumps: (connection) => kept(lumpsOf, connection, jumps, () => findLumps(connection, jumps)),
  };
}

const MOST_RECENT = 20;

function lastDelivered(connections: readonly Connection[]): Connection[] {
  const recent: Connection[] = [];
  for (let i = connections.length - 1; i >= 0 && recent.length < MOST_RECENT; i--) {
    if (connections[i]!.columns.all.entries > 0) recent.push(connections[i]!);
  }
  return recent.reverse();
}

function once<T>(work: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}

/** Columns that have not changed have the measures that they had. */
type Measured<T> = WeakMap<Connection['columns'], { jumps: number; value: T }>;
const heartbeats: Measured<Heartbeat | undefined> = new WeakMap();
const lumpsOf: Measured<Lumps> = new WeakMap();

function kept<T>(
  known: Measured<T>,
  { columns }: Connection,
  jumps: readonly ClockJump[],
  measure: () => T,
): T {
  const before = known.get(columns);
  if (before && before.jumps === jumps.length) return before.value;
  const value = measure();
  known.set(columns, { jumps: jumps.length, value });
  return value;
}
