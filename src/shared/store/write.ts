import type { IDBPTransaction } from 'idb';
import type { Segment } from '../segment/segment.ts';
import type { Exchange, Mark, Session, Stream } from '../session/types.ts';
import type { Database } from './open.ts';
import {
  type AheadReport,
  type DocumentProgress,
  type HttpRequest,
  type Schema,
  STORE_NAMES,
  type StoreName,
} from './schema.ts';

/** What one flush changes, all of it or nothing. */
export interface Changes {
  sessions: Iterable<Session>;
  streams: Iterable<Stream>;
  exchanges: Iterable<Exchange>;
  /** Exchanges whose segments are removed before others are written: their bytes come once more. */
  segmentsOver?: Iterable<string>;
  /** Exchanges that are removed with their segments. */
  exchangesOver?: Iterable<string>;
  /** Streams that are removed with all that belongs to them. */
  streamsOver?: Iterable<Pick<Stream, 'id' | 'session'>>;
  segments: Iterable<Segment>;
  marks: Iterable<Mark>;
  documents: Iterable<DocumentProgress>;
  requests: Iterable<HttpRequest>;
  /** Ids of requests that are over. */
  requestsOver: Iterable<string>;
  ahead?: Iterable<AheadReport>;
  /** The wire has brought them, or brings nothing more. */
  aheadOver?: Iterable<Pick<AheadReport, 'exchange' | 'before'>>;
}

/**
 * Writes one flush in one transaction. Durability is relaxed: the browser may lose the last moments when the
 * machine loses power, not when a process dies.
 *
 * @throws {DOMException} QuotaExceededError when the disk is full; nothing of the flush is written then
 */
export async function writeChanges(db: Database, changes: Changes): Promise<void> {
  const tx = db.transaction(STORE_NAMES, 'readwrite', { durability: 'relaxed' });
  const puts: Promise<unknown>[] = [];
  for (const session of changes.sessions) puts.push(tx.objectStore('sessions').put(session));
  for (const stream of changes.streams) puts.push(tx.objectStore('streams').put(stream));
  for (const exchange of changes.exchanges) puts.push(tx.objectStore('exchanges').put(exchange));
  for (const exchange of changes.exchangesOver ?? []) removeExchange(tx, exchange);
  for (const { id } of changes.streamsOver ?? []) puts.push(removeStream(tx, id));
  for (const exchange of changes.segmentsOver ?? []) {
    puts.push(tx.objectStore('segments').delete(IDBKeyRange.bound([exchange], [exchange, []])));
  }
  for (const segment of changes.segments) puts.push(tx.objectStore('segments').put(segment));
  for (const mark of changes.marks) puts.push(tx.objectStore('marks').add(mark));
  for (const progress of changes.documents) puts.push(tx.objectStore('documents').put(progress));
  for (const request of changes.requests) puts.push(tx.objectStore('requests').put(request));
  for (const id of changes.requestsOver) puts.push(tx.objectStore('requests').delete(id));
  for (const { exchange, before } of changes.aheadOver ?? [])
    puts.push(tx.objectStore('ahead').delete([exchange, before]));
  for (const report of changes.ahead ?? []) puts.push(tx.objectStore('ahead').put(report));
  // The requests fail with their transaction; its own rejection is the one to answer.
  for (const put of puts) put.catch(() => {});
  await tx.done;
}

async function removeStream(
  tx: IDBPTransaction<Schema, StoreName[], 'readwrite'>,
  stream: string,
): Promise<void> {
  tx.objectStore('streams').delete(stream);
  const range = IDBKeyRange.bound([stream], [stream, []]);
  for (const exchange of await tx.objectStore('exchanges').index('byStream').getAllKeys(range)) {
    removeExchange(tx, exchange);
  }
}

function removeExchange(tx: IDBPTransaction<Schema, StoreName[], 'readwrite'>, exchange: string): void {
  const range = IDBKeyRange.bound([exchange], [exchange, []]);
  tx.objectStore('exchanges').delete(exchange);
  tx.objectStore('segments').delete(range);
  tx.objectStore('ahead').delete(range);
}

/** Removes a session and all that belongs to it, in one transaction. */
export async function deleteSession(db: Database, session: string): Promise<void> {
  const tx = db.transaction(STORE_NAMES, 'readwrite', { durability: 'relaxed' });
  const exchanges = await tx.objectStore('exchanges').index('bySession').getAllKeys(session);
  for (const exchange of exchanges) removeExchange(tx, exchange);
  const range = IDBKeyRange.bound([session], [session, []]);
  for (const key of await tx.objectStore('streams').index('bySession').getAllKeys(range)) {
    tx.objectStore('streams').delete(key);
  }
  for (const key of await tx.objectStore('marks').index('bySession').getAllKeys(range)) {
    tx.objectStore('marks').delete(key);
  }
  for (const key of await tx.objectStore('documents').index('bySession').getAllKeys(session)) {
    tx.objectStore('documents').delete(key);
  }
  for (const key of await tx.objectStore('requests').index('bySession').getAllKeys(session)) {
    tx.objectStore('requests').delete(key);
  }
  tx.objectStore('sessions').delete(session);
  await tx.done;
}
