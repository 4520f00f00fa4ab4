import { type Diagnosis, diagnoseFacts } from '../../shared/diagnosis/diagnose.ts';
import type { Arrival } from '../../shared/diagnosis/measures/arrival.ts';
import { type BackOff, findBackOff } from '../../shared/diagnosis/measures/backOff.ts';
import { type Connection, hasBytes } from '../../shared/diagnosis/measures/connection.ts';
import type { Gap } from '../../shared/diagnosis/measures/gaps.ts';
import type { Heartbeat } from '../../shared/diagnosis/measures/heartbeat.ts';
import { type Browser, createStreamFacts, type Neighbour } from '../../shared/diagnosis/model/streamFacts.ts';
import { putExchange } from '../../shared/session/exchangeList.ts';
import type { Exchange, Mark, Stream } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readExchangeParts, readStreams } from '../../shared/store/read.ts';
import { createConnectionReader } from './connectionReader.ts';

/** More entries than this are not looked at: the latest connections speak for the stream. */
const MOST_ENTRIES = 2_000_000;
/** Of a server that was down for a day the last gaps, attempts and beats are told; their numbers tell of all. */
const MOST_GAPS = 200;
const MOST_ATTEMPTS = 100;
const MOST_BEATS = 300;
/** Exchanges of a stream, the last ones, of which all is kept. */
const MOST_WHOLE = 50;
/** Other streams of the session that are looked at: the last ones, and those that are not over. */
const MOST_NEIGHBOURS = 60;

export interface HealthReport {
  /** Connections looked at, of all there are. */
  looked: number;
  connections: number;
  /** The last ones, each with the last of its attempts. */
  gaps: (Omit<Gap, 'before' | 'after'> & { attemptCount: number })[];
  gapCount: number;
  backOff: BackOff | undefined;
  heartbeat: Heartbeat | undefined;
  /** Of the last connection that delivered something, and which that is. */
  arrival: { of: Exchange; values: Arrival } | undefined;
  diagnosis: Diagnosis;
  /** Something came, and nobody saw the bytes: comments may have come too. */
  commentsUnseen: boolean;
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
    browser: Browser,
    now: number,
    signal: AbortSignal,
  ): Promise<HealthReport | undefined>;
}

interface Held {
  exchanges: Exchange[];
  stale: Set<string>;
  /** So many of the first ones are without what nobody asks for. */
  outlined: number;
  /** Somebody has read all of them. */
  whole: boolean;
}

export function createHealthReader(db: Database): HealthReader {
  const held = new Map<string, Held>();
  const reader = createConnectionReader(db);

  async function exchangesOf(
    { id: stream, exchanges: count }: Stream,
    signal: AbortSignal,
  ): Promise<readonly Exchange[]> {
    let own = held.get(stream);
    if (!own) {
      own = { exchanges: [], stale: new Set(), outlined: 0, whole: false };
      held.set(stream, own);
    }
    if (!own.whole) {
      own.stale.clear();
      for await (const read of readExchangeParts(db, stream, count)) {
        if (signal.aborted) return [];
        for (const exchange of read) putExchange(own.exchanges, exchange);
        outlineOld(own);
      }
      own.whole = true;
    }
    const stale = [...own.stale];
    own.stale.clear();
    for (const exchange of await Promise.all(stale.map((id) => db.get('exchanges', id)))) {
      if (exchange) putExchange(own.exchanges, exchange);
    }
    outlineOld(own);
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
        const columns = await reader.columnsOf(exchange, signal);
        if (signal.aborted) return undefined;
        connections.push({ exchange, transport: stream.transport, columns });
      }
      connections.reverse();
      reader.keepOnly(new Set(connections.map(({ exchange }) => exchange.id)));
      const neighbours = await neighboursOf(db, last.session);
      if (signal.aborted) return undefined;
      const facts = createStreamFacts({ streams, connections, marks, neighbours, browser, now });
      const gaps = facts.gaps();
      const waits: number[] = [];
      for (const { attempts } of gaps) for (const { waited } of attempts) waits.push(waited);
      const delivered = connections.findLast(({ columns }) => columns.chunkTimes.length > 0);
      const beating = connections.findLast((one) => facts.heartbeat(one));
      const heartbeat = beating && facts.heartbeat(beating);
      return {
        looked: connections.length,
        connections: exchanges.length,
        gaps: gaps.slice(-MOST_GAPS).map(({ before: _before, after: _after, ...gap }) => ({
          ...gap,
          attempts: gap.attempts.slice(-MOST_ATTEMPTS),
          attemptCount: gap.attempts.length,
        })),
        gapCount: gaps.length,
        backOff: findBackOff(waits),
        heartbeat: heartbeat && { ...heartbeat, times: heartbeat.times.slice(-MOST_BEATS) },
        arrival: delivered && {
          of: delivered.exchange,
          values: facts.arrival(delivered),
        },
        diagnosis: diagnoseFacts(facts),
        commentsUnseen: connections.some((one) => one.columns.all.events > 0 && !hasBytes(one)),
      };
    },
  };
}

/** The streams of a session, each with its last exchange. */
async function neighboursOf(db: Database, session: string): Promise<Neighbour[]> {
  const all = await readStreams(db, session);
  const streams = all.filter(({ state }, i) => state !== 'ended' || i >= all.length - MOST_NEIGHBOURS);
  return Promise.all(
    streams.map(async (stream) => ({
      stream,
      last: await db.getFromIndex('exchanges', 'byStream', [stream.id, stream.exchanges]),
    })),
  );
}

function outlineOld(own: Held): void {
  for (; own.outlined < own.exchanges.length - MOST_WHOLE; own.outlined++) {
    own.exchanges[own.outlined] = outlined(own.exchanges[own.outlined]!);
  }
}

/**
 * Of a connection that delivered nothing, the cause and the times say all: a day of them is ten thousands, and their headers
 * take most of the memory.
 */
function outlined(exchange: Exchange): Exchange {
  if (exchange.bytes > 0 || exchange.status === 200) return exchange;
  const { headers: _headers, ...rest } = exchange;
  if (rest.http) {
    const { evidence: _evidence, ...http } = rest.http;
    rest.http = { ...http, requestHeaders: [], redirects: [] };
  }
  return rest;
}
