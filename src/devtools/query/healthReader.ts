import { clockJumps } from '../../shared/session/clock.ts';
import { putExchange } from '../../shared/session/exchangeList.ts';
import { type Arrival, arrivalOf } from '../../shared/session/health/arrival.ts';
import { columnsOf } from '../../shared/session/health/columns.ts';
import { type Finding, findingsOf, heartbeatOf } from '../../shared/session/health/findings.ts';
import {
  type BackOff,
  type Connection,
  type DEFAULT_RETRY,
  findBackOff,
  findGaps,
  type Gap,
} from '../../shared/session/health/gaps.ts';
import type { Heartbeat } from '../../shared/session/health/heartbeat.ts';
import type { Segment } from '../../shared/session/segment.ts';
import type { Exchange, Mark, Stream } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readExchangeParts, readSegment } from '../../shared/store/read.ts';

/** More entries than this are not read at once: the latest connections speak for the stream. */
const MOST_ENTRIES = 300_000;
/** Of a server that was down for a day the last gaps, attempts and beats are told; their numbers tell of all. */
const MOST_GAPS = 200;
const MOST_ATTEMPTS = 100;
const MOST_BEATS = 300;

export interface HealthReport {
  /** Connections looked at, of all there are. */
  looked: number;
  connections: number;
  /** The last ones, each with the last of its attempts. */
  gaps: (Gap & { attemptCount: number })[];
  gapCount: number;
  backOff: BackOff | undefined;
  heartbeat: Heartbeat | undefined;
  /** Of the last connection that delivered something, and which that is. */
  arrival: { of: Exchange; values: Arrival } | undefined;
  findings: Finding[];
}

/** Reads logical streams and computes how they are. Exchanges are read once, and again when they have changed. */
export interface HealthReader {
  /** These exchanges of a stream are new or have changed. */
  changed(stream: string, exchanges: readonly string[]): void;
  /**
   * @param streams - ids, in the order of their opening
   * @param marks - of the page, by time
   * @param signal - aborted when nobody wants to know any more
   * @returns undefined when there is nothing, or nobody wants to know
   */
  read(
    streams: readonly string[],
    marks: readonly Mark[],
    browser: keyof typeof DEFAULT_RETRY,
    now: number,
    signal: AbortSignal,
  ): Promise<HealthReport | undefined>;
}

interface Held {
  exchanges: Exchange[];
  stale: Set<string>;
  /** Somebody has read all of them. */
  whole: boolean;
}

export function createHealthReader(db: Database): HealthReader {
  const held = new Map<string, Held>();

  async function exchangesOf(
    { id: stream, exchanges: count }: Stream,
    signal: AbortSignal,
  ): Promise<readonly Exchange[]> {
    let own = held.get(stream);
    if (!own) {
      own = { exchanges: [], stale: new Set(), whole: false };
      held.set(stream, own);
    }
    if (!own.whole) {
      own.stale.clear();
      for await (const read of readExchangeParts(db, stream, count)) {
        if (signal.aborted) return [];
        for (const exchange of read) putExchange(own.exchanges, outlined(exchange));
      }
      own.whole = true;
    }
    const stale = [...own.stale];
    own.stale.clear();
    for (const exchange of await Promise.all(stale.map((id) => db.get('exchanges', id)))) {
      if (exchange) putExchange(own.exchanges, outlined(exchange));
    }
    return own.exchanges;
  }

  return {
    changed(stream, exchanges) {
      const own = held.get(stream);
      // Before anybody has asked, all of them are still to be read.
      if (own) for (const id of exchanges) own.stale.add(id);
    },
    async read(ids, marks, browser, now, signal) {
      const streams: Stream[] = [];
      const exchanges: { stream: Stream; exchange: Exchange }[] = [];
      for (const id of ids) {
        const stream = await db.get('streams', id);
        if (!stream) continue;
        streams.push(stream);
        for (const exchange of await exchangesOf(stream, signal)) exchanges.push({ stream, exchange });
        if (signal.aborted) return undefined;
      }
      const last = streams.at(-1);
      if (!last) return undefined;
      const connections: Connection[] = [];
      let entries = 0;
      for (let i = exchanges.length - 1; i >= 0; i--) {
        const { stream, exchange } = exchanges[i]!;
        entries += exchange.entries;
        if (entries > MOST_ENTRIES && connections.length > 0) break;
        const columns = exchange.bytes === 0 ? NOTHING : columnsOf(await segmentsOf(db, exchange, signal));
        if (signal.aborted) return undefined;
        connections.push({ exchange, transport: stream.transport, columns });
      }
      connections.reverse();
      const jumps = clockJumps(marks);
      const gaps = findGaps(connections, marks, browser);
      const waits: number[] = [];
      for (const { attempts } of gaps) for (const { waited } of attempts) waits.push(waited);
      const delivered = connections.findLast(({ columns }) => columns.chunkTimes.length > 0);
      const listeners = [...new Set(streams.flatMap((stream) => stream.listeners))];
      const heartbeat = heartbeatOf(connections, jumps);
      return {
        looked: connections.length,
        connections: exchanges.length,
        gaps: gaps.slice(-MOST_GAPS).map((gap) => ({
          ...gap,
          attempts: gap.attempts.slice(-MOST_ATTEMPTS),
          attemptCount: gap.attempts.length,
        })),
        gapCount: gaps.length,
        backOff: findBackOff(waits),
        heartbeat: heartbeat && { ...heartbeat, times: heartbeat.times.slice(-MOST_BEATS) },
        arrival: delivered && {
          of: delivered.exchange,
          values: arrivalOf(delivered.exchange, delivered.columns, now, jumps),
        },
        findings: findingsOf({ ...last, listeners }, connections, now, jumps),
      };
    },
  };
}

const NOTHING = columnsOf([]);

async function segmentsOf(db: Database, exchange: Exchange, signal: AbortSignal): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (let index = 0; !signal.aborted; index++) {
    const segment = await readSegment(db, exchange.id, index);
    if (!segment) break;
    segments.push(segment);
  }
  return segments;
}

/** Of a connection that delivered nothing, the cause and the times say all; its headers take most of the memory. */
function outlined(exchange: Exchange): Exchange {
  if (exchange.bytes > 0 || exchange.status === 200) return exchange;
  const { headers: _headers, ...rest } = exchange;
  if (rest.http) {
    const { evidence: _evidence, ...http } = rest.http;
    rest.http = { ...http, requestHeaders: [], redirects: [] };
  }
  return rest;
}
