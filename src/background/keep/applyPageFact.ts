import type { PageFact } from '../../shared/protocol/pageLink.ts';
import type { Fidelity, Mark, Session, Stream } from '../../shared/session/types.ts';
import type { ReportedEvents } from '../../shared/store/schema.ts';
import { type Chunks, canonicalBlocks, encodeChunks } from './chunks.ts';
import { type Ledger, type Live, MOST_AHEAD } from './ledger.ts';
import { isLate } from './matchRequest.ts';
import { newStream, type Origin } from './records.ts';
import { chunksSoFar, eventsSoFar } from './reportedSoFar.ts';

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
    if (fact.type === 'DataLost') markLost(ledger, session, undefined, fact.at, fact.count, fact.reason);
    else if (fact.type === 'PageMarked') {
      if (fact.kind === 'clock') {
        session.clockSetAt = fact.at;
        ledger.sessionChanged(session);
      }
      mark(ledger, session, undefined, fact.kind, fact.at, fact.detail);
    }
    return false;
  }
  const live = await ledger.live(id);
  if (!live) return false;
  ledger.changed(live);
  const { stream, exchange, writer } = live;
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
      exchange.respondedAt ??= fact.at;
      if (isLate(live)) exchange.pageRespondedAt ??= fact.at;
      if (fact.status) exchange.status ??= fact.status;
      if (fact.url && !exchange.http) exchange.url = fact.url;
      if (fact.headers.length > 0) exchange.headers ??= fact.headers;
      if (stream.state !== 'ended') stream.state = 'open';
      mark(ledger, session, stream, 'open', fact.at, fact.status ? String(fact.status) : '');
      break;
    case 'ExchangeEnded': {
      const { cause } = fact;
      if (exchange.endedAt === undefined) {
        exchange.endedAt = fact.at;
        exchange.end = cause;
        if (fact.error) exchange.error = fact.error;
        // The wire says itself when it is over: its last bytes may still be on their way.
        if (exchange.wire !== 'live') {
          writer.end();
          await ledger.count(session, live);
        }
      } else if (cause === 'unload') exchange.end = 'unload';
      if (cause === 'error' || cause === 'disconnect') {
        mark(ledger, session, stream, 'error', fact.at, fact.error);
      } else if (cause === 'close' || cause === 'abort' || cause === 'cancel') {
        mark(ledger, session, stream, cause === 'abort' ? 'abort' : 'close', fact.at, cause);
      }
      stream.state = fact.final ? 'ended' : 'reconnecting';
      if (fact.final) stream.end = cause;
      refineEnd(live);
      break;
    }
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

/** An `EventSource` cannot tell an end from a failure: the HTTP layer can. */
export function refineEnd({ exchange, stream }: Live): void {
  const { http } = exchange;
  if (exchange.end !== 'disconnect' || http?.completedAt === undefined) return;
  exchange.end = http.error ? 'error' : 'end';
  if (http.error) exchange.error ??= http.error;
  if (stream.end === 'disconnect') stream.end = exchange.end;
}

function mark(
  ledger: Ledger,
  session: Session,
  stream: Stream | undefined,
  kind: Mark['kind'],
  at: number,
  detail: string,
): void {
  ledger.mark({ session: session.id, ...(stream ? { stream: stream.id } : {}), at, kind, detail });
}

/** Something of a session could not be kept: counted, and marked with its reason. */
export function markLost(
  ledger: Ledger,
  session: Session,
  stream: Stream | undefined,
  at: number,
  count: number,
  reason: string,
): void {
  session.lost += count;
  ledger.sessionChanged(session);
  mark(ledger, session, stream, 'lost', at, `${count} ${reason}`);
}

async function bytesArrived(
  ledger: Ledger,
  session: Session,
  live: Live,
  fidelity: Fidelity,
  { bytes, ends, times }: Chunks,
): Promise<void> {
  const { exchange } = live;
  const before = exchange.pageBytes ?? 0;
  if (exchange.wire) exchange.pageBytes = before + bytes.length;
  if (exchange.wire === 'live' && !exchange.pageFirst) {
    await keepBytesAhead(ledger, live, before, fidelity, { bytes, ends, times });
    return;
  }
  if (exchange.wire === 'ended') return;
  if (exchange.wire === 'broken') {
    // Both count the same bytes from the first one on: what the wire brought is left out.
    const known = Math.max(0, Math.min(bytes.length, exchange.bytes - before));
    const first = ends.findIndex((end) => end > known);
    if (first < 0) return;
    bytes = bytes.subarray(known);
    ends = ends.slice(first).map((end) => end - known);
    times = times.slice(first);
  }
  await append(ledger, session, live, fidelity, { bytes, ends, times });
}

async function eventsArrived(
  ledger: Ledger,
  session: Session,
  live: Live,
  fact: ReportedEvents,
): Promise<void> {
  const { exchange, writer } = live;
  const before = exchange.pageEvents ?? 0;
  if (exchange.wire) exchange.pageEvents = before + fact.times.length;
  if (exchange.wire === 'live' && !exchange.pageFirst) {
    await keepEventsAhead(ledger, live, before, fact);
    return;
  }
  if (exchange.wire === 'ended') return;
  if (exchange.wire === 'broken') {
    // The page heard what the wire brought up to its break, and then more.
    const known = Math.max(0, (exchange.heardOnWire ?? 0) - before);
    fact = eventsFrom(fact, Math.min(known, fact.times.length));
    if (fact.times.length === 0) return;
    if (exchange.fidelity === 'bytes') {
      writer.breakOff();
      live.lastEventId = writer.lastEventId();
    }
  }
  await append(ledger, session, live, 'events', encodeChunks(canonicalBlocks(live, fact)));
}

function keepBytesAhead(
  ledger: Ledger,
  live: Live,
  before: number,
  fidelity: Fidelity,
  chunks: Chunks,
): Promise<void> {
  const { id: exchange } = live.exchange;
  const { bytes, ends, times } = chunks;
  const count = bytes.length;
  return ledger.keepAhead(live, { exchange, before, count, chunks: { fidelity, bytes, ends, times } });
}

function keepEventsAhead(ledger: Ledger, live: Live, before: number, fact: ReportedEvents): Promise<void> {
  const { id: exchange } = live.exchange;
  const { data, dataEnds, ids, idEnds, types, typeOf, times } = fact;
  const events = { data, dataEnds, ids, idEnds, types, typeOf, times };
  return ledger.keepAhead(live, { exchange, before, count: times.length, events });
}

/** The wire's bytes take the place of what the page has reported so far: that counts again if they do not reach so far. */
export async function replaceReported(ledger: Ledger, session: Session, live: Live): Promise<void> {
  const { exchange } = live;
  const { fidelity, bytes } = exchange;
  if (fidelity === 'events') exchange.pageEvents = exchange.events;
  else exchange.pageBytes = bytes;
  const store = await ledger.openStore();
  const events = fidelity === 'events' && bytes <= MOST_AHEAD ? await eventsSoFar(store, live) : undefined;
  const chunks = fidelity !== 'events' && bytes <= MOST_AHEAD ? await chunksSoFar(store, live) : undefined;
  await ledger.replace(session, live);
  if (events) await keepEventsAhead(ledger, live, 0, events);
  if (chunks) await keepBytesAhead(ledger, live, 0, fidelity, chunks);
}

/**
 * The wire brings nothing more: what the page was given beyond that is taken from its own reports. What is in neither of
 * the two any more is counted as lost.
 *
 * @returns whether there was anything
 */
export async function appendAhead(ledger: Ledger, session: Session, live: Live): Promise<boolean> {
  const { stream, exchange, writer } = live;
  const { ahead } = live;
  const { bytes, endedAt } = exchange;
  const isEvents = exchange.pageEvents !== undefined;
  const reported = exchange.pageEvents ?? exchange.pageBytes ?? 0;
  const known = isEvents ? (exchange.heardOnWire ?? 0) : bytes;
  const from = ahead[0]?.before ?? reported;
  if (from > known) {
    const at = exchange.lastAt ?? exchange.startedAt;
    // How many chunks the bytes were is not known any more.
    markLost(ledger, session, stream, at, isEvents ? from - known : 1, 'wire');
    if (!isEvents) writer.breakOff();
  }
  if (ahead.length === 0) return false;
  if (isEvents) exchange.pageEvents = from;
  else exchange.pageBytes = from;
  // It came before the end, and is written after it.
  delete exchange.endedAt;
  for (const { events, chunks } of ahead) {
    if (events) await eventsArrived(ledger, session, live, events);
    else if (chunks) await bytesArrived(ledger, session, live, chunks.fidelity, chunks);
  }
  ledger.dropAhead(live);
  if (endedAt !== undefined) exchange.endedAt = endedAt;
  return exchange.bytes > bytes;
}

async function append(
  ledger: Ledger,
  session: Session,
  live: Live,
  fidelity: Fidelity,
  chunks: Chunks,
): Promise<void> {
  const { exchange, stream, writer } = live;
  if (exchange.endedAt !== undefined || chunks.times.length === 0) return;
  exchange.fidelity = fidelity;
  appendChunks(live, chunks);
  stream.lastAt = exchange.lastAt!;
  if (fidelity !== 'events') live.lastEventId = writer.lastEventId();
  await ledger.count(session, live);
}

/** Adds chunks to an exchange, and notes when its first and its last bytes came. */
export function appendChunks({ exchange, stream, writer }: Live, { bytes, ends, times }: Chunks): void {
  writer.appendAll(bytes, ends, times);
  exchange.firstAt ??= times[0]!;
  exchange.lastAt = times.at(-1)!;
  stream.lastAt = exchange.lastAt;
}

/** Events without the first `from` of them. */
function eventsFrom(fact: ReportedEvents, from: number): ReportedEvents {
  if (from === 0) return fact;
  const dataStart = fact.dataEnds[from - 1]!;
  const idStart = fact.idEnds[from - 1]!;
  return {
    ...fact,
    data: fact.data.slice(dataStart),
    dataEnds: fact.dataEnds.slice(from).map((end) => end - dataStart),
    ids: fact.ids.slice(idStart),
    idEnds: fact.idEnds.slice(from).map((end) => end - idStart),
    typeOf: fact.typeOf.slice(from),
    times: fact.times.slice(from),
  };
}
