import type { Batch } from '../../shared/protocol/bridgeLink.ts';
import { type Clock, systemClock } from '../../shared/protocol/clock.ts';
import type { HttpFact } from '../../shared/session/httpFacts.ts';
import type { Exchange, Mark, Session } from '../../shared/session/types.ts';
import type { DocumentProgress, HttpRequest } from '../../shared/store/schema.ts';
import { applyPageFact } from './applyPageFact.ts';
import { joinRequests } from './joinRequests.ts';
import { Ledger, type SessionOfRequest } from './ledger.ts';
import { markLost } from './marks.ts';
import type { RecordStore } from './recordStore.ts';
import type { Origin } from './records.ts';
import { appendAhead } from './replaceReported.ts';
import { isOfWire } from './sameAddress.ts';
import { createSerialQueue } from './serialQueue.ts';
import { type StorageProblemCode, storageProblemOf } from './storageProblem.ts';
import { takeHttpFact } from './takeHttpFact.ts';
import { createWallClock, type WallClock } from './wallClock.ts';

/** What the keeper reports. */
export interface KeepEvents {
  /** Everything of this document up to the batch is in the store. */
  written(document: string, sequence: number): void;
  /** These streams and exchanges of a session have more to show. */
  changed(session: Session, streams: string[], exchanges: string[]): void;
  /** Nothing can be written, or writing works again (undefined). What was written stays. */
  storageChanged(problem: StorageProblemCode | undefined): void;
  /** Whether the document that sent a request is known to have gone. */
  isGone(request: HttpRequest): boolean;
}

/** Minimum time between two writes, ms. */
const WRITE_EVERY = 100;
/** After a slow write we pause so many times as long as it took, so that the page keeps its processor … */
const PAUSE_FACTOR = 4;
/** … but at most so long, ms. */
const MAX_PAUSE = 500;
/**
 * Without the wire, a fact of the HTTP layer shows nothing new by itself. It waits at most so long, ms, for the page's
 * own report of the stream: the response is reported in the moment in which its bytes arrive, and the page needs both
 * processors then.
 */
const HTTP_WAITS = 150;
/** Pauses before a failed write is tried again, ms; the last one repeats. */
const RETRY_AFTER = [0, 500, 1000, 2000, 5000];
/** Wire bytes that wait while nothing can be written, at most; those beyond are counted as lost. */
const MAX_WAITING_BYTES = 64 << 20;
/** So long may the wire report the end of a request after the page, ms: the two come on different ways. */
const WIRE_ENDS_WITHIN = 5000;

type Item =
  | { origin: Origin; batch: Batch }
  | { session: string; request: string; fact: HttpFact; canWait: boolean };

/**
 * The single writer of the store. Everything that changes it is a work of one queue: batches of pages, facts of the HTTP
 * layer and of the wire, joins, and what the user asks for. What is in memory is a cache of the store: a work that fails
 * leaves nothing half applied, for the cache is forgotten, and the work is applied again to what is stored.
 */
export class Keep {
  readonly #store: () => Promise<RecordStore>;
  readonly #events: KeepEvents;
  readonly #clock: Clock;
  readonly #wallClock: WallClock;
  readonly #ledger: Ledger;
  readonly #queue = createSerialQueue();
  /** Items that are applied and written together by a work that waits in the queue. */
  #open: Item[] | undefined;
  /** Works that wait in the queue. */
  #waiting = 0;
  /** Exclusive works that wait: no pause is made before them. */
  #exclusiveWaiting = 0;
  /** Ends the pause of the work that runs. */
  #hurry: (() => void) | undefined;
  /** Monotonic, ms. */
  #nextWrite = Number.NEGATIVE_INFINITY;
  #problem: StorageProblemCode | undefined;
  /** When the background was started again, as it is recorded: what it did not live to hear of came before. */
  #resumedAt = Number.NEGATIVE_INFINITY;
  #waitingBytes = 0;
  /** Bytes of the wire that had no room while nothing could be written: chunks, by session. */
  #lost = new Map<string, number>();
  /** Works that may overtake, while a failed one waits to be tried again. */
  #urgent: (() => Promise<void>)[] = [];
  /** Requests that are over for the page, and whether the wire has told more of them since, by their ids. */
  #unended = new Map<string, { heard: boolean }>();
  /** How far the wall clock was set forward when it was looked at last, ms; and when that was seen to change (monotonic). */
  #ahead = 0;
  #clockSetAt = Number.NEGATIVE_INFINITY;
  #joinTimers = new Map<string, { due: number; cancel: () => void }>();

  /**
   * @param newSession - the record of a session that is being recorded
   * @param wireReturns - whether the wire tap of this browser goes on after a restart of the background
   */
  constructor(
    store: () => Promise<RecordStore>,
    newSession: (id: string) => Session | undefined,
    wireReturns: boolean,
    events: KeepEvents,
    clock: Clock = systemClock,
    wallClock: WallClock = createWallClock(clock),
  ) {
    this.#store = store;
    this.#wallClock = wallClock;
    this.#events = events;
    this.#clock = clock;
    this.#ledger = new Ledger(
      store,
      newSession,
      async (live) => {
        if (wireReturns || live.exchange.wire !== 'live') return;
        await this.#ledger.breakWire(live);
        const session = await this.#ledger.session(live.stream.session);
        if (session) await appendAhead(this.#ledger, session, live);
      },
      clock,
    );
  }

  submit(origin: Origin, batch: Batch): void {
    this.#add({ origin, batch });
    this.#hurryIfDue();
  }

  /**
   * Takes what the HTTP layer or the wire tap saw of a request.
   *
   * @param canWait - its bytes come from the page. What the wire tap says must be there before the page's own events are.
   */
  submitHttp(session: string, request: string, fact: HttpFact, canWait = false): void {
    if (fact.type === 'WireBytes') {
      if (this.#problem && this.#waitingBytes + fact.bytes.length > MAX_WAITING_BYTES) {
        this.#lost.set(session, (this.#lost.get(session) ?? 0) + fact.ends.length);
        return;
      }
      this.#waitingBytes += fact.bytes.length;
    }
    const unended = this.#unended.get(request);
    if (unended) unended.heard = true;
    this.#add({ session, request, fact, canWait });
    if (!canWait) this.#hurryIfDue();
  }

  /** More is known of the pages of a tab: its requests whose stream is not known are of these sessions. */
  assignRequests(tab: number, sessionOf: SessionOfRequest): Promise<void> {
    return this.#exclusive(async () => {
      for (const session of await this.#ledger.assignRequests(tab, sessionOf)) await this.#join(session);
    });
  }

  /** Requests of a tab whose wire was attached by an earlier life of the background, by their ids. */
  attachedWires(tab: number): Promise<Map<string, { session: string; bytes: number }>> {
    return this.#exclusive(async () => {
      const wires = new Map<string, { session: string; bytes: number }>();
      for (const request of await this.#ledger.openRequests()) {
        if (request.tab !== tab) continue;
        const bytes = await this.#wireBytes(request);
        if (bytes !== undefined) wires.set(request.id, { session: request.session, bytes });
      }
      return wires;
    });
  }

  /** After a restart of the background: requests that wait for something are looked at again, of ended sessions too. */
  resume(): Promise<void> {
    this.#resumedAt = this.#wallClock.now();
    return this.#exclusive(async () => {
      const requests = await this.#ledger.openRequests();
      for (const session of new Set(requests.map((one) => one.session))) await this.#join(session);
      for (const request of requests) {
        if (!request.stream || !isOfWire(request)) continue;
        const live = await this.#ledger.live(request.stream, request.exchange);
        if (live?.exchange.endedAt !== undefined) this.#awaitEnd(request);
      }
    });
  }

  /** The browser was closed while these exchanges went on: the wire brings nothing more of them. */
  wiresGone(exchanges: readonly Pick<Exchange, 'stream' | 'number'>[]): Promise<void> {
    return this.#exclusive(async () => {
      for (const { stream, number } of exchanges) {
        const live = await this.#ledger.live(stream, number);
        const session = live && (await this.#ledger.session(live.stream.session));
        if (!session || live.exchange.wire !== 'live') continue;
        await this.#ledger.breakWire(live);
        await appendAhead(this.#ledger, session, live);
      }
    });
  }

  /** Documents of a tab have gone: the debugger may not tell how their requests ended, and no page may have reported them. */
  documentsGone(isGone: (request: HttpRequest) => boolean): Promise<void> {
    return this.#exclusive(async () => {
      for (const request of await this.#ledger.openRequests()) {
        if (isOfWire(request) && !request.worker && isGone(request)) this.#awaitEnd(request);
      }
    });
  }

  /** The wire was taken off a tab: it tells no more of the requests that it has told of, those of an earlier life of the background included. */
  wireOff(tab: number, at: number): Promise<void> {
    return this.#exclusive(async () => {
      for (const request of await this.#ledger.openRequests()) {
        if (request.tab !== tab || !isOfWire(request) || request.cut) continue;
        this.submitHttp(request.session, request.id, { type: 'WireBroken', at, gone: true });
      }
    });
  }

  /** Adds a mark to a session that has streams already; others have nothing to mark. */
  mark(mark: Mark): Promise<void> {
    return this.#exclusive(async () => {
      if (await this.#ledger.session(mark.session)) this.#ledger.mark(mark);
    });
  }

  endSession(id: string, at: number): Promise<void> {
    return this.#exclusive(async () => {
      const session = await this.#ledger.session(id);
      if (!session) return;
      session.endedAt = at;
      this.#ledger.sessionChanged(session);
    });
  }

  /** Writes down what the user says of a session. */
  describe(id: string, said: Pick<Session, 'name' | 'note' | 'pinned'>): Promise<void> {
    return this.#exclusive(async () => {
      const session = await this.#ledger.session(id);
      if (!session) return;
      Object.assign(session, said);
      this.#ledger.sessionChanged(session);
    });
  }

  /**
   * Removes a session and all that belongs to it; what is still reported for it is dropped. Works while nothing can be
   * written, too: it may be what makes room.
   */
  deleteSession(id: string): Promise<void> {
    const work = async (): Promise<void> => {
      await (await this.#store()).deleteSession(id);
      this.#ledger.forgetSession(id);
    };
    return new Promise((resolve, reject) => {
      this.#urgent.push(() => work().then(resolve, reject));
      void this.#queue.add(() => this.#runUrgent());
      this.#hurryIfDue();
    });
  }

  /**
   * Removes the oldest streams of a session that are over, until that many bytes are gone.
   *
   * @returns the bytes that went
   */
  dropOldestStreams(id: string, bytes: number): Promise<number> {
    return this.#exclusive(async () => {
      const session = await this.#ledger.session(id);
      if (!session) return 0;
      const { count, stored } = await this.#ledger.dropOldestStreams(session, bytes);
      if (count > 0) markLost(this.#ledger, session, undefined, this.#wallClock.now(), count, 'budget');
      return stored;
    });
  }

  /** Whether a request is recorded, and not over. */
  knowsRequest(id: string): Promise<boolean> {
    return this.#exclusive(async () => (await this.#ledger.request(id)) !== undefined);
  }

  /** Everything submitted so far is written. */
  async settled(): Promise<void> {
    await this.#exclusive(async () => {});
  }

  /** Records in memory, for those who watch over it. */
  get size(): number {
    return this.#ledger.size;
  }

  #add(item: Item): void {
    if (this.#open) {
      this.#open.push(item);
      return;
    }
    const items = [item];
    this.#open = items;
    this.#waiting++;
    void this.#queue.add(() => {
      this.#waiting--;
      return this.#writeItems(items);
    });
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    // What is submitted from here on comes after it.
    this.#open = undefined;
    this.#waiting++;
    this.#exclusiveWaiting++;
    this.#hurryIfDue();
    return this.#queue.add(async () => {
      this.#waiting--;
      this.#exclusiveWaiting--;
      return this.#commit(work);
    });
  }

  async #writeItems(items: Item[]): Promise<void> {
    await this.#pause(this.#nextWrite - this.#clock.monotonic(), () => this.#exclusiveWaiting > 0);
    const showsNothing = (): boolean => items.every((item) => 'canWait' in item && item.canWait);
    if (showsNothing()) {
      await this.#pause(HTTP_WAITS, () => this.#exclusiveWaiting > 0 || !showsNothing());
    }
    if (this.#open === items) this.#open = undefined;
    const start = this.#clock.monotonic();
    let written: DocumentProgress[] = [];
    try {
      written = await this.#commit(() => this.#apply(items));
    } catch {
      // One of them cannot be applied, whatever the storage does: the others can.
      for (const item of items) for (const progress of await this.#applyAlone(item)) written.push(progress);
    }
    for (const item of items) {
      if ('fact' in item && item.fact.type === 'WireBytes') this.#waitingBytes -= item.fact.bytes.length;
    }
    for (const { id, sequence } of written) this.#events.written(id, sequence);
    const end = this.#clock.monotonic();
    this.#nextWrite = Math.max(start + WRITE_EVERY, end + Math.min(MAX_PAUSE, (end - start) * PAUSE_FACTOR));
  }

  async #applyAlone(item: Item): Promise<DocumentProgress[]> {
    try {
      return await this.#commit(() => this.#apply([item]));
    } catch {
      return this.#commit(() => this.#countAsLost(item));
    }
  }

  /** What an item brought cannot be kept: its session says so, and it is not sent again. */
  async #countAsLost(item: Item): Promise<DocumentProgress[]> {
    const ledger = this.#ledger;
    const id = 'batch' in item ? item.batch.session : item.session;
    const session = await ledger.session(id);
    const facts: object[] = 'batch' in item ? item.batch.facts : [item.fact];
    const count = facts.reduce<number>((sum, fact) => sum + countOf(fact), 0);
    if (session) markLost(ledger, session, undefined, this.#wallClock.now(), Math.max(1, count), 'failed');
    if (!('batch' in item)) return [];
    const progress = await ledger.document(item.origin.document, id);
    progress.sequence = Math.max(progress.sequence, item.batch.sequence);
    ledger.progressed(progress);
    return [progress];
  }

  /**
   * Runs a work and writes what it changed, all of it or nothing. While the storage fails it is tried again and again.
   *
   * @throws what the work throws, unless it is the storage's failure
   */
  async #commit<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await work();
        await this.#flush();
        return result;
      } catch (error) {
        this.#ledger.forget();
        const problem = storageProblemOf(error);
        if (!problem) throw error;
        // The first failure may be that of a connection that the browser has closed: a new one is opened at once.
        if (attempt > 0 || problem === 'full') this.#reportProblem(problem);
        await this.#pause(
          RETRY_AFTER[Math.min(attempt, RETRY_AFTER.length - 1)]!,
          () => this.#urgent.length > 0,
        );
        await this.#runUrgent();
      }
    }
  }

  async #runUrgent(): Promise<void> {
    const works = this.#urgent;
    this.#urgent = [];
    for (const work of works) await work();
  }

  #reportProblem(problem: StorageProblemCode | undefined): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#events.storageChanged(problem);
  }

  /** Waits for so long, ms, unless `hurried` says that there is a reason not to. */
  async #pause(delay: number, hurried: () => boolean): Promise<void> {
    if (delay <= 0 || hurried()) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(delay, end);
      function end(): void {
        cancel();
        resolve();
      }
      this.#hurry = () => {
        if (hurried()) end();
      };
    });
    this.#hurry = undefined;
  }

  #hurryIfDue(): void {
    this.#hurry?.();
  }

  async #apply(items: Item[]): Promise<DocumentProgress[]> {
    const ledger = this.#ledger;
    const progressed = new Set<DocumentProgress>();
    const toJoin = new Set<string>();
    for (const item of items) {
      if ('fact' in item) {
        const { session, request: id, fact } = item;
        const request = await takeHttpFact(ledger, session, id, fact);
        if (request) toJoin.add(request.session);
        continue;
      }
      const { origin, batch } = item;
      const progress = await ledger.document(origin.document, batch.session);
      // A batch that is sent again after a restart may be written already.
      if (batch.sequence > progress.sequence) {
        for (const fact of batch.facts) {
          const opened = await applyPageFact(ledger, origin, batch.session, fact);
          if (opened) toJoin.add(batch.session);
        }
        if (ledger.hasUnclaimed(batch.session)) toJoin.add(batch.session);
        progress.sequence = batch.sequence;
        progress.session = batch.session;
      }
      ledger.progressed(progress);
      progressed.add(progress);
    }
    // Not before everything is applied: until then an exchange that is long over seems to wait for its request.
    for (const session of toJoin) await this.#join(session);
    return [...progressed];
  }

  /** Bytes that the wire has brought; undefined when it is not attached. */
  async #wireBytes({ stream, exchange, held }: HttpRequest): Promise<number | undefined> {
    if (stream) {
      const live = await this.#ledger.live(stream, exchange);
      if (live?.exchange.wire !== 'live') return undefined;
      return live.exchange.pageFirst ? 0 : live.exchange.bytes;
    }
    if (!held.some((fact) => fact.type === 'WireAttached')) return undefined;
    return held.reduce((sum, fact) => sum + (fact.type === 'WireBytes' ? fact.bytes.length : 0), 0);
  }

  /** Counts in their sessions the bytes that found no room: with the first write that works, whatever it writes. */
  async #markLostBytes(): Promise<Map<string, number>> {
    const marked = new Map(this.#lost);
    for (const [id, count] of marked) {
      const session = await this.#ledger.session(id);
      if (session) markLost(this.#ledger, session, undefined, this.#wallClock.now(), count, 'storage');
    }
    return marked;
  }

  /** More may have been lost while these were written. */
  #lostIsWritten(marked: ReadonlyMap<string, number>): void {
    for (const [id, count] of marked) {
      const left = this.#lost.get(id)! - count;
      if (left > 0) this.#lost.set(id, left);
      else this.#lost.delete(id);
    }
  }

  async #join(session: string): Promise<void> {
    const isAll = this.#open === undefined && this.#waiting === 0;
    const now = this.#clock.monotonic();
    if (this.#wallClock.ahead() !== this.#ahead) this.#clockSetAt = now;
    this.#ahead = this.#wallClock.ahead();
    const due = await joinRequests(this.#ledger, session, now, this.#clockSetAt, isAll, {
      since: this.#resumedAt,
      jumpedAt: this.#wallClock.jumpedAt(),
    });
    if (due === Infinity) return;
    const timer = this.#joinTimers.get(session);
    if (timer && timer.due <= due) return;
    timer?.cancel();
    const cancel = this.#clock.after(due - this.#clock.monotonic(), () => {
      this.#joinTimers.delete(session);
      void this.#exclusive(() => this.#join(session)).catch(() => {});
    });
    this.#joinTimers.set(session, { due, cancel });
  }

  /** The browser says nothing of the end of a request whose document has gone. While it tells more, it is not over. */
  #awaitEnd({ id, session }: { id: string; session: string }): void {
    if (this.#unended.has(id)) return;
    const patience = { heard: false };
    this.#unended.set(id, patience);
    this.#clock.after(WIRE_ENDS_WITHIN, () => {
      this.#unended.delete(id);
      if (patience.heard) this.#awaitEnd({ id, session });
      else this.submitHttp(session, id, { type: 'WireSilent', at: this.#wallClock.now() });
    });
  }

  async #flush(): Promise<void> {
    const marked = await this.#markLostBytes();
    if (!this.#ledger.hasChanges()) {
      // Their sessions are deleted.
      this.#lostIsWritten(marked);
      return;
    }
    for (const { exchange } of this.#ledger.unendedWires()) {
      this.#awaitEnd({ id: exchange.http!.request, session: exchange.session });
    }
    const changes = this.#ledger.takeChanges();
    // The debugger may tell of a request after its document has gone.
    for (const request of changes.requests) {
      if (isOfWire(request) && !request.worker && this.#events.isGone(request)) this.#awaitEnd(request);
    }
    await (await this.#store()).write(changes);
    this.#ledger.twins.settle();
    this.#lostIsWritten(marked);
    this.#reportProblem(undefined);
    const bySession = new Map<string, { streams: string[]; exchanges: string[] }>();
    const of = (id: string) => {
      const known = bySession.get(id) ?? { streams: [], exchanges: [] };
      bySession.set(id, known);
      return known;
    };
    for (const session of changes.sessions) of(session.id);
    for (const mark of changes.marks) of(mark.session);
    for (const stream of changes.streams) of(stream.session).streams.push(stream.id);
    for (const { id, session } of changes.streamsOver ?? []) of(session).streams.push(id);
    for (const exchange of changes.exchanges) of(exchange.session).exchanges.push(exchange.id);
    for (const [id, { streams, exchanges }] of bySession) {
      const session = this.#ledger.knownSession(id);
      if (session) this.#events.changed(session, streams, exchanges);
    }
  }
}

/** Chunks or events that a fact brings. */
function countOf(fact: object): number {
  return 'times' in fact ? (fact.times as Float64Array).length : 0;
}
