import type { Batch, PageFact } from '../shared/protocol/messages.ts';
import type { Segment } from '../shared/session/segment.ts';
import { createSegmentWriter, type SegmentWriter } from '../shared/session/segmentWriter.ts';
import type { Exchange, Fidelity, Mark, Session, Stream } from '../shared/session/types.ts';
import type { Database } from '../shared/store/open.ts';
import { readTailSegment } from '../shared/store/read.ts';
import type { DocumentProgress } from '../shared/store/schema.ts';
import { writeChanges } from '../shared/store/write.ts';
import { type Chunks, canonicalBlocks, encodeChunks } from './chunks.ts';
import { firstExchange, newStream, type Origin } from './records.ts';

/** What the keeper tells after each flush. */
export interface KeepEvents {
  /** Everything of this document up to the batch is in the store. */
  written(document: string, sequence: number): void;
  /** These streams of a session have more to show. */
  changed(session: Session, streams: Stream[]): void;
  /** Nothing can be written any more; what was written stays. */
  failed(reason: string): void;
}

/** At most this often is a transaction written, ms … */
const WRITE_EVERY = 100;
/** … and so much longer than it takes is the pause after it: a burst must not take the page's processor. */
const PAUSE_FACTOR = 4;
/** The longest pause, ms. */
const MAX_PAUSE = 500;

interface Live {
  stream: Stream;
  exchange: Exchange;
  writer: SegmentWriter;
  /** The last event ID that the canonical blocks have said so far. */
  lastEventId: string;
}

/**
 * The single writer of the store. What is kept in memory is a cache of what is written: after a failure, or after
 * the background was stopped, it is read again, and recording goes on in the middle of a line.
 */
export class Keep {
  readonly #db: () => Promise<Database>;
  readonly #events: KeepEvents;
  /** Makes the record of a session whose first fact arrives; undefined when the session is over and deleted. */
  readonly #newSession: (id: string) => Session | undefined;
  #queue: { origin: Origin; batch: Batch }[] = [];
  #running: Promise<void> | undefined;
  #nextWrite = 0;
  #failed = false;

  #sessions = new Map<string, Session>();
  #documents = new Map<string, DocumentProgress>();
  #live = new Map<string, Live>();

  #changedSessions = new Set<Session>();
  #changedLives = new Set<Live>();
  #marks: Mark[] = [];

  constructor(
    db: () => Promise<Database>,
    newSession: (id: string) => Session | undefined,
    events: KeepEvents,
  ) {
    this.#db = db;
    this.#newSession = newSession;
    this.#events = events;
  }

  submit(origin: Origin, batch: Batch): void {
    if (this.#failed) return;
    this.#queue.push({ origin, batch });
    this.#start();
  }

  #start(): void {
    if (this.#running || this.#queue.length === 0 || this.#failed) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#start();
    });
  }

  /** Adds a mark to a session that has streams already; others have nothing to mark. */
  async mark(mark: Mark): Promise<void> {
    await this.#exclusive(async () => {
      if (!(await this.#session(mark.session))) return;
      this.#marks.push(mark);
      await this.#write([]);
    });
  }

  /** Ends a session, and forgets what is cached of it. */
  async endSession(id: string, at: number): Promise<void> {
    await this.#exclusive(async () => {
      const session = await this.#session(id);
      if (!session) return;
      session.endedAt = at;
      this.#changedSessions.add(session);
      await this.#write([]);
    });
  }

  /** Forgets a session that is about to be deleted: what still comes for it is dropped. */
  async forgetSession(id: string): Promise<void> {
    await this.#exclusive(async () => {
      this.#sessions.delete(id);
      for (const [key, live] of this.#live) if (live.stream.session === id) this.#live.delete(key);
    });
  }

  /** Everything submitted so far is written. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #exclusive(work: () => Promise<void>): Promise<void> {
    while (this.#running) await this.#running;
    const running = work().finally(() => {
      this.#running = undefined;
      this.#start();
    });
    // Who waits for its end must not fail with it.
    this.#running = running.catch(() => {});
    await running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const pause = this.#nextWrite - Date.now();
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      const start = Date.now();
      const taken = this.#queue;
      this.#queue = [];
      try {
        await this.#apply(taken);
      } catch (error) {
        this.#forgetCaches();
        const name = (error as Error)?.name;
        if (name === 'QuotaExceededError') {
          this.#failed = true;
          this.#events.failed('The disk or the browser’s storage for this extension is full.');
          return;
        }
        // The database was closed (an update, a clean-up by the browser): once more with a new connection.
        try {
          await this.#apply(taken);
        } catch (again) {
          this.#failed = true;
          this.#forgetCaches();
          this.#events.failed(`The browser’s storage does not take anything: ${String(again)}`);
          return;
        }
      }
      const end = Date.now();
      this.#nextWrite = Math.max(
        start + WRITE_EVERY,
        end + Math.min(MAX_PAUSE, (end - start) * PAUSE_FACTOR),
      );
    }
  }

  async #apply(taken: { origin: Origin; batch: Batch }[]): Promise<void> {
    const progressed = new Set<DocumentProgress>();
    for (const { origin, batch } of taken) {
      const progress = await this.#progress(origin.document, batch.session);
      // Sent again after we were away, and written already: once is enough.
      if (batch.sequence > progress.sequence) {
        for (const fact of batch.facts) await this.#fact(origin, batch.session, fact);
        progress.sequence = batch.sequence;
        progress.session = batch.session;
      }
      progressed.add(progress);
    }
    await this.#write(progressed);
    for (const progress of progressed) this.#events.written(progress.id, progress.sequence);
  }

  async #write(progressed: Iterable<DocumentProgress>): Promise<void> {
    const lives = [...this.#changedLives];
    const sessions = [...this.#changedSessions];
    const marks = this.#marks;
    this.#changedLives = new Set();
    this.#changedSessions = new Set();
    this.#marks = [];
    const segments: Segment[] = [];
    for (const live of lives) {
      segments.push(...live.writer.takeChanged());
    }
    await writeChanges(await this.#db(), {
      sessions,
      streams: lives.map((live) => live.stream),
      exchanges: lives.map((live) => live.exchange),
      segments,
      marks,
      documents: progressed,
    });
    const bySession = new Map<string, Stream[]>();
    for (const session of sessions) bySession.set(session.id, []);
    for (const mark of marks) if (!bySession.has(mark.session)) bySession.set(mark.session, []);
    for (const { stream } of lives) bySession.get(stream.session)?.push(stream);
    for (const [id, streams] of bySession) {
      const session = this.#sessions.get(id);
      if (session) this.#events.changed(session, streams);
    }
    for (const live of lives) if (live.stream.state === 'ended') this.#live.delete(live.stream.id);
  }

  #forgetCaches(): void {
    this.#sessions.clear();
    this.#documents.clear();
    this.#live.clear();
    this.#changedLives.clear();
    this.#changedSessions.clear();
    this.#marks = [];
  }

  async #progress(document: string, session: string): Promise<DocumentProgress> {
    let progress = this.#documents.get(document);
    if (!progress) {
      progress = (await (await this.#db()).get('documents', document)) ?? {
        id: document,
        session,
        sequence: 0,
      };
      this.#documents.set(document, progress);
    }
    return progress;
  }

  async #session(id: string): Promise<Session | undefined> {
    const known = this.#sessions.get(id);
    if (known) return known;
    const session = await (await this.#db()).get('sessions', id);
    if (session) this.#sessions.set(id, session);
    return session;
  }

  async #fact(origin: Origin, sessionId: string, fact: PageFact): Promise<void> {
    let session = await this.#session(sessionId);
    if (!session) {
      // The record of a session is made by its first stream: a page without streams leaves nothing behind.
      if (fact.type !== 'StreamOpened') return;
      session = this.#newSession(sessionId);
      if (!session) return;
      this.#sessions.set(sessionId, session);
    }
    if (fact.stream === 0) {
      this.#pageFact(session, fact);
      return;
    }
    const id = `${sessionId}/${origin.document}/${fact.stream}`;
    if (fact.type === 'StreamOpened') {
      this.#open(session, id, origin, fact);
      return;
    }
    const live = await this.#liveStream(id);
    if (!live) return;
    this.#changedLives.add(live);
    switch (fact.type) {
      case 'BytesArrived':
        this.#chunks(session, live, 'bytes', fact);
        break;
      case 'TextArrived':
        this.#chunks(session, live, 'text', encodeChunks(fact));
        break;
      case 'EventsArrived':
        this.#chunks(session, live, 'events', encodeChunks(canonicalBlocks(live, fact)));
        break;
      case 'ExchangeStarted':
        this.#nextExchange(session, live, fact.at);
        break;
      case 'ExchangeResponded': {
        const { exchange, stream } = live;
        exchange.respondedAt = fact.at;
        if (fact.status) exchange.status = fact.status;
        if (fact.url) exchange.url = fact.url;
        if (fact.headers.length > 0) exchange.headers = fact.headers;
        if (stream.state !== 'ended') stream.state = 'open';
        this.#mark(session, stream, 'open', fact.at, fact.status ? String(fact.status) : '');
        break;
      }
      case 'ExchangeEnded': {
        const { exchange, stream, writer } = live;
        if (exchange.endedAt === undefined) {
          exchange.endedAt = fact.at;
          exchange.end = fact.cause;
          if (fact.error) exchange.error = fact.error;
          writer.end();
          this.#count(session, live);
        } else if (fact.cause === 'unload') exchange.end = 'unload';
        if (fact.cause === 'error' || fact.cause === 'disconnect') {
          this.#mark(session, stream, 'error', fact.at, fact.error);
        } else if (fact.cause === 'close' || fact.cause === 'abort' || fact.cause === 'cancel') {
          this.#mark(session, stream, fact.cause === 'abort' ? 'abort' : 'close', fact.at, fact.cause);
        }
        stream.state = fact.final ? 'ended' : 'reconnecting';
        if (fact.final) stream.end = fact.cause;
        break;
      }
      case 'ListenerAdded':
        if (!live.stream.listeners.includes(fact.event) && live.stream.listeners.length < 1000) {
          live.stream.listeners.push(fact.event);
        }
        this.#mark(session, live.stream, 'listener', fact.at, fact.event);
        break;
      case 'PageMarked':
        this.#mark(session, live.stream, fact.kind, fact.at, fact.detail);
        break;
      case 'DataLost':
        this.#lost(session, live.stream, fact.at, fact.count, fact.reason);
        break;
    }
  }

  #pageFact(session: Session, fact: PageFact): void {
    if (fact.type === 'DataLost') this.#lost(session, undefined, fact.at, fact.count, fact.reason);
    else if (fact.type === 'PageMarked') this.#mark(session, undefined, fact.kind, fact.at, fact.detail);
  }

  #mark(session: Session, stream: Stream | undefined, kind: Mark['kind'], at: number, detail: string): void {
    this.#marks.push({ session: session.id, ...(stream ? { stream: stream.id } : {}), at, kind, detail });
  }

  #lost(session: Session, stream: Stream | undefined, at: number, count: number, reason: string): void {
    session.lost += count;
    this.#changedSessions.add(session);
    this.#mark(session, stream, 'lost', at, `${count} ${reason}`);
  }

  #open(
    session: Session,
    id: string,
    origin: Origin,
    fact: Extract<PageFact, { type: 'StreamOpened' }>,
  ): void {
    session.streams++;
    this.#changedSessions.add(session);
    const stream = newStream(id, session, origin, fact);
    const exchange = firstExchange(stream, fact.at);
    const live: Live = {
      stream,
      exchange,
      writer: createSegmentWriter({ exchange: exchange.id }),
      lastEventId: '',
    };
    this.#live.set(id, live);
    this.#changedLives.add(live);
  }

  async #liveStream(id: string): Promise<Live | undefined> {
    const known = this.#live.get(id);
    if (known) return known;
    const db = await this.#db();
    const stream = await db.get('streams', id);
    const exchange = stream && (await db.get('exchanges', `${id}/${stream.exchanges}`));
    if (!stream || !exchange) return undefined;
    const tail = await readTailSegment(db, exchange.id);
    const lastEventId = tail?.parser.lastEventId ?? exchange.lastEventIdBefore;
    const writer = createSegmentWriter({
      exchange: exchange.id,
      events: exchange.events,
      lastEventId,
      ...(tail ? { tail } : {}),
    });
    const live: Live = { stream, exchange, writer, lastEventId };
    this.#live.set(id, live);
    return live;
  }

  #chunks(session: Session, live: Live, fidelity: Fidelity, { bytes, ends, times }: Chunks): void {
    if (live.exchange.endedAt !== undefined || times.length === 0) return;
    live.exchange.fidelity = fidelity;
    live.writer.appendAll(bytes, ends, times);
    live.stream.lastAt = times.at(-1)!;
    this.#count(session, live);
  }

  /** Brings the counters of exchange, stream and session up to what the writer holds. */
  #count(session: Session, { stream, exchange, writer }: Live): void {
    const events = writer.events - exchange.events;
    const bytes = writer.bytes - exchange.bytes;
    stream.entries += writer.entries - exchange.entries;
    stream.events += events;
    stream.bytes += bytes;
    session.events += events;
    session.bytes += bytes;
    exchange.entries = writer.entries;
    exchange.events = writer.events;
    exchange.bytes = writer.bytes;
    this.#changedSessions.add(session);
  }

  #nextExchange(session: Session, live: Live, at: number): void {
    const { stream, exchange } = live;
    // The exchange before is through: what is left of it goes with this flush.
    const before: Live = { ...live };
    this.#changedLives.delete(live);
    this.#changedLives.add(before);
    stream.exchanges++;
    const next: Exchange = {
      ...firstExchange(stream, at),
      number: stream.exchanges,
      id: `${stream.id}/${stream.exchanges}`,
      firstEntry: exchange.firstEntry + exchange.entries,
      lastEventIdBefore: before.lastEventId,
    };
    const live2: Live = {
      stream,
      exchange: next,
      writer: createSegmentWriter({ exchange: next.id, lastEventId: before.lastEventId }),
      lastEventId: before.lastEventId,
    };
    this.#live.set(stream.id, live2);
    this.#changedLives.add(live2);
    this.#changedSessions.add(session);
  }
}
