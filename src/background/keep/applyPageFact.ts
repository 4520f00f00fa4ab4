import type { PageFact } from '../../shared/protocol/pageLink.ts';
import type { Session } from '../../shared/session/types.ts';
import { encodeChunks } from './chunks.ts';
import type { Ledger, Live } from './ledger.ts';
import { mark, markLost } from './marks.ts';
import { newStream, type Origin } from './records.ts';
import { refineEnd } from './refineEnd.ts';
import { bytesArrived, eventsArrived } from './reportedByPage.ts';
import { isLate } from './waiting.ts';

/** A page can name event types without end. */
const MAX_LISTENERS = 1000;

/**
 * Writes what a document's bridge carried into the ledger.
 *
 * @returns whether a stream has a new exchange, whose request on the wire may be here already
 */
export async function applyPageFact(
  ledger: Ledger,
  origin: Origin,
  sessionId: string,
  fact: PageFact,
): Promise<boolean> {
  const id = `${sessionId}/${origin.document}/${fact.stream}`;
  if (fact.type === 'StreamOpened') {
    const session = await ledger.sessionForStream(sessionId);
    if (!session) return false;
    ledger.addStream(session, newStream(id, session, origin, fact), fact.at);
    return true;
  }
  const session = await ledger.session(sessionId);
  if (!session) return false;
  if (fact.stream === 0) {
    applyToSession(ledger, session, fact);
    return false;
  }
  const live = await ledger.live(id);
  if (!live) return false;
  ledger.changed(live);
  const { stream } = live;
  switch (fact.type) {
    case 'BytesArrived':
      await bytesArrived(ledger, session, live, 'bytes', fact);
      break;
    case 'TextArrived':
      await bytesArrived(ledger, session, live, 'text', encodeChunks(fact));
      break;
    case 'EventsArrived':
      await eventsArrived(ledger, session, live, fact);
      break;
    case 'ExchangeStarted':
      ledger.addExchange(session, live, fact.at);
      return true;
    case 'ExchangeResponded':
      exchangeResponded(ledger, session, live, fact);
      break;
    case 'ExchangeEnded':
      await exchangeEnded(ledger, session, live, fact);
      break;
    case 'ListenerAdded':
      if (stream.listeners.includes(fact.event) || stream.listeners.length >= MAX_LISTENERS) break;
      stream.listeners.push(fact.event);
      mark(ledger, session, stream, 'listener', fact.at, fact.event);
      break;
    case 'PageMarked':
      mark(ledger, session, stream, fact.kind, fact.at, fact.detail);
      break;
    case 'DataLost':
      markLost(ledger, session, stream, fact.at, fact.count, fact.reason);
      break;
  }
  return false;
}

function applyToSession(ledger: Ledger, session: Session, fact: PageFact): void {
  if (fact.type === 'DataLost') markLost(ledger, session, undefined, fact.at, fact.count, fact.reason);
  if (fact.type !== 'PageMarked') return;
  if (fact.kind === 'clock') {
    session.clockSetAt = fact.at;
    ledger.sessionChanged(session);
  }
  mark(ledger, session, undefined, fact.kind, fact.at, fact.detail);
}

function exchangeResponded(
  ledger: Ledger,
  session: Session,
  live: Live,
  fact: Extract<PageFact, { type: 'ExchangeResponded' }>,
): void {
  const { stream, exchange } = live;
  exchange.respondedAt ??= fact.at;
  if (isLate(live)) exchange.pageRespondedAt ??= fact.at;
  if (fact.status) exchange.status ??= fact.status;
  if (fact.url && !exchange.http) exchange.url = fact.url;
  if (fact.headers.length > 0) exchange.headers ??= fact.headers;
  if (stream.state !== 'ended') stream.state = 'open';
  mark(ledger, session, stream, 'open', fact.at, fact.status ? String(fact.status) : '');
}

async function exchangeEnded(
  ledger: Ledger,
  session: Session,
  live: Live,
  { at, cause, error, final }: Extract<PageFact, { type: 'ExchangeEnded' }>,
): Promise<void> {
  const { stream, exchange, writer } = live;
  if (exchange.endedAt === undefined) {
    Object.assign(exchange, { endedAt: at, end: cause, ...(error ? { error } : {}) });
    // The wire says itself when it is over: its last bytes may still be on their way.
    if (exchange.wire !== 'live') {
      writer.end();
      await ledger.count(session, live);
    }
  } else if (cause === 'unload') exchange.end = 'unload';
  if (cause === 'error' || cause === 'disconnect') mark(ledger, session, stream, 'error', at, error);
  else if (cause === 'close' || cause === 'abort' || cause === 'cancel')
    mark(ledger, session, stream, cause === 'abort' ? 'abort' : 'close', at, cause);
  stream.state = final ? 'ended' : 'reconnecting';
  if (final) stream.end = cause;
  refineEnd(live);
}
