import type { Segment } from '../segment/segment.ts';
import { PAGE_MARKS } from '../session/pageMarkKinds.ts';
import type { Exchange, Mark, Session, Stream } from '../session/types.ts';
import type { Database } from './open.ts';

/** All sessions, the youngest first; not those that are still on their way from a file. */
export async function readSessions(db: Database): Promise<Session[]> {
  return (await db.getAllFromIndex('sessions', 'byStart')).filter(({ importing }) => !importing).reverse();
}

/** The streams of a session in the order of their appearance. */
export function readStreams(db: Database, session: string): Promise<Stream[]> {
  return db.getAllFromIndex('streams', 'bySession', IDBKeyRange.bound([session], [session, []]));
}

/** The exchanges of a stream in their order. */
export function readExchanges(db: Database, stream: string): Promise<Exchange[]> {
  return db.getAllFromIndex('exchanges', 'byStream', IDBKeyRange.bound([stream], [stream, []]));
}

/** Exchanges by their ids: those that there are. */
export async function readExchangesById(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, Exchange>> {
  const { store } = db.transaction('exchanges');
  const found = await Promise.all(ids.map((id) => store.get(id)));
  return new Map(found.flatMap((exchange) => (exchange ? [[exchange.id, exchange] as const] : [])));
}

/** The exchanges of a stream with greater numbers than `number`, in their order. */
export function readExchangesAfter(db: Database, stream: string, number: number): Promise<Exchange[]> {
  const range = IDBKeyRange.bound([stream, number], [stream, []], true);
  return db.getAllFromIndex('exchanges', 'byStream', range);
}

/** Exchanges of a stream that are read at once: reading more of them would hold up the panel … */
const EXCHANGES_AT_ONCE = 400;
/** … and readings that are on their way at a time. */
const READINGS = 4;

/**
 * The exchanges of a stream part by part, in the order of their numbers.
 *
 * @param last - the greatest number, as far as it is known: parts up to there are asked for ahead
 */
export async function* readExchangeParts(
  db: Database,
  stream: string,
  last: number,
): AsyncGenerator<Exchange[]> {
  const coming: Promise<Exchange[]>[] = [];
  let next = 1;
  let isLast = false;
  const ask = (): void => {
    const to = next + EXCHANGES_AT_ONCE;
    isLast = to > last;
    const range = IDBKeyRange.bound([stream, next], [stream, isLast ? [] : to], false, true);
    const reading = db.getAllFromIndex('exchanges', 'byStream', range);
    // Whoever stops in the middle does not wait for it.
    reading.catch(() => {});
    coming.push(reading);
    next = to;
  };
  do {
    while (coming.length < READINGS && !isLast) ask();
    yield await coming.shift()!;
  } while (coming.length > 0 || !isLast);
}

/** The exchanges of all streams of a session. */
export function readSessionExchanges(db: Database, session: string): Promise<Exchange[]> {
  return db.getAllFromIndex('exchanges', 'bySession', session);
}

/** The marks of a session by time. */
export function readMarks(db: Database, session: string): Promise<Mark[]> {
  return db.getAllFromIndex('marks', 'bySession', IDBKeyRange.bound([session], [session, []]));
}

/** A session, its streams and the marks of its page; and after which key of `marks` to look for more of them. */
export interface SessionHead {
  session: Session | undefined;
  streams: Stream[];
  marks: Mark[];
  lastMark: number;
}

export async function readSessionHead(db: Database, id: string): Promise<SessionHead> {
  const tx = db.transaction(['sessions', 'streams', 'marks']);
  const byKind = tx.objectStore('marks').index('byKind');
  const [session, streams, last, ...marks] = await Promise.all([
    tx.objectStore('sessions').get(id),
    tx
      .objectStore('streams')
      .index('bySession')
      .getAll(IDBKeyRange.bound([id], [id, []])),
    tx.objectStore('marks').openKeyCursor(null, 'prev'),
    ...PAGE_MARKS.map((kind) => byKind.getAll(IDBKeyRange.bound([id, kind], [id, kind, []]))),
  ]);
  return { session, streams, marks: marks.flat().sort((a, b) => a.at - b.at), lastMark: last?.key ?? 0 };
}

/** Records of a session that have changed, by their ids, and what is new. */
export interface ChangedRecords extends Omit<SessionHead, 'streams'> {
  streams: Stream[];
  exchanges: Exchange[];
}

/** @param lastMark - marks with greater keys are new */
export async function readChanged(
  db: Database,
  id: string,
  streams: readonly string[],
  exchanges: readonly string[],
  lastMark: number,
): Promise<ChangedRecords> {
  const tx = db.transaction(['sessions', 'streams', 'exchanges', 'marks']);
  const newMarks = IDBKeyRange.lowerBound(lastMark, true);
  const [session, marks, markKeys, ownStreams, ownExchanges] = await Promise.all([
    tx.objectStore('sessions').get(id),
    tx.objectStore('marks').getAll(newMarks),
    tx.objectStore('marks').getAllKeys(newMarks),
    Promise.all(streams.map((one) => tx.objectStore('streams').get(one))),
    Promise.all(exchanges.map((one) => tx.objectStore('exchanges').get(one))),
  ]);
  return {
    session,
    streams: ownStreams.filter((one) => one !== undefined),
    exchanges: ownExchanges.filter((one) => one !== undefined),
    // Keys are given in turn to the marks of all sessions that are being recorded.
    marks: marks.filter((mark) => mark.session === id && PAGE_MARKS.includes(mark.kind)),
    lastMark: markKeys.at(-1) ?? lastMark,
  };
}

export function readSegment(db: Database, exchange: string, index: number): Promise<Segment | undefined> {
  return db.get('segments', [exchange, index]);
}

/** A segment, and whether it is as it will stay: the last one of an exchange may still grow. */
export interface StoredSegment {
  segment: Segment;
  complete: boolean;
}

/** A segment by its index. It is complete where the next one is there. */
export async function readStoredSegment(
  db: Database,
  exchange: string,
  index: number,
): Promise<StoredSegment | undefined> {
  const tx = db.transaction('segments');
  const [segment, next] = await Promise.all([
    tx.store.get([exchange, index]),
    tx.store.getKey([exchange, index + 1]),
  ]);
  return segment && { segment, complete: next !== undefined };
}

/** The segments of an exchange with indexes from `from` up to, but not including, `to`: those that there are. */
export function readSegments(db: Database, exchange: string, from: number, to: number): Promise<Segment[]> {
  return db.getAll('segments', IDBKeyRange.bound([exchange, from], [exchange, to], false, true));
}

/** The segment that holds the n-th entry of an exchange: one look into an index, however long the stream is. */
export async function readSegmentOfEntry(
  db: Database,
  exchange: string,
  ordinal: number,
): Promise<Segment | undefined> {
  return lastUpTo(db, 'byEntry', exchange, ordinal);
}

/** The segment that holds byte `offset` of an exchange. */
export function readSegmentAtOffset(
  db: Database,
  exchange: string,
  offset: number,
): Promise<Segment | undefined> {
  return lastUpTo(db, 'byOffset', exchange, offset);
}

/** The segment in which something arrived at `time` or, when nothing did, the one before. */
export function readSegmentAtTime(
  db: Database,
  exchange: string,
  time: number,
): Promise<Segment | undefined> {
  return lastUpTo(db, 'byTime', exchange, time);
}

/** The last segment of an exchange, where recording goes on. */
export function readTailSegment(db: Database, exchange: string): Promise<Segment | undefined> {
  return lastUpTo(db, 'byEntry', exchange, Number.MAX_SAFE_INTEGER);
}

async function lastUpTo(
  db: Database,
  index: 'byEntry' | 'byOffset' | 'byTime',
  exchange: string,
  value: number,
): Promise<Segment | undefined> {
  const range = IDBKeyRange.bound([exchange], [exchange, value]);
  const cursor = await db.transaction('segments').store.index(index).openCursor(range, 'prev');
  return cursor?.value;
}
