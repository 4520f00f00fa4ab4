import type { StreamOpened } from '../../shared/protocol/pageLink.ts';
import type { RequestStarted } from '../../shared/session/httpFacts.ts';
import type { Exchange, Session, Stream } from '../../shared/session/types.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';
import { withoutFragment } from './sameAddress.ts';

/** Where a batch comes from. */
export interface Origin {
  /** Name of the document, from its bridge. */
  document: string;
  url: string;
  top: boolean;
  /** The browser's number of the frame. */
  frameId: number;
}

/** The record of a stream that was just opened: the youngest of its session. */
export function newStream(id: string, session: Session, origin: Origin, fact: StreamOpened): Stream {
  return {
    id,
    session: session.id,
    number: nextNumber(session),
    transport: fact.transport,
    method: fact.method,
    url: fact.url,
    documentUrl: origin.url,
    frame: origin.top ? 'top' : 'child',
    frameId: origin.frameId,
    openedAt: fact.at,
    openedBeforeRecording: fact.late,
    stack: fact.stack,
    state: 'connecting',
    listeners: [],
    exchanges: 1,
    entries: 0,
    events: 0,
    bytes: 0,
  };
}

function nextNumber({ streams, removed = 0 }: Session): number {
  return streams + removed + 1;
}

/** The record of a stream's first exchange. */
export function firstExchange(stream: Stream, at: number): Exchange {
  return {
    id: `${stream.id}/1`,
    stream: stream.id,
    session: stream.session,
    number: 1,
    method: stream.method,
    url: stream.url,
    startedAt: at,
    fidelity: stream.transport === 'EventSource' ? 'events' : 'bytes',
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: 0,
    lastEventIdBefore: '',
  };
}

/** The record of a stream that the wire alone tells of: a worker's, or one that the page tap missed. */
export function newHttpStream(session: Session, request: HttpRequest): Stream {
  return {
    id: `${session.id}/${request.id}`,
    session: session.id,
    number: nextNumber(session),
    ...(request.worker ? {} : { unclaimed: true as const }),
    transport: request.transport,
    method: request.method || 'GET',
    ...(request.method ? {} : { methodUnknown: true as const }),
    url: request.url,
    documentUrl: request.documentUrl,
    frame: request.worker || request.frameId === -1 ? 'worker' : request.frameId === 0 ? 'top' : 'child',
    frameId: request.frameId,
    openedAt: request.startedAt,
    openedBeforeRecording: false,
    stack: '',
    state: 'connecting',
    listeners: [],
    exchanges: 1,
    entries: 0,
    events: 0,
    bytes: 0,
  };
}

/** The record of a request that the HTTP layer has just seen. */
export function newRequest(id: string, session: string, fact: RequestStarted): HttpRequest {
  return {
    id,
    session,
    tab: fact.tab,
    method: fact.method,
    url: withoutFragment(fact.url),
    startedAt: fact.at,
    ...(fact.late ? { late: true as const } : {}),
    frameId: fact.frameId,
    worker: fact.worker,
    documentUrl: fact.documentUrl,
    documentId: fact.documentId ?? '',
    parentDocumentId: fact.parentDocumentId ?? '',
    ...(fact.debuggerName ? { debuggerName: fact.debuggerName } : {}),
    transport: fact.transport ?? 'fetch',
    lastEventId: '',
    stream: '',
    exchange: 0,
    held: [],
  };
}
