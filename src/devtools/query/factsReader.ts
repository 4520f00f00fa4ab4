import type { Connection } from '../../shared/diagnosis/measures/connection.ts';
import {
  type Browser,
  createStreamFacts,
  type Neighbour,
  type StreamFacts,
} from '../../shared/diagnosis/model/streamFacts.ts';
import type { Exchange, Mark, Stream } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readStreams } from '../../shared/store/read.ts';
import { type ConnectionReader, createConnectionReader } from './connectionReader.ts';
import { createExchangeReader } from './exchangeReader.ts';

/** More entries than this are not looked at: the latest connections speak for the stream. */
const MOST_ENTRIES = 2_000_000;
/** Other streams of the session that are looked at: the last ones, and those that are not over. */
const MOST_NEIGHBOURS = 60;

/** What stands around a logical stream. */
export interface Surroundings {
  /** Of the page, by time. */
  marks: readonly Mark[];
  neighbours: readonly Neighbour[];
  browser: Browser;
  /** ms since the epoch; the end of the session where that is over. */
  now: number;
}

/** What was recorded of a logical stream. */
export interface LogicalFacts {
  facts: StreamFacts;
  /** Connections there are: of a long stream, the last ones are looked at. */
  connections: number;
}

/** Reads what was recorded of logical streams. Bytes and exchanges are read once, and again when they have changed. */
export interface FactsReader {
  /** These exchanges of a stream are new or have changed. */
  changed(stream: string, exchanges: readonly string[]): void;
  /**
   * @param streams - ids, in the order of their opening
   * @param signal - aborted when nobody wants to know any more
   * @returns undefined when there is nothing, or nobody wants to know
   */
  read(
    streams: readonly string[],
    around: Surroundings,
    signal: AbortSignal,
  ): Promise<LogicalFacts | undefined>;
  /** The streams of a session, each with its last exchange: the last ones, and those that are not over. */
  neighbours(session: string): Promise<Neighbour[]>;
  /** Lets the columns go of a logical stream that does not change any more. */
  release(firstStream: string): void;
}

export function createFactsReader(db: Database): FactsReader {
  const exchangeReader = createExchangeReader(db);
  /** By the first stream of each logical stream. */
  const readers = new Map<string, ConnectionReader>();

  function readerOf(firstStream: string): ConnectionReader {
    const own = readers.get(firstStream) ?? createConnectionReader(db);
    readers.set(firstStream, own);
    return own;
  }

  /** Two readings of one stream at the same time would count its new bytes twice. */
  let turn: Promise<unknown> = Promise.resolve();

  async function read(
    ids: readonly string[],
    around: Surroundings,
    signal: AbortSignal,
  ): Promise<LogicalFacts | undefined> {
    if (signal.aborted) return undefined;
    const streams: Stream[] = [];
    const exchanges: { stream: Stream; exchange: Exchange }[] = [];
    for (const id of ids) {
      const stream = await db.get('streams', id);
      if (!stream) continue;
      streams.push(stream);
      for (const exchange of await exchangeReader.read(stream, signal)) exchanges.push({ stream, exchange });
      if (signal.aborted) return undefined;
    }
    const [first] = streams;
    if (!first) return undefined;
    const reader = readerOf(first.id);
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
    return {
      facts: createStreamFacts({ streams, connections, ...around }),
      connections: exchanges.length,
    };
  }

  return {
    changed: exchangeReader.changed,
    read(ids, around, signal) {
      const own = turn.then(() => read(ids, around, signal));
      turn = own.catch(() => {});
      return own;
    },
    async neighbours(session) {
      const all = await readStreams(db, session);
      const streams = all.filter(({ state }, i) => state !== 'ended' || i >= all.length - MOST_NEIGHBOURS);
      return Promise.all(
        streams.map(async (stream) => ({
          stream,
          last: await db.getFromIndex('exchanges', 'byStream', [stream.id, stream.exchanges]),
        })),
      );
    },
    release: (firstStream) => readers.delete(firstStream),
  };
}
