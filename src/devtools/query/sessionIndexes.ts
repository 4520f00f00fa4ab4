import { putExchange } from '../../shared/session/exchangeList.ts';
import type { Database } from '../../shared/store/open.ts';
import { readIndex } from './readIndex.ts';
import { type StreamExtent, StreamIndex } from './streamIndex.ts';

/** The panel is told of new columns at most this often, ms. */
const TELL_EVERY = 60;

/** The columns of the streams of one session, read from the store as they grow. */
export class SessionIndexes {
  readonly #db: Database;
  readonly #tell: (streams: string[]) => void;
  readonly #extents = new Map<string, StreamExtent>();
  readonly #indexes = new Map<string, StreamIndex>();
  /** Streams of which there may be more columns to read. */
  #grown = new Set<string>();
  #reading = false;
  readonly #over = new AbortController();

  /** @param tell - more columns of these streams have been read */
  constructor(db: Database, tell: (streams: string[]) => void) {
    this.#db = db;
    this.#tell = tell;
  }

  extentOf(stream: string): StreamExtent | undefined {
    return this.#extents.get(stream);
  }

  /** Its columns, as far as they have been read. */
  indexOf(stream: string): StreamIndex {
    let index = this.#indexes.get(stream);
    if (!index) {
      index = new StreamIndex();
      this.#indexes.set(stream, index);
    }
    return index;
  }

  /** Other bytes have taken the place of its own. Who reads the columns of before goes on with them. */
  replace(stream: string): void {
    this.#indexes.delete(stream);
    this.#grown.add(stream);
  }

  /** These exchanges are new, or have changed. */
  change({ stream, exchanges }: StreamExtent): void {
    const known = this.#extents.get(stream);
    if (known) for (const one of exchanges) putExchange(known.exchanges, one);
    else this.#extents.set(stream, { stream, exchanges });
    this.#grown.add(stream);
  }

  /** Reads what there is more; what is added while it reads is read too. */
  read(): void {
    if (this.#reading) return;
    this.#reading = true;
    void this.#readAll(this.#over.signal)
      .catch(() => {})
      .finally(() => {
        this.#reading = false;
      });
  }

  /** Another session is on show. */
  close(): void {
    this.#over.abort();
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    while (this.#grown.size > 0) {
      const streams = this.#grown;
      this.#grown = new Set();
      const changed = new Set<string>();
      let nextTell = performance.now() + TELL_EVERY;
      const tell = (): void => {
        if (changed.size > 0) this.#tell([...changed]);
        changed.clear();
        nextTell = performance.now() + TELL_EVERY;
      };
      for (const stream of streams) {
        const extent = this.#extents.get(stream);
        if (!extent) continue;
        await readIndex(this.#db, this.indexOf(stream), extent, signal, () => {
          changed.add(stream);
          if (performance.now() > nextTell) tell();
        });
        if (signal.aborted) return;
      }
      tell();
    }
  }
}
