import type { StreamOpened } from '../shared/protocol/messages.ts';
import type { Exchange, Session, Stream } from '../shared/session/types.ts';

/** Where a batch comes from. */
export interface Origin {
  /** Name of the document, from its bridge. */
  document: string;
  url: string;
  top: boolean;
}

/** The record of a stream that was just opened: the youngest of its session. */
export function newStream(id: string, session: Session, origin: Origin, fact: StreamOpened): Stream {
  return {
    id,
    session: session.id,
    number: session.streams,
    transport: fact.transport,
    method: fact.method,
    url: fact.url,
    documentUrl: origin.url,
    frame: origin.top ? 'top' : 'child',
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
