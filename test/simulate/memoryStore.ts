import type { RecordStore } from '../../src/background/keep/recordStore.ts';
import type { Segment } from '../../src/shared/segment/segment.ts';
import type { Exchange, Mark, Session, Stream } from '../../src/shared/session/types.ts';
import type { AheadReport, DocumentProgress, HttpRequest } from '../../src/shared/store/schema.ts';
import type { Changes } from '../../src/shared/store/write.ts';

/** The records, as the database would hold them: copies of what was written. */
export interface Records {
  sessions: Map<string, Session>;
  streams: Map<string, Stream>;
  exchanges: Map<string, Exchange>;
  /** By exchange, then by index. */
  segments: Map<string, Map<number, Segment>>;
  documents: Map<string, DocumentProgress>;
  requests: Map<string, HttpRequest>;
  /** By exchange, then by how many were reported before. */
  ahead: Map<string, Map<number, AheadReport>>;
  marks: Mark[];
}

export function emptyRecords(): Records {
  return {
    sessions: new Map(),
    streams: new Map(),
    exchanges: new Map(),
    segments: new Map(),
    documents: new Map(),
    requests: new Map(),
    ahead: new Map(),
    marks: [],
  };
}

/** How the storage behaves. `run` carries out an operation at some later time, or fails it. */
export interface StorageHost {
  run<T>(operation: 'read' | 'write', work: () => T): Promise<T>;
  /** Hears what is written. */
  trace?: ((line: string) => void) | undefined;
}

/** The store of the background, in memory: every operation is one transaction. */
export function memoryStore(records: Records, host: StorageHost): RecordStore {
  const read = <T>(work: () => T): Promise<T> => host.run('read', () => copy(work()));
  const ofStream = (stream: string): Exchange[] =>
    [...records.exchanges.values()]
      .filter((one) => one.stream === stream)
      .sort((a, b) => a.number - b.number);
  return {
    session: (id) => read(() => records.sessions.get(id)),
    stream: (id) => read(() => records.streams.get(id)),
    streams: (session) =>
      read(() =>
        [...records.streams.values()]
          .filter((one) => one.session === session)
          .sort((a, b) => a.number - b.number),
      ),
    exchange: (stream, number) => read(() => ofStream(stream).find((one) => one.number === number)),
    exchangesFrom: (stream, number) => read(() => ofStream(stream).filter((one) => one.number >= number)),
    tailSegment: (exchange) => read(() => [...(records.segments.get(exchange)?.values() ?? [])].at(-1)),
    segment: (exchange, index) => read(() => records.segments.get(exchange)?.get(index)),
    document: (id) => read(() => records.documents.get(id)),
    request: (id) => read(() => records.requests.get(id)),
    requests: () => read(() => [...records.requests.values()]),
    ahead: (exchange) =>
      read(() => [...(records.ahead.get(exchange)?.values() ?? [])].sort((a, b) => a.before - b.before)),
    write(changes) {
      // As IndexedDB: what is put is copied at the call.
      const copied = copy(changes);
      return host.run('write', () => {
        host.trace?.(`written: ${outline(copied)}`);
        apply(records, copied);
      });
    },
    deleteSession: (id) => host.run('write', () => remove(records, id)),
  };
}

/** What a transaction brings, in short. */
function outline(changes: Changes): string {
  const exchanges = [...changes.exchanges].map(
    ({ id, http, wire, bytes, endedAt, end }) =>
      `${id} [${[http?.request, wire, `${bytes} B`, endedAt, end].filter((one) => one !== undefined).join(' ')}]`,
  );
  const requests = [...changes.requests].map(
    ({ id, session, stream, exchange }) => `${id} of ${stream ? `${stream}/${exchange}` : session}`,
  );
  const marks = [...changes.marks].map(({ kind, detail }) => `${kind} ${detail}`);
  return [...exchanges, ...requests, ...[...changes.requestsOver].map((id) => `${id} over`), ...marks].join(
    ', ',
  );
}

function apply(records: Records, changes: Changes): void {
  for (const session of changes.sessions) records.sessions.set(session.id, session);
  for (const stream of changes.streams) records.streams.set(stream.id, stream);
  for (const exchange of changes.exchanges) records.exchanges.set(exchange.id, exchange);
  for (const exchange of changes.exchangesOver ?? []) removeExchange(records, exchange);
  for (const stream of changes.streamsOver ?? []) {
    records.streams.delete(stream.id);
    for (const [id, exchange] of records.exchanges)
      if (exchange.stream === stream.id) removeExchange(records, id);
  }
  for (const exchange of changes.segmentsOver ?? []) records.segments.delete(exchange);
  for (const segment of changes.segments) {
    const segments = records.segments.get(segment.exchange) ?? new Map<number, Segment>();
    records.segments.set(segment.exchange, segments.set(segment.index, segment));
  }
  records.marks.push(...changes.marks);
  for (const progress of changes.documents) records.documents.set(progress.id, progress);
  for (const request of changes.requests) records.requests.set(request.id, request);
  for (const id of changes.requestsOver) records.requests.delete(id);
  for (const { exchange, before } of changes.aheadOver ?? []) records.ahead.get(exchange)?.delete(before);
  for (const report of changes.ahead ?? []) {
    const reports = records.ahead.get(report.exchange) ?? new Map<number, AheadReport>();
    records.ahead.set(report.exchange, reports.set(report.before, report));
  }
}

function remove(records: Records, session: string): void {
  records.sessions.delete(session);
  for (const [id, exchange] of records.exchanges) {
    if (exchange.session === session) removeExchange(records, id);
  }
  for (const [id, stream] of records.streams) if (stream.session === session) records.streams.delete(id);
  for (const [id, one] of records.documents) if (one.session === session) records.documents.delete(id);
  for (const [id, one] of records.requests) if (one.session === session) records.requests.delete(id);
  records.marks = records.marks.filter((mark) => mark.session !== session);
}

function removeExchange(records: Records, id: string): void {
  records.exchanges.delete(id);
  records.segments.delete(id);
  records.ahead.delete(id);
}

/** A copy of plain records: as `structuredClone`, a few times faster. */
export function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return (value as unknown as Uint8Array).slice() as unknown as T;
  if (Array.isArray(value)) return value.map(copy) as unknown as T;
  const target: Record<string, unknown> = {};
  for (const key in value) target[key] = copy(value[key]);
  return target as T;
}
