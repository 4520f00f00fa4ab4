import type { Batch } from '../shared/protocol/messages.ts';
import type { HttpFact } from '../shared/session/httpFacts.ts';
import type { Exchange, Mark, Session, Stream } from '../shared/session/types.ts';
import { EntryKind } from '../shared/sse/types.ts';
import type { Database } from '../shared/store/open.ts';
import { readSegment } from '../shared/store/read.ts';
import type { DocumentProgress } from '../shared/store/schema.ts';
import { writeChanges } from '../shared/store/write.ts';
import { Ledger, type Live } from './ledger.ts';
import { applyPageFact } from './pageFacts.ts';
import type { Origin } from './records.ts';
import { joinRequests, takeHttpFact } from './requests.ts';

/** What the keeper tells after each flush. */
export interface KeepEvents {
  /** Everything of this document up to the batch is in the store. */
  written(document: string, sequence: number): void;
  /** These streams and exchanges of a session have more to show. */
  changed(session: Session, streams: Stream[], exchanges: Exchange[]): void;
  /** Nothing can be written any more; what was written stays. */
  failed(reason: string): void;
}

/** At most this often is a transaction written, ms … */
const WRITE_EVERY = 100;
/** … and so much longer than it takes is the pause after it: a burst must not take the page's processor. */
const PAUSE_FACTOR = 4;
/** The longest pause, ms. */
const MAX_PAUSE = 500;
/**
 * Without the wire, what the HTTP layer says of a request is nothing to look at by itself: it waits for the page's own report
 * of the stream, at most so long, ms. An answer is told in the moment in which its bytes come, and the page needs both
 * processors then.
 */
const HTTP_WAITS = 150;

type Taken =
  | { origin: Origin; batch: Batch }
  | { session: string; request: string; fact: HttpFact; canWait: boolean };

/**
 * The single writer of the store. What is kept in memory is a cache of what is written: after a failure, or after
 * the background was stopped, it is read again, and recording goes on in the middle of a line.
 */
export class Keep {
  readonly #db: () => Promise<Database>;
  readonly #events: KeepEvents;
  readonly #ledger: Ledger;
  #queue: Taken[] = [];
  #running: Promise<void> | undefined;
  /** Somebody waits for all that has been submitted: nothing is waited for now. */
  #hurried = false;
  /** Ends the wait for something to look at. */
  #hurry: (() => void) | undefined;
  #nextWrite = 0;
  #failed = false;
  #joinTimers = new Map<string, ReturnType<typeof setTimeout>>();

  /** @param wireReturns - whether the wire tap of this browser goes on where it was, after the background was away */
  constructor(
    db: () => Promise<Database>,
    newSession: (id: string) => Session | undefined,
    wireReturns: boolean,
    events: KeepEvents,
  ) {
    this.#db = db;
    this.#events = events;
    this.#ledger = new Ledger(db, newSession, async (live) => {
      if (wireReturns || live.exchange.wire !== 'live') return;
      live.exchange.wire = 'broken';
      await countHeard(await db(), live);
    });
  }

  submit(origin: Origin, batch: Batch): void {
    if (this.#failed) return;
    this.#queue.push({ origin, batch });
    this.#hurry?.();
    this.#start();
  }

  /**
   * Takes what the HTTP layer or the wire tap saw of a request.
   *
   * @param canWait - its bytes come from the page. What the wire tap says must be there before the page's own events are.
   */
  submitHttp(session: string, request: string, fact: HttpFact, canWait = false): void {
    if (this.#failed) return;
    this.#queue.push({ session, request, fact, canWait });
    if (!canWait) this.#hurry?.();
    this.#start();
  }

  /** A document of this tab has connected: requests since it began, whose stream is not known, are of its session. */
  claimRequests(tab: number, session: string, beganAt: number): Promise<void> {
    return this.#exclusive(async () => {
      await this.#ledger.claimRequests(tab, session, beganAt);
      await this.#join(session);
      await this.#write();
    });
  }

  /** Bytes of a request that are in the store or on their way to it; undefined when it is not known. */
  async wireBytes(request: string): Promise<number | undefined> {
    let bytes: number | undefined;
    await this.#exclusive(async () => {
      const known = await this.#ledger.request(request);
      if (!known) return;
      if (!known.stream) {
        const attached = known.held.some((fact) => fact.type === 'WireAttached');
        bytes = attached
          ? known.held.reduce((sum, fact) => sum + (fact.type === 'WireBytes' ? fact.bytes.length : 0), 0)
          : undefined;
        return;
      }
      const live = await this.#ledger.live(known.stream, known.exchange);
      if (live?.exchange.wire === 'live') bytes = live.exchange.bytes;
    });
    return bytes;
  }

  #start(): void {
    if (this.#running || this.#queue.length === 0 || this.#failed) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#hurried = false;
      this.#start();
    });
  }

  /** Adds a mark to a session that has streams already; others have nothing to mark. */
  async mark(mark: Mark): Promise<void> {
    await this.#exclusive(async () => {
      if (!(await this.#ledger.session(mark.session))) return;
      this.#ledger.mark(mark);
      await this.#write();
    });
  }

  /** Ends a session, and forgets what is cached of it. */
  async endSession(id: string, at: number): Promise<void> {
    await this.#exclusive(async () => {
      const session = await this.#ledger.session(id);
      if (!session) return;
      session.endedAt = at;
      this.#ledger.sessionChanged(session);
      await this.#write();
    });
  }

  /** Writes down what the user says of a session. */
  async describe(id: string, said: Pick<Session, 'name' | 'note' | 'pinned'>): Promise<void> {
    await this.#exclusive(async () => {
      const session = await this.#ledger.session(id);
      if (!session) return;
      Object.assign(session, said);
      this.#ledger.sessionChanged(session);
      await this.#write();
    });
  }

  /** Forgets a session that is about to be deleted: what still comes for it is dropped. */
  async forgetSession(id: string): Promise<void> {
    await this.#exclusive(async () => {
      this.#ledger.forgetSession(id);
    });
  }

  /** Everything submitted so far is written. */
  async settled(): Promise<void> {
    while (this.#running) {
      this.#hurried = true;
      this.#hurry?.();
      await this.#running;
    }
  }

  async #exclusive(work: () => Promise<void>): Promise<void> {
    await this.settled();
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
      if (!this.#hurried && this.#queue.every(canWait)) await this.#somethingToSee();
      const start = Date.now();
      const taken = this.#queue;
      this.#queue = [];
      try {
        await this.#apply(taken);
      } catch (error) {
        this.#ledger.forget();
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
          this.#ledger.forget();
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

  #somethingToSee(): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, HTTP_WAITS);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      this.#hurry = undefined;
    });
  }

  async #apply(taken: Taken[]): Promise<void> {
    const ledger = this.#ledger;
    const progressed = new Set<DocumentProgress>();
    const toJoin = new Set<string>();
    for (const one of taken) {
      if ('fact' in one) {
        const request = await takeHttpFact(ledger, one.session, one.request, one.fact, Date.now());
        if (request) toJoin.add(request.session);
        if (one.fact.type === 'WireBroken' && request?.stream) {
          const live = await ledger.live(request.stream, request.exchange);
          // What the page heard of it is counted in the store.
          await this.#write();
          if (live) await countHeard(await this.#db(), live);
          ledger.endRequest(request);
        }
        continue;
      }
      // What the HTTP layer saw before the page told of it is joined before the page goes on.
      for (const session of toJoin) await this.#join(session);
      toJoin.clear();
      const { origin, batch } = one;
      const progress = await ledger.document(origin.document, batch.session);
      // Sent again after we were away, and written already: once is enough.
      if (batch.sequence > progress.sequence) {
        for (const fact of batch.facts) {
          const opened = await applyPageFact(ledger, origin, batch.session, fact);
          // Whose request it is must be known before its first bytes: the wire wins over the page.
          if (opened) await this.#join(batch.session);
        }
        progress.sequence = batch.sequence;
        progress.session = batch.session;
      }
      ledger.progressed(progress);
      progressed.add(progress);
    }
    for (const session of toJoin) await this.#join(session);
    await this.#write();
    for (const progress of progressed) this.#events.written(progress.id, progress.sequence);
  }

  async #join(session: string): Promise<void> {
    const again = await joinRequests(this.#ledger, session, Date.now());
    if (again === Infinity || this.#joinTimers.has(session)) return;
    const timer = setTimeout(
      () => {
        this.#joinTimers.delete(session);
        void this.#exclusive(async () => {
          await this.#join(session);
          await this.#write();
        }).catch(() => {});
      },
      Math.max(0, again - Date.now()) + 20,
    );
    this.#joinTimers.set(session, timer);
  }

  async #write(): Promise<void> {
    const changes = this.#ledger.takeChanges();
    await writeChanges(await this.#db(), changes);
    const bySession = new Map<string, Stream[]>();
    for (const session of changes.sessions) bySession.set(session.id, []);
    for (const mark of changes.marks) if (!bySession.has(mark.session)) bySession.set(mark.session, []);
    for (const stream of changes.streams) {
      const streams = bySession.get(stream.session);
      if (streams) streams.push(stream);
      else bySession.set(stream.session, [stream]);
    }
    for (const [id, streams] of bySession) {
      const session = this.#ledger.knownSession(id);
      const exchanges = changes.exchanges.filter((one) => one.session === id);
      if (session) this.#events.changed(session, streams, exchanges);
    }
  }
}

function canWait(one: Taken): boolean {
  return 'canWait' in one && one.canWait;
}

/**
 * After the wire tap was lost (in Firefox, whenever the background was away), the page's own reports count: from the
 * first event on that the wire did not bring.
 */
async function countHeard(db: Database, { stream, exchange }: Live): Promise<void> {
  const heard = new Set(['message', ...stream.listeners]);
  let events = 0;
  for (let index = 0; ; index++) {
    const segment = await readSegment(db, exchange.id, index);
    if (!segment) break;
    segment.kinds.forEach((kind, i) => {
      if (kind === EntryKind.event && heard.has(segment.types[segment.typeOf[i]!]!)) events++;
    });
  }
  exchange.heardOnWire = events;
}
