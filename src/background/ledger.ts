import { createSegmentWriter, type SegmentWriter } from '../shared/session/segmentWriter.ts';
import type { Exchange, Mark, Session, Stream } from '../shared/session/types.ts';
import type { Database } from '../shared/store/open.ts';
import { readExchanges, readStreams, readTailSegment } from '../shared/store/read.ts';
import type { DocumentProgress, HttpRequest } from '../shared/store/schema.ts';
import type { Changes } from '../shared/store/write.ts';
import { firstExchange } from './records.ts';

/** A request may be told of after the page has told that its stream is over, ms. */
const REQUEST_COMES_WITHIN = 5000;

/** A stream and one of its exchanges, as it is being written. */
export interface Live {
  stream: Stream;
  exchange: Exchange;
  writer: SegmentWriter;
  /** The last event ID that the canonical blocks have said so far. */
  lastEventId: string;
  /** Where the exchange before ended up. */
  lastUrl: string;
}

/**
 * The records that are being written, and which of them have changed since the last flush. A cache of the store:
 * forgotten, everything is read again.
 */
export class Ledger {
  readonly #db: () => Promise<Database>;
  /** Makes the record of a session whose first stream is there; undefined when the session is over and deleted. */
  readonly #newSession: (id: string) => Session | undefined;
  /** An exchange that came from the store: the background was away. */
  readonly #onReturn: (live: Live) => Promise<void>;

  #sessions = new Map<string, Session>();
  #documents = new Map<string, DocumentProgress>();
  /** The current exchange of each stream. */
  #lives = new Map<string, Live>();
  /** Exchanges whose stream has gone on, by stream and number. */
  #former = new Map<string, Live>();
  /** Current exchanges of streams that are over, and since when. */
  #over = new Map<Live, number>();
  #requests = new Map<string, HttpRequest>();
  /** Sessions of which everything that goes on is in memory. */
  #complete = new Set<string>();

  #changedSessions = new Set<Session>();
  #changedLives = new Set<Live>();
  #changedDocuments = new Set<DocumentProgress>();
  #changedRequests = new Set<HttpRequest>();
  #requestsOver = new Set<string>();
  #marks: Mark[] = [];

  constructor(
    db: () => Promise<Database>,
    newSession: (id: string) => Session | undefined,
    onReturn: (live: Live) => Promise<void>,
  ) {
    this.#db = db;
    this.#newSession = newSession;
    this.#onReturn = onReturn;
  }

  async session(id: string): Promise<Session | undefined> {
    const known = this.#sessions.get(id);
    if (known) return known;
    const session = await (await this.#db()).get('sessions', id);
    if (session) this.#sessions.set(id, session);
    return session;
  }

  /** The record of a session is made by its first stream: a page without streams leaves nothing behind. */
  async sessionForStream(id: string): Promise<Session | undefined> {
    const known = await this.session(id);
    if (known) return known;
    const session = this.#newSession(id);
    if (session) this.#sessions.set(id, session);
    return session;
  }

  async document(id: string, session: string): Promise<DocumentProgress> {
    let progress = this.#documents.get(id);
    if (!progress) {
      progress = (await (await this.#db()).get('documents', id)) ?? { id, session, sequence: 0 };
      this.#documents.set(id, progress);
    }
    return progress;
  }

  addStream(session: Session, stream: Stream, startedAt: number): Live {
    session.streams++;
    this.#changedSessions.add(session);
    const exchange = firstExchange(stream, startedAt);
    const live: Live = {
      stream,
      exchange,
      writer: createSegmentWriter({ exchange: exchange.id }),
      lastEventId: '',
      lastUrl: stream.url,
    };
    this.#lives.set(stream.id, live);
    this.#changedLives.add(live);
    return live;
  }

  addExchange(session: Session, before: Live, startedAt: number): Live {
    const { stream, exchange, writer } = before;
    // What the canonical blocks said last, or the bytes.
    const lastEventId = before.lastEventId || writer.lastEventId();
    stream.exchanges++;
    const next: Exchange = {
      ...firstExchange(stream, startedAt),
      number: stream.exchanges,
      id: `${stream.id}/${stream.exchanges}`,
      firstEntry: exchange.firstEntry + exchange.entries,
      lastEventIdBefore: lastEventId,
    };
    const live: Live = {
      stream,
      exchange: next,
      writer: createSegmentWriter({ exchange: next.id, lastEventId }),
      lastEventId,
      lastUrl: exchange.url,
    };
    this.#changedLives.add(before);
    if (exchange.http && exchange.http.completedAt === undefined) this.#former.set(exchange.id, before);
    this.#lives.set(stream.id, live);
    this.#changedLives.add(live);
    this.#changedSessions.add(session);
    return live;
  }

  /** A stream with its current exchange, or with an earlier one that is still being written. */
  async live(streamId: string, number?: number): Promise<Live | undefined> {
    const current = this.#lives.get(streamId) ?? (await this.#load(streamId));
    if (!current || number === undefined || current.exchange.number === number) return current;
    return this.#former.get(`${streamId}/${number}`);
  }

  /** Streams of a session with an exchange whose request is not known. */
  async waiting(session: string): Promise<Live[]> {
    await this.#loadAll(session);
    return [...this.#lives.values()].filter(
      ({ stream, exchange }) =>
        stream.session === session &&
        !exchange.http &&
        stream.frame !== 'worker' &&
        !(stream.openedBeforeRecording && exchange.number === 1),
    );
  }

  /** Streams of which only the wire has told so far. */
  async unclaimed(session: string): Promise<Live[]> {
    const streams = (await readStreams(await this.#db(), session)).filter((stream) => stream.unclaimed);
    const ids = new Set(streams.map(({ id }) => id));
    for (const { stream } of this.#lives.values()) {
      if (stream.session === session && stream.unclaimed) ids.add(stream.id);
    }
    const lives = await Promise.all([...ids].map((id) => this.live(id)));
    return lives.filter((live) => live?.stream.unclaimed).map((live) => live!);
  }

  async liveStreams(session: string): Promise<Live[]> {
    await this.#loadAll(session);
    return [...this.#lives.values()].filter((live) => live.stream.session === session);
  }

  async request(id: string): Promise<HttpRequest | undefined> {
    const known = this.#requests.get(id);
    if (known || this.#requestsOver.has(id)) return known;
    const request = await (await this.#db()).get('requests', id);
    if (request) this.#requests.set(id, request);
    return request;
  }

  /** Requests of which it is not known whose they are, in the order in which they began. */
  async heldRequests(session: string): Promise<HttpRequest[]> {
    await this.#loadAll(session);
    return [...this.#requests.values()]
      .filter((request) => request.session === session && request.stream === '')
      .sort((a, b) => a.startedAt - b.startedAt);
  }

  /** Requests of a tab since `beganAt` that wait for their stream belong to this session. */
  async claimRequests(tab: number, session: string, beganAt: number): Promise<void> {
    await this.#loadAll(session);
    for (const request of this.#requests.values()) {
      if (request.tab !== tab || request.stream !== '' || request.startedAt < beganAt) continue;
      request.session = session;
      this.#changedRequests.add(request);
    }
  }

  putRequest(request: HttpRequest): void {
    this.#requests.set(request.id, request);
    this.#changedRequests.add(request);
  }

  endRequest(request: HttpRequest): void {
    this.#requests.delete(request.id);
    this.#changedRequests.delete(request);
    this.#requestsOver.add(request.id);
    this.#former.delete(`${request.stream}/${request.exchange}`);
  }

  changed(live: Live): void {
    this.#changedLives.add(live);
  }
  sessionChanged(session: Session): void {
    this.#changedSessions.add(session);
  }
  progressed(progress: DocumentProgress): void {
    this.#changedDocuments.add(progress);
  }
  mark(mark: Mark): void {
    this.#marks.push(mark);
  }

  /** Brings the counters of exchange, stream and session up to what the writer holds. */
  count(session: Session, { stream, exchange, writer }: Live): void {
    const entries = writer.entries - exchange.entries;
    const events = writer.events - exchange.events;
    const bytes = writer.bytes - exchange.bytes;
    stream.entries += entries;
    stream.events += events;
    stream.bytes += bytes;
    session.events += events;
    session.bytes += bytes;
    exchange.entries = writer.entries;
    exchange.events = writer.events;
    exchange.bytes = writer.bytes;
    this.#changedSessions.add(session);
    const current = this.#lives.get(stream.id);
    // The stream has gone on, and there is nothing in its next exchange yet.
    if (entries > 0 && current && current.exchange.number === exchange.number + 1) {
      current.exchange.firstEntry += entries;
      this.#changedLives.add(current);
    }
  }

  /** Everything that changed since the last call, and the streams that are over are let go. */
  takeChanges(): Changes & {
    sessions: Session[];
    streams: Stream[];
    exchanges: Exchange[];
    marks: Mark[];
    documents: DocumentProgress[];
  } {
    const lives = [...this.#changedLives];
    const changes = {
      sessions: [...this.#changedSessions],
      streams: lives.map((live) => live.stream),
      exchanges: lives.map((live) => live.exchange),
      segments: lives.flatMap((live) => live.writer.takeChanged()),
      marks: this.#marks,
      documents: [...this.#changedDocuments],
      requests: [...this.#changedRequests],
      requestsOver: [...this.#requestsOver],
    };
    this.#changedLives = new Set();
    this.#changedSessions = new Set();
    this.#changedDocuments = new Set();
    this.#changedRequests = new Set();
    this.#requestsOver = new Set();
    this.#marks = [];
    this.#letGo(lives);
    return changes;
  }

  /** Streams that are over leave memory: when their request is over too, or has not come up for a while. */
  #letGo(changed: readonly Live[]): void {
    const now = Date.now();
    for (const live of changed) if (live.stream.state === 'ended') this.#over.set(live, now);
    for (const [live, since] of this.#over) {
      const { http, wire } = live.exchange;
      const settled = http ? http.completedAt !== undefined || wire === 'broken' : false;
      if (!settled && (http || now - since < REQUEST_COMES_WITHIN)) continue;
      this.#over.delete(live);
      if (this.#lives.get(live.stream.id) === live) this.#lives.delete(live.stream.id);
    }
  }

  forget(): void {
    this.#over.clear();
    this.#sessions.clear();
    this.#documents.clear();
    this.#lives.clear();
    this.#former.clear();
    this.#requests.clear();
    this.#complete.clear();
    this.takeChanges();
  }

  forgetSession(id: string): void {
    this.#sessions.delete(id);
    for (const [key, { stream }] of this.#lives) if (stream.session === id) this.#lives.delete(key);
    for (const [key, { stream }] of this.#former) if (stream.session === id) this.#former.delete(key);
    for (const live of this.#over.keys()) if (live.stream.session === id) this.#over.delete(live);
    for (const [key, { session }] of this.#requests) if (session === id) this.#requests.delete(key);
  }

  knownSession(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  async #load(id: string): Promise<Live | undefined> {
    const db = await this.#db();
    const stream = await db.get('streams', id);
    if (!stream) return undefined;
    const exchanges = await readExchanges(db, id);
    const exchange = exchanges.at(-1);
    if (!exchange) return undefined;
    const tail = await readTailSegment(db, exchange.id);
    const lastEventId = tail?.parser.lastEventId ?? exchange.lastEventIdBefore;
    const live: Live = {
      stream,
      exchange,
      lastEventId,
      lastUrl: exchanges.at(-2)?.url ?? stream.url,
      writer: createSegmentWriter({
        exchange: exchange.id,
        events: exchange.events,
        lastEventId,
        ...(tail ? { tail } : {}),
      }),
    };
    this.#lives.set(id, live);
    await this.#onReturn(live);
    return live;
  }

  /** After the background was away: what goes on in this session. */
  async #loadAll(session: string): Promise<void> {
    if (this.#complete.has(session)) return;
    this.#complete.add(session);
    const db = await this.#db();
    for (const request of await db.getAll('requests')) {
      if (!this.#requests.has(request.id) && !this.#requestsOver.has(request.id)) {
        this.#requests.set(request.id, request);
      }
    }
    for (const stream of await readStreams(db, session)) {
      if (stream.state !== 'ended' && !this.#lives.has(stream.id)) await this.#load(stream.id);
    }
  }
}
