import type { Batch } from '../../src/shared/protocol/bridgeLink.ts';
import type { PageFact } from '../../src/shared/protocol/pageLink.ts';
import type { HttpFact, RequestStarted } from '../../src/shared/session/httpFacts.ts';
import type { EndCause, Transport } from '../../src/shared/session/types.ts';

export const PAGE = 'http://a.test/';
export const EVENTS = 'http://a.test/events';

/* What a document's bridge carries. */

export function batch(session: string, sequence: number, ...facts: PageFact[]): Batch {
  return { type: 'BatchSent', session, sequence, facts };
}

export function opened(
  stream: number,
  at: number,
  { transport = 'EventSource', url = EVENTS, late = false }: Partial<Opened> = {},
): PageFact {
  return { type: 'StreamOpened', stream, at, transport, method: 'GET', url, stack: '', late };
}

interface Opened {
  transport: Transport;
  url: string;
  late: boolean;
}

export function responded(stream: number, at: number): PageFact {
  return { type: 'ExchangeResponded', stream, at, status: 0, url: EVENTS, headers: [] };
}

export function startedAgain(stream: number, at: number): PageFact {
  return { type: 'ExchangeStarted', stream, at };
}

export function ended(stream: number, at: number, cause: EndCause, final: boolean): PageFact {
  return { type: 'ExchangeEnded', stream, at, cause, final, error: '' };
}

/** Events of type `message`, each with its data and the last event ID. */
export function events(stream: number, at: number, ...list: [data: string, id?: string][]): PageFact {
  const ends = (texts: string[]): Uint32Array => {
    let end = 0;
    return Uint32Array.from(texts, (text) => (end += text.length));
  };
  const data = list.map(([text]) => text);
  const ids = list.map(([, id = '']) => id);
  return {
    type: 'EventsArrived',
    stream,
    data: data.join(''),
    dataEnds: ends(data),
    ids: ids.join(''),
    idEnds: ends(ids),
    types: ['message'],
    typeOf: new Uint16Array(list.length),
    times: Float64Array.from(list, () => at),
  };
}

export function bytes(stream: number, at: number, text: string): PageFact {
  const chunk = new TextEncoder().encode(text);
  return {
    type: 'BytesArrived',
    stream,
    bytes: chunk,
    ends: Uint32Array.of(chunk.length),
    times: Float64Array.of(at),
  };
}

/* What the HTTP layer or the wire tap sees of a request. */

export function requestStarted(at: number, more: Partial<RequestStarted> = {}): HttpFact {
  return {
    type: 'RequestStarted',
    at,
    method: 'GET',
    url: EVENTS,
    tab: 1,
    frameId: 0,
    worker: false,
    documentUrl: PAGE,
    ...more,
  };
}

export function requestSent(lastEventId = ''): HttpFact {
  const id: [string, string][] = lastEventId ? [['Last-Event-ID', lastEventId]] : [];
  return { type: 'RequestSent', headers: [['Accept', 'text/event-stream'], ...id] };
}

export function responseStarted(at: number, status = 200): HttpFact {
  return {
    type: 'ResponseStarted',
    at,
    status,
    protocol: 'HTTP/1.1',
    remoteAddress: '',
    headers: [['content-type', 'text/event-stream']],
    fromCache: false,
  };
}

export function wireBytes(at: number, text: string): HttpFact {
  const chunk = new TextEncoder().encode(text);
  return {
    type: 'WireBytes',
    bytes: chunk,
    ends: Uint32Array.of(chunk.length),
    times: Float64Array.of(at),
  };
}

export function requestEnded(at: number, error = ''): HttpFact {
  return { type: 'RequestEnded', at, error, aborted: error === 'net::ERR_ABORTED' };
}
