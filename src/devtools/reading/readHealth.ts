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
import { readExchanges, readSegment } from '../../shared/store/read.ts';

/** More entries than this are not read at once: the latest connections speak for the stream. */
const MOST_ENTRIES = 300_000;

export interface HealthReport {
  /** Connections looked at, of all there are. */
  looked: number;
  connections: number;
  gaps: Gap[];
  backOff: BackOff | undefined;
  heartbeat: Heartbeat | undefined;
  /** Of the last connection that delivered something, and which that is. */
  arrival: { of: Exchange; values: Arrival } | undefined;
  findings: Finding[];
}

/**
 * Reads a logical stream and computes how it is.
 *
 * @param streams - in the order of their opening
 * @param signal - aborted when nobody wants to know any more
 */
export async function readHealth(
  db: Database,
  streams: readonly Stream[],
  marks: readonly Mark[],
  browser: keyof typeof DEFAULT_RETRY,
  now: number,
  signal: AbortSignal,
): Promise<HealthReport | undefined> {
  const exchanges: { stream: Stream; exchange: Exchange }[] = [];
  for (const stream of streams) {
    for (const exchange of await readExchanges(db, stream.id)) exchanges.push({ stream, exchange });
  }
  const connections: Connection[] = [];
  let entries = 0;
  for (let i = exchanges.length - 1; i >= 0; i--) {
    const { stream, exchange } = exchanges[i]!;
    entries += exchange.entries;
    if (entries > MOST_ENTRIES && connections.length > 0) break;
    const segments: Segment[] = [];
    for (let index = 0; ; index++) {
      const segment = await readSegment(db, exchange.id, index);
      if (signal.aborted) return undefined;
      if (!segment) break;
      segments.push(segment);
    }
    connections.unshift({ exchange, transport: stream.transport, columns: columnsOf(segments) });
  }
  const gaps = findGaps(connections, marks, browser);
  const delivered = connections.findLast(({ columns }) => columns.chunkTimes.length > 0);
  const last = streams.at(-1)!;
  const listeners = [...new Set(streams.flatMap((stream) => stream.listeners))];
  return {
    looked: connections.length,
    connections: exchanges.length,
    gaps,
    backOff: findBackOff(gaps.flatMap((gap) => gap.attempts.map(({ waited }) => waited))),
    heartbeat: heartbeatOf(connections),
    arrival: delivered && {
      of: delivered.exchange,
      values: arrivalOf(delivered.exchange, delivered.columns, now),
    },
    findings: findingsOf({ ...last, listeners }, connections, now),
  };
}
