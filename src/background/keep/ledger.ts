import type { Clock } from '../../shared/protocol/clock.ts';
import { createSegmentWriter, type SegmentWriter } from '../../shared/segment/segmentWriter.ts';
import type { Exchange, HttpSide, Mark, Session, Stream } from '../../shared/session/types.ts';
import type { AheadReport, DocumentProgress, HttpRequest } from '../../shared/store/schema.ts';
import type { Changes } from '../../shared/store/write.ts';
import { type Asking, askingOf } from '../tabs/pages.ts';
import { countHeard, type Heard } from './countHeard.ts';
import { inOrder } from './inOrder.ts';
import type { RecordStore } from './recordStore.ts';
import { firstExchange } from './records.ts';
import { isOfWire, isSameMethod, withoutFragment } from './sameAddress.ts';
import { Twins } from './twins.ts';

/** The HTTP layer may report a request after the page has reported the end of its exchange: so long we wait, ms. */
const REQUEST_COMES_WITHIN = 5000;
/**
 * So many exchanges of a stream, from the last one on, may still wait for their request: a stream may connect again many
 * times a second while the machine is too busy to report one.
 */
const MOST_EARLIER = 50;
/**
 * What pages reported ahead of the wire takes so much at most, bytes: seconds of a stream that is as fast as a page
 * can read, and all that hundreds of usual ones report while a debugger does not answer.
 */
export const MOST_AHEAD = 16 << 20;
/** Progress of that many documents stays in memory; the store has the others. */
const MAX_DOCUMENTS = 1000;

/** A stream and one of its exchanges, as it is being written. */
export interface Live {
  stream: Stream;
  exchange: Exchange;
  writer: SegmentWriter;
  /** The last event ID that the canonical blocks have said so far. */
  lastEventId: string;
  /** URL at which the stream's exchange before ended. */
  lastUrl: string;
  /** What the page has reported, and the wire has not brought yet. */
  ahead: AheadReport[];
  /** Events that the page listens to; missing until they are asked for. */
  heard?: Heard | undefined;
}

/** The session of a request, as far as it can be told; undefined when it is not recorded. */
export type SessionOfRequest = (request: Asking & { tab: number }) => string | undefined;

/**
 * The records that are being written, and which of them have changed since the last flush. A cache of the store: after
 * `forget()` everything is read again.
 */
export class Ledger {
  readonly #store: () => Promise<RecordStore>;
  /** Makes the record of a session for its first stream; undefined when the session is over and deleted. */
  readonly #newSession: (id: string) => Session | undefined;
  /** Called for an exchange that is read from the store because the background was restarted. */
  readonly #onReturn: (live: Live) => Promise<void>;
  readonly #clock: Clock;

  #sessions = new Map<string, Session>();
  #documents = new Map<string, DocumentProgress>();
  /** The current exchange of each stream. */
  #lives = new Map<string, Live>();
  /** Earlier exchanges that may still receive facts although a newer one exists. By stream, then by number. */
  #earlier = new Map<string, Map<number, Live>>();
  /** Exchanges that leave memory once their request is over, and since when (monotonic, ms). */
  #settling = new Map<Live, number>();
  #requests = new Map<string, HttpRequest>();
  /** When this life of the background began, ms since the epoch. */
  readonly since: number;
  readonly twins = new Twins();
  readonly #answered = new Map<string, number>();
  /** Streams that only the HTTP layer or the wire has reported so far: their ids and URLs, by session. */
  #unclaimed = new Map<string, Map<string, string>>();
  /** Every request that is not over is in memory. */
  #hasRequests = false;
  /** Sessions whose unfinished streams are all in memory. */
  #complete = new Set<string>();
  /** Exchanges whose wire was attached since the background started: reading them again breaks nothing. */
  readonly #attached = new Set<string>();

  #changedSessions = new Set<Session>();
  #changedLives = new Set<Live>();
  #changedExchanges = new Set<Exchange>();
  #changedDocuments = new Set<DocumentProgress>();
  #changedRequests = new Set<HttpRequest>();
  #requestsOver = new Set<string>();
  #segmentsOver = new Set<string>();
  #exchangesOver = new Set<string>();
  #streamsOver = new Set<Stream>();
  #newAhead = new Set<AheadReport>();
  #aheadOver: AheadReport[] = [];
  #marks: Mark[] = [];

  constructor(
    store: () => Promise<RecordStore>,
    newSession: (id: string) => Session | undefined,
    onReturn: (live: Live) => Promise<void>,
    clock: Clock,
  ) {
    this.#store = store;
    this.#newSession = newSession;
    this.#onReturn = onReturn;
    this.#clock = clock;
    this.since = clock.wall();
  }

  openStore(): Promise<RecordStore> {
    return this.#store();
  }

  async session(id: string): Promise<Session | undefined> {
    const known = this.#sessions.get(id);
    if (known) return known;
    const session = await (await this.#store()).session(id);
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
      progress = (await (await this.#store()).document(id)) ?? { id, session, sequence: 0 };
      this.#documents.set(id, progress);
      const oldest = this.#documents.keys().next().value!;
      const unchanged = !this.#changedDocuments.has(this.#documents.get(oldest)!);
      if (this.#documents.size > MAX_DOCUMENTS && unchanged && oldest !== id) this.#documents.delete(oldest);
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
      ahead: [],
    };
    this.#lives.set(stream.id, live);
    if (stream.unclaimed) this.#addUnclaimed(stream);
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
      ahead: [],
    };
    this.#keepEarlier(before);
    this.#lives.set(stream.id, live);
    this.#changedLives.add(before);
    this.#changedLives.add(live);
    this.#changedSessions.add(session);
    return live;
  }

  /** A stream with its current exchange, or with the one of that number. */
  async live(streamId: string, number?: number): Promise<Live | undefined> {
    const current = this.#lives.get(streamId) ?? (await this.#loadCurrent(streamId));
    if (!current || number === undefined || current.exchange.number === number) return current;
    return this.#earlier.get(streamId)?.get(number) ?? (await this.#loadEarlier(current, number));
  }

  /** Exchanges of a session that the page reported, and whose request is not known. */
  async waiting(session: string): Promise<Live[]> {
    await this.#loadAll(session);
    return [...this.#inMemory(session)].filter(
      ({ stream, exchange }) => !exchange.http && !stream.unclaimed && stream.frame !== 'worker',
    );
  }

  /** Exchanges of a session that are in memory, and whose request is known. */
  async joined(session: string): Promise<Live[]> {
    await this.#loadAll(session);
    return [...this.#inMemory(session)].filter(({ exchange }) => exchange.http !== undefined);
  }

  /**
   * Earlier exchanges that fit a request by its method and URL, and whose request is not known. They are read from the
   * store: the HTTP layer may report a request when its exchange is long over.
   */
  async waitingEarlier(request: HttpRequest): Promise<Live[]> {
    const found: Live[] = [];
    for await (const { frame, unclaimed, exchange } of this.#lastOf(request)) {
      if (frame === 'worker' || unclaimed || exchange.http) continue;
      const live = await this.live(exchange.stream, exchange.number);
      if (live && !live.exchange.http) found.push(live);
    }
    return found;
  }

  /** Exchanges that fit a request by its method and URL, as another layer has seen them: also those that left memory. */
  async seenOtherwise(request: HttpRequest): Promise<HttpSide[]> {
    const sides: HttpSide[] = [];
    for await (const { exchange } of this.#lastOf(request)) {
      const { http } = exchange;
      if (http && isOfWire({ id: http.request }) !== isOfWire(request)) sides.push(http);
    }
    return sides;
  }

  /** The last exchanges, as they are stored, of the streams that fit a request by their method and URL. */
  async *#lastOf(
    request: HttpRequest,
  ): AsyncIterable<Pick<Stream, 'frame' | 'unclaimed'> & { exchange: Exchange }> {
    const store = await this.#store();
    for (const { id, url, method, exchanges, frame, unclaimed } of await store.streams(request.session)) {
      if (!isSameMethod(method, request.method) || withoutFragment(url) !== request.url) continue;
      for (const exchange of await store.exchangesFrom(id, exchanges - MOST_EARLIER)) {
        yield { frame, ...(unclaimed ? { unclaimed } : {}), exchange };
      }
    }
  }

  /** Streams of one of these URLs (without fragments) of which only the HTTP layer or the wire has reported so far. */
  async unclaimed(session: string, urls: ReadonlySet<string>): Promise<Stream[]> {
    await this.#loadAll(session);
    const streams: Stream[] = [];
    for (const [id, url] of this.#unclaimed.get(session) ?? []) {
      const live = urls.has(url) ? await this.live(id) : undefined;
      if (live) streams.push(live.stream);
    }
    return streams;
  }

  /** It is known whose the stream is. */
  claimed(stream: Stream): void {
    delete stream.unclaimed;
    this.#unclaimed.get(stream.session)?.delete(stream.id);
  }

  /** Whether there are streams of which only the HTTP layer or the wire has reported so far. */
  hasUnclaimed(session: string): boolean {
    return (this.#unclaimed.get(session)?.size ?? 0) > 0;
  }

  /**
   * Takes away the first exchange of a stream, with all that was stored of it; the others are the first one, the second one … then.
   * A stream without exchanges goes.
   */
  async removeFirst(session: Session, stream: Stream): Promise<void> {
    const lives: Live[] = [];
    for (let number = 1; number <= stream.exchanges; number++) {
      const live = await this.live(stream.id, number);
      if (live) lives.push(live);
    }
    const [first, ...others] = lives;
    if (!first) return;
    this.#subtract(session, first);
    this.#exchangesOver.add(first.exchange.id);
    this.#attached.delete(first.exchange.id);
    this.#settling.delete(first);
    this.#changedLives.delete(first);
    this.#earlier.delete(stream.id);
    this.#lives.delete(stream.id);
    for (const live of others) {
      live.exchange.number--;
      live.exchange.firstEntry -= first.exchange.entries;
      this.#changedLives.add(live);
      if (live === others.at(-1)) this.#lives.set(stream.id, live);
      else this.#keepEarlier(live);
    }
    stream.exchanges = others.length;
    // A request that is open is among those whose other report may come, too.
    for (const request of new Set([...(await this.openRequests()), ...this.twins])) {
      if (request.stream !== stream.id) continue;
      request.exchange--;
      if (this.#requests.get(request.id) === request) this.#changedRequests.add(request);
    }
    if (others.length === 0) this.#removeStream(session, stream);
  }

  #subtract(session: Session, { stream, exchange }: Live): void {
    stream.entries -= exchange.entries;
    stream.events -= exchange.events;
    stream.bytes -= exchange.bytes;
    session.events -= exchange.events;
    session.bytes -= exchange.bytes;
    session.stored = Math.max(0, (session.stored ?? 0) - (exchange.stored ?? 0));
    this.#changedSessions.add(session);
  }

  #removeStream(session: Session, stream: Stream): void {
    session.streams--;
    session.removed = (session.removed ?? 0) + 1;
    this.#unclaimed.get(session.id)?.delete(stream.id);
    this.#streamsOver.add(stream);
    this.#changedSessions.add(session);
  }

  /** Every stream of a session, those included that are over and not in memory any more. */
  async streams(session: string): Promise<Stream[]> {
    const streams = new Map<string, Stream>();
    for (const stream of await (await this.#store()).streams(session)) streams.set(stream.id, stream);
    for (const { stream } of this.#inMemory(session)) streams.set(stream.id, stream);
    return [...streams.values()];
  }

  async liveStreams(session: string): Promise<Live[]> {
    await this.#loadAll(session);
    return [...this.#lives.values()].filter((live) => live.stream.session === session);
  }

  async request(id: string): Promise<HttpRequest | undefined> {
    const known = this.#requests.get(id);
    if (known || this.#requestsOver.has(id)) return known;
    const request = await (await this.#store()).request(id);
    if (request) this.#addRequest(request);
    return request;
  }

  /** Every request that is not over. */
  async openRequests(): Promise<HttpRequest[]> {
    await this.#loadRequests();
    return [...this.#requests.values()];
  }

  /** Requests of a session of which it is not known whose they are, in the order in which they began. */
  async heldRequests(session: string): Promise<HttpRequest[]> {
    return inOrder((await this.openRequests()).filter((one) => one.session === session && one.stream === ''));
  }

  /**
   * Moves the requests of a tab that wait for their stream into the sessions of their pages.
   *
   * @returns the sessions that got some
   */
  async assignRequests(tab: number, sessionOf: SessionOfRequest): Promise<Set<string>> {
    await this.#loadRequests();
    const sessions = new Set<string>();
    for (const request of this.#requests.values()) {
      // A worker's request does not say of which tab it is.
      if ((request.tab !== tab && request.tab >= 0) || request.stream !== '') continue;
      const session = sessionOf({ tab: request.tab, ...askingOf(request) });
      if (session === undefined || session === request.session) continue;
      request.session = session;
      sessions.add(session);
      this.#changedRequests.add(request);
    }
    return sessions;
  }

  /** Whether an exchange of this session is that of this request, which is over. */
  async hasRecorded(session: string, id: string, url: string): Promise<boolean> {
    const store = await this.#store();
    for (const stream of await store.streams(session)) {
      if (withoutFragment(stream.url) !== withoutFragment(url)) continue;
      for (const { http } of await store.exchangesFrom(stream.id, stream.exchanges - MOST_EARLIER)) {
        if (http?.request === id) return true;
      }
    }
    return false;
  }

  putRequest(request: HttpRequest): void {
    this.#requests.set(request.id, request);
    this.#changedRequests.add(request);
  }

  endRequest(request: HttpRequest): void {
    this.#requests.delete(request.id);
    this.#changedRequests.delete(request);
    this.#requestsOver.add(request.id);
    this.#answered.delete(request.id);
  }

  /** The wire of this exchange is attached in this life of the background. */
  wireAttached({ exchange }: Live): void {
    this.#attached.add(exchange.id);
  }

  /** The wire has brought everything. */
  wireOver(live: Live): void {
    this.#attached.delete(live.exchange.id);
    this.dropAhead(live);
  }

  /** Events, or else bytes, of what the page reports that the wire has brought. */
  async broughtByWire(live: Live, isEvents: boolean): Promise<number> {
    return isEvents ? countHeard(await this.#store(), live) : live.exchange.bytes;
  }

  /**
   * Keeps what the page reported, until the wire has brought it. Beyond {@link MOST_AHEAD} the oldest reports of the exchange
   * go: what the wire then does not bring is counted as lost.
   */
  async keepAhead(live: Live, report: AheadReport): Promise<void> {
    if (report.before + report.count <= (await this.broughtByWire(live, report.events !== undefined))) return;
    live.ahead.push(report);
    this.#newAhead.add(report);
    let size = this.#aheadSize();
    while (size > MOST_AHEAD && live.ahead.length > 0) {
      const oldest = live.ahead.shift()!;
      size -= sizeOf(oldest);
      this.#aheadIsOver(oldest);
    }
  }

  /** The wire has brought more: what it has brought of the page's reports is not needed any more. */
  async wireBrought(live: Live): Promise<void> {
    const [first] = live.ahead;
    if (!first) return;
    const brought = await this.broughtByWire(live, first.events !== undefined);
    while (live.ahead[0] && live.ahead[0].before + live.ahead[0].count <= brought)
      this.#aheadIsOver(live.ahead.shift()!);
  }

  dropAhead(live: Live): void {
    for (const report of live.ahead) this.#aheadIsOver(report);
    live.ahead = [];
  }

  #aheadIsOver(report: AheadReport): void {
    if (!this.#newAhead.delete(report)) this.#aheadOver.push(report);
  }

  #aheadSize(): number {
    let size = 0;
    for (const numbers of this.#earlier.values())
      for (const live of numbers.values()) size += sizeOfAll(live.ahead);
    for (const live of this.#lives.values()) size += sizeOfAll(live.ahead);
    return size;
  }

  /** The wire brings nothing more: the page's own reports count from the first event on that it did not bring. */
  async breakWire(live: Live): Promise<void> {
    const { exchange } = live;
    this.#attached.delete(exchange.id);
    this.#changedLives.add(live);
    if (exchange.pageFirst) {
      // Nothing has come over it: what is there is the page's.
      delete exchange.pageFirst;
      delete exchange.wire;
      delete exchange.pageBytes;
      delete exchange.pageEvents;
      this.dropAhead(live);
      return;
    }
    exchange.wire = 'broken';
    exchange.heardOnWire = await countHeard(await this.#store(), live);
  }

  /** Changed exchanges that are over for the page, and of whose end the debugger has not told. */
  unendedWires(): Live[] {
    return [...this.#changedLives].filter(
      ({ exchange: { http, endedAt, wire } }) =>
        endedAt !== undefined &&
        wire !== 'broken' &&
        http !== undefined &&
        // The other layer may have told it before the wire was attached.
        (http.completedAt === undefined || wire === 'live') &&
        isOfWire({ id: http.request }),
    );
  }

  /** When the background first knew that this request has its response, or has failed; monotonic, ms. */
  answered(request: HttpRequest): number {
    const known = this.#answered.get(request.id) ?? this.#clock.monotonic();
    this.#answered.set(request.id, known);
    return known;
  }

  /** Where an exchange ended may be reported after the page has begun the next one, which connects to there. */
  followUrl({ stream, exchange }: Live): void {
    for (const next of this.#ofStream(stream.id)) {
      if (next.exchange.number === exchange.number + 1) next.lastUrl = exchange.url;
    }
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

  /** What was stored of this exchange is removed: its bytes come once more, from a better source. */
  async replace(session: Session, live: Live): Promise<void> {
    const { exchange } = live;
    exchange.replaced = (exchange.replaced ?? 0) + 1;
    delete exchange.firstAt;
    delete exchange.lastAt;
    this.#segmentsOver.add(exchange.id);
    this.beginAgain(live);
    await this.count(session, live);
  }

  /** The bytes of this exchange are written from its beginning. */
  beginAgain(live: Live): void {
    const { id, lastEventIdBefore } = live.exchange;
    live.lastEventId = lastEventIdBefore;
    live.writer = createSegmentWriter({ exchange: id, lastEventId: lastEventIdBefore });
    live.heard = undefined;
  }

  /** Brings the counters of exchange, stream and session up to what the writer holds. */
  async count(session: Session, live: Live): Promise<void> {
    const { stream, exchange, writer } = live;
    const entries = writer.entries - exchange.entries;
    const events = writer.events - exchange.events;
    const bytes = writer.bytes - exchange.bytes;
    const stored = writer.stored - (exchange.stored ?? 0);
    stream.entries += entries;
    stream.events += events;
    stream.bytes += bytes;
    session.events += events;
    session.bytes += bytes;
    session.stored = (session.stored ?? 0) + stored;
    exchange.entries = writer.entries;
    exchange.events = writer.events;
    exchange.bytes = writer.bytes;
    exchange.stored = writer.stored;
    this.#changedLives.add(live);
    this.#changedSessions.add(session);
    if (entries !== 0 && exchange.number < stream.exchanges) await this.#shiftLater(live, entries);
  }

  /** Entries were added to an exchange, or taken away, although the stream has newer ones: those begin elsewhere. */
  async #shiftLater({ stream, exchange }: Live, entries: number): Promise<void> {
    const stored = await (await this.#store()).exchangesFrom(stream.id, exchange.number + 1);
    const shifted = new Set<number>();
    for (const live of this.#ofStream(stream.id)) {
      if (live.exchange.number <= exchange.number) continue;
      live.exchange.firstEntry += entries;
      shifted.add(live.exchange.number);
      this.#changedLives.add(live);
    }
    for (const changed of this.#changedExchanges) {
      if (changed.stream !== stream.id || changed.number <= exchange.number) continue;
      if (shifted.has(changed.number)) continue;
      changed.firstEntry += entries;
      shifted.add(changed.number);
    }
    for (const later of stored) {
      if (shifted.has(later.number)) continue;
      later.firstEntry += entries;
      this.#changedExchanges.add(later);
    }
  }

  /**
   * Removes the oldest streams of a session that are over and not in memory any more, until `bytes` are gone.
   *
   * @returns how many events went, and what they took in the store, bytes
   */
  async dropOldestStreams(session: Session, bytes: number): Promise<{ count: number; stored: number }> {
    const store = await this.#store();
    let count = 0;
    let stored = 0;
    for (const stream of await store.streams(session.id)) {
      if (stored >= bytes) break;
      if (stream.state !== 'ended' || this.#lives.has(stream.id) || this.#earlier.has(stream.id)) continue;
      for (const exchange of await store.exchangesFrom(stream.id, 1))
        stored += exchange.stored ?? exchange.bytes;
      count += stream.events;
      session.events -= stream.events;
      session.bytes -= stream.bytes;
      this.#removeStream(session, stream);
    }
    session.stored = Math.max(0, (session.stored ?? 0) - stored);
    this.#changedSessions.add(session);
    return { count, stored };
  }

  /** Everything that changed since the last call. Exchanges that are over leave memory. */
  takeChanges(): Changes & {
    sessions: Session[];
    streams: Stream[];
    exchanges: Exchange[];
    marks: Mark[];
    documents: DocumentProgress[];
    requests: HttpRequest[];
  } {
    const lives = [...this.#changedLives];
    const changes = {
      sessions: [...this.#changedSessions],
      streams: [...new Set(lives.map((live) => live.stream))],
      exchanges: [...this.#changedExchanges, ...lives.map((live) => live.exchange)],
      segments: lives.flatMap((live) => live.writer.takeChanged()),
      segmentsOver: [...this.#segmentsOver],
      exchangesOver: [...this.#exchangesOver],
      streamsOver: [...this.#streamsOver],
      marks: this.#marks,
      documents: [...this.#changedDocuments],
      requests: [...this.#changedRequests],
      requestsOver: [...this.#requestsOver],
      ahead: [...this.#newAhead],
      aheadOver: this.#aheadOver,
    };
    this.#changedLives = new Set();
    this.#changedExchanges = new Set();
    this.#changedSessions = new Set();
    this.#changedDocuments = new Set();
    this.#changedRequests = new Set();
    this.#requestsOver = new Set();
    this.#segmentsOver = new Set();
    this.#exchangesOver = new Set();
    this.#streamsOver = new Set();
    this.#newAhead = new Set();
    this.#aheadOver = [];
    this.#marks = [];
    this.#letGo(lives);
    return changes;
  }

  /** Whether there is anything to write. */
  hasChanges(): boolean {
    return (
      this.#changedLives.size +
        this.#changedExchanges.size +
        this.#changedSessions.size +
        this.#changedDocuments.size +
        this.#changedRequests.size +
        this.#requestsOver.size +
        this.#newAhead.size +
        this.#aheadOver.length +
        this.#marks.length >
      0
    );
  }

  /** Exchanges that are over leave memory: once their request is over, or when none has come for a while. */
  #letGo(changed: readonly Live[]): void {
    const now = this.#clock.monotonic();
    for (const live of changed) {
      if (live.stream.state === 'ended' || this.#lives.get(live.stream.id) !== live) {
        if (!this.#settling.has(live)) this.#settling.set(live, now);
      }
    }
    for (const [live, since] of this.#settling) {
      const { stream, exchange } = live;
      const current = this.#lives.get(stream.id) === live;
      if (current && stream.state !== 'ended') {
        this.#settling.delete(live);
        continue;
      }
      const { http, wire } = exchange;
      const settled = http ? http.completedAt !== undefined || wire === 'broken' : false;
      if (!settled && (http || now - since < REQUEST_COMES_WITHIN)) continue;
      this.#settling.delete(live);
      this.dropAhead(live);
      if (current) this.#lives.delete(stream.id);
      else this.#dropEarlier(live);
    }
  }

  /** Drops the cache and every change that is not written. */
  forget(): void {
    this.twins.takeBack();
    this.#settling.clear();
    this.#sessions.clear();
    this.#documents.clear();
    this.#lives.clear();
    this.#earlier.clear();
    this.#requests.clear();
    // Patience begins anew: nothing that came since has been applied.
    this.#answered.clear();
    this.#unclaimed.clear();
    this.#complete.clear();
    this.#hasRequests = false;
    this.takeChanges();
  }

  forgetSession(id: string): void {
    this.#sessions.delete(id);
    this.#unclaimed.delete(id);
    this.#complete.delete(id);
    for (const live of [...this.#inMemory(id)]) {
      this.#settling.delete(live);
      this.#changedLives.delete(live);
      if (this.#lives.get(live.stream.id) === live) this.#lives.delete(live.stream.id);
      else this.#dropEarlier(live);
    }
    for (const [key, { session }] of this.#requests) if (session === id) this.#requests.delete(key);
    for (const request of this.#changedRequests) {
      if (request.session === id) this.#changedRequests.delete(request);
    }
    for (const session of this.#changedSessions) if (session.id === id) this.#changedSessions.delete(session);
    this.#marks = this.#marks.filter((mark) => mark.session !== id);
  }

  knownSession(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** How many records are held, for those who watch over memory. */
  get size(): number {
    let earlier = 0;
    for (const numbers of this.#earlier.values()) earlier += numbers.size;
    return this.#lives.size + earlier + this.#requests.size + this.#documents.size;
  }

  *#inMemory(session: string): Iterable<Live> {
    for (const numbers of this.#earlier.values()) {
      for (const live of numbers.values()) if (live.stream.session === session) yield live;
    }
    for (const live of this.#lives.values()) if (live.stream.session === session) yield live;
  }

  *#ofStream(id: string): Iterable<Live> {
    yield* this.#earlier.get(id)?.values() ?? [];
    const current = this.#lives.get(id);
    if (current) yield current;
  }

  #keepEarlier(live: Live): void {
    const { id } = live.stream;
    const numbers = this.#earlier.get(id) ?? new Map<number, Live>();
    this.#earlier.set(id, numbers.set(live.exchange.number, live));
  }

  #dropEarlier({ stream, exchange }: Live): void {
    const numbers = this.#earlier.get(stream.id);
    numbers?.delete(exchange.number);
    if (numbers?.size === 0) this.#earlier.delete(stream.id);
  }

  #addUnclaimed({ id, session, url }: Stream): void {
    const urls = this.#unclaimed.get(session) ?? new Map<string, string>();
    this.#unclaimed.set(session, urls.set(id, withoutFragment(url)));
  }

  async #loadCurrent(id: string): Promise<Live | undefined> {
    // One stream is one object: an earlier exchange in memory has it already.
    const known = this.#earlier.get(id)?.values().next().value;
    const stream = known?.stream ?? (await (await this.#store()).stream(id));
    if (!stream) return undefined;
    const exchange = await this.#readExchange(id, stream.exchanges);
    if (!exchange) return undefined;
    const before = stream.exchanges > 1 ? await this.#readExchange(id, stream.exchanges - 1) : undefined;
    const live = await this.#reopen(stream, exchange, before?.url ?? stream.url);
    this.#lives.set(id, live);
    await this.#returned(live);
    return live;
  }

  async #loadEarlier(current: Live, number: number): Promise<Live | undefined> {
    const { stream } = current;
    const exchange = await this.#readExchange(stream.id, number);
    if (!exchange) return undefined;
    const live = await this.#reopen(stream, exchange, stream.url);
    this.#keepEarlier(live);
    this.#settling.set(live, this.#clock.monotonic());
    await this.#returned(live);
    return live;
  }

  /** An exchange that is not in memory: as it was changed, or as it is stored. */
  async #readExchange(stream: string, number: number): Promise<Exchange | undefined> {
    for (const changed of this.#changedExchanges) {
      if (changed.stream === stream && changed.number === number) return changed;
    }
    return (await this.#store()).exchange(stream, number);
  }

  async #reopen(stream: Stream, exchange: Exchange, lastUrl: string): Promise<Live> {
    const store = await this.#store();
    const tail = await store.tailSegment(exchange.id);
    const lastEventId = tail?.parser.lastEventId ?? exchange.lastEventIdBefore;
    const writer = createSegmentWriter({
      exchange: exchange.id,
      events: exchange.events,
      stored: exchange.stored ?? 0,
      lastEventId,
      ...(tail ? { tail } : {}),
    });
    const ahead = exchange.wire === 'live' ? await store.ahead(exchange.id) : [];
    return { stream, exchange, writer, lastEventId, lastUrl, ahead };
  }

  async #returned(live: Live): Promise<void> {
    if (!this.#attached.has(live.exchange.id)) await this.#onReturn(live);
  }

  /** From the store: after a restart of the background, or after `forget()`. */
  #addRequest(request: HttpRequest): void {
    this.#requests.set(request.id, request);
    if (request.stream) this.twins.joined(request);
  }

  async #loadRequests(): Promise<void> {
    if (this.#hasRequests) return;
    for (const request of await (await this.#store()).requests()) {
      if (!this.#requests.has(request.id) && !this.#requestsOver.has(request.id)) this.#addRequest(request);
    }
    this.#hasRequests = true;
  }

  /** Reads everything of a session that is not over: after a restart of the background, or after `forget()`. */
  async #loadAll(session: string): Promise<void> {
    if (this.#complete.has(session)) return;
    await this.#loadRequests();
    const store = await this.#store();
    for (const stream of await store.streams(session)) {
      if (stream.unclaimed) this.#addUnclaimed(stream);
      if (stream.state !== 'ended' && !this.#lives.has(stream.id)) await this.#loadCurrent(stream.id);
    }
    this.#complete.add(session);
  }
}

function sizeOfAll(reports: readonly AheadReport[]): number {
  return reports.reduce((sum, report) => sum + sizeOf(report), 0);
}

function sizeOf({ events, chunks }: AheadReport): number {
  if (events) return (events.data.length + events.ids.length) * 2 + events.times.length * 18;
  return chunks ? chunks.bytes.length + chunks.times.length * 12 : 0;
}
