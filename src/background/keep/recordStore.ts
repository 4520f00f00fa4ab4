import type { Segment } from '../../shared/segment/segment.ts';
import type { Exchange, Session, Stream } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readStreams, readTailSegment } from '../../shared/store/read.ts';
import type { AheadReport, DocumentProgress, HttpRequest } from '../../shared/store/schema.ts';
import { type Changes, deleteSession, writeChanges } from '../../shared/store/write.ts';

/** What the writer needs of the database: single records, and one transaction for each flush. */
export interface RecordStore {
  session(id: string): Promise<Session | undefined>;
  stream(id: string): Promise<Stream | undefined>;
  /** In the order of their appearance. */
  streams(session: string): Promise<Stream[]>;
  exchange(stream: string, number: number): Promise<Exchange | undefined>;
  /** The exchanges of a stream from `number` on, in their order. */
  exchangesFrom(stream: string, number: number): Promise<Exchange[]>;
  /** The segment in which recording goes on. */
  tailSegment(exchange: string): Promise<Segment | undefined>;
  segment(exchange: string, index: number): Promise<Segment | undefined>;
  document(id: string): Promise<DocumentProgress | undefined>;
  request(id: string): Promise<HttpRequest | undefined>;
  requests(): Promise<HttpRequest[]>;
  /** What the page has reported of an exchange ahead of the wire, in its order. */
  ahead(exchange: string): Promise<AheadReport[]>;
  /** All of it or nothing. @throws {DOMException} QuotaExceededError when the disk is full */
  write(changes: Changes): Promise<void>;
  deleteSession(id: string): Promise<void>;
}

export function databaseStore(db: Database): RecordStore {
  return {
    session: (id) => db.get('sessions', id),
    stream: (id) => db.get('streams', id),
    streams: (session) => readStreams(db, session),
    exchange: (stream, number) => db.getFromIndex('exchanges', 'byStream', [stream, number]),
    exchangesFrom: (stream, number) =>
      db.getAllFromIndex('exchanges', 'byStream', IDBKeyRange.bound([stream, number], [stream, []])),
    tailSegment: (exchange) => readTailSegment(db, exchange),
    segment: (exchange, index) => db.get('segments', [exchange, index]),
    document: (id) => db.get('documents', id),
    request: (id) => db.get('requests', id),
    requests: () => db.getAll('requests'),
    ahead: (exchange) => db.getAll('ahead', IDBKeyRange.bound([exchange], [exchange, []])),
    write: (changes) => writeChanges(db, changes),
    deleteSession: (id) => deleteSession(db, id),
  };
}
