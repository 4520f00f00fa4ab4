import type { RedirectedStream } from '../../shared/protocol/panelLink.ts';
import { entryLastEventId, entryTime, localData } from '../../shared/segment/readSegment.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import { beganAt } from '../../shared/session/exchangeTimes.ts';
import type { Exchange, Stream } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readExchanges, readStreams } from '../../shared/store/read.ts';
import { segmentsFrom } from './readIndex.ts';

/** A recorded stream, held against what came of its replay. */
export interface Comparison {
  /** Of the original. */
  url: string;
  method: string;
  /** Undefined: the page has not asked for it again. */
  replay:
    | {
        stream: string;
        connections: number;
        events: number;
        /** Bytes that are equal from the beginning on, of those that have come. */
        sameBytes: number;
        bytes: number;
        /** Ordinal of the first event whose data or ID is another one; -1 when there is none. */
        firstOther: number;
        /** How far apart in time after the answer the events came, ms. */
        median: number;
        p99: number;
        /** It comes from the wire or a body in both: bytes can be held against each other. */
        exact: boolean;
      }
    | undefined;
  connections: number;
  events: number;
  bytes: number;
}

/** Events that are compared at most. */
const MOST_EVENTS = 200_000;

/** What is compared. */
export interface ComparisonQuestion {
  /** Of the original session. */
  streams: readonly string[];
  session: string;
  replaySession: string;
  redirected: readonly RedirectedStream[];
  /** ms since the epoch: streams that were opened before are no replays. */
  since: number;
}

/** Compares recorded streams with those of the same address that were opened later, in their order. */
export async function compareStreams(
  db: Database,
  { streams, session, replaySession, redirected, since }: ComparisonQuestion,
  signal: AbortSignal,
): Promise<Comparison[]> {
  const originals = (await readStreams(db, session)).filter(({ id }) => streams.includes(id));
  const later = (await readStreams(db, replaySession)).filter(
    ({ openedAt, openedBeforeRecording, id }) =>
      openedAt >= since && !openedBeforeRecording && !streams.includes(id),
  );
  // What the network alone has seen of a request has the address at which it ended.
  const isOf = ({ url, method }: Stream, original: Stream): boolean =>
    method === original.method &&
    (url === original.url ||
      redirected.some((one) => one.url === original.url && one.method === method && one.to === url));
  const taken = new Set<string>();
  const comparisons: Comparison[] = [];
  for (const original of originals) {
    const replay = later.find((one) => !taken.has(one.id) && isOf(one, original));
    if (replay) taken.add(replay.id);
    const { url, method, exchanges: connections, events, bytes } = original;
    comparisons.push({
      url,
      method,
      connections,
      events,
      bytes,
      replay: replay && (await compareTwo(db, original, replay, signal)),
    });
  }
  return comparisons;
}

interface TimedEvent {
  at: number;
  id: string;
  data: string | undefined;
}

async function compareTwo(
  db: Database,
  original: Stream,
  replay: Stream,
  signal: AbortSignal,
): Promise<Comparison['replay']> {
  const [before, after] = [await readExchanges(db, original.id), await readExchanges(db, replay.id)];
  const differences: number[] = [];
  let firstOther = -1;
  let sameBytes = 0;
  let same = true;
  let ordinal = 0;
  for (const [i, exchange] of after.entries()) {
    const model = before[i];
    if (!model) break;
    const [old, now] = [await read(db, model, signal), await read(db, exchange, signal)];
    if (same) {
      const common = commonLength(old.bytes, now.bytes);
      sameBytes += common;
      same = common === now.bytes.length;
    }
    for (let j = 0; j < Math.min(old.events.length, now.events.length); j++) {
      const [a, b] = [old.events[j]!, now.events[j]!];
      if (firstOther < 0 && (a.id !== b.id || a.data !== b.data)) firstOther = ordinal + j;
      differences.push(Math.abs(a.at - b.at));
    }
    ordinal += now.events.length;
  }
  differences.sort((a, b) => a - b);
  const at = (part: number): number =>
    differences[Math.min(differences.length - 1, Math.floor(part * differences.length))] ?? 0;
  return {
    stream: replay.id,
    connections: replay.exchanges,
    events: replay.events,
    bytes: replay.bytes,
    sameBytes,
    firstOther,
    median: at(0.5),
    p99: at(0.99),
    exact: [...before, ...after].every(({ fidelity }) => fidelity === 'bytes'),
  };
}

async function read(
  db: Database,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; events: TimedEvent[] }> {
  const segments: Segment[] = [];
  const events: TimedEvent[] = [];
  // From the answer on: a redirection takes its time before that.
  const began = exchange.respondedAt ?? beganAt(exchange);
  const decoder = new TextDecoder();
  for await (const segment of segmentsFrom(db, exchange.id, 0)) {
    signal.throwIfAborted();
    segments.push(segment);
    for (let i = 0; i < segment.kinds.length && events.length < MOST_EVENTS; i++) {
      if (segment.kinds[i] !== EntryKind.event) continue;
      const data = localData(segment, i);
      events.push({
        at: entryTime(segment, i) - began,
        id: entryLastEventId(segment, i),
        // Of several lines, or several segments: the bytes tell.
        data: data && decoder.decode(data),
      });
    }
  }
  const bytes = new Uint8Array(segments.reduce((sum, one) => sum + one.bytes.length, 0));
  for (const segment of segments) bytes.set(segment.bytes, segment.base);
  return { bytes, events };
}

function commonLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a[at] === b[at]) at++;
  return at;
}
