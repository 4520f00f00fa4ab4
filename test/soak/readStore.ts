import type { Segment } from '../../src/shared/segment/segment.ts';
import type { Exchange, Mark, Session, Stream } from '../../src/shared/session/types.ts';
import type { Doc } from '../support/driver.ts';
import { readEntries, type StoredBlock } from './storedBlocks.ts';

export interface StoredExchange {
  exchange: Exchange;
  bytes: Buffer;
  /** What the index of its entries points to. */
  blocks: StoredBlock[];
}

export interface Stored {
  sessions: Session[];
  streams: Stream[];
  exchanges: StoredExchange[];
  marks: Mark[];
}

/** Bytes that are read in one answer, at most, or one exchange. */
const READ_AT_ONCE = 4 << 20;

/** Reads the extension's database, and what it has read before only where that has changed. */
export function createStoreReader(page: Doc): () => Promise<Stored> {
  const known = new Map<string, { version: string; bytes: Buffer; blocks: StoredBlock[] }>();

  return async () => {
    const records = await page.evaluate(readRecords);
    const wanted = records.exchanges.filter((one) => known.get(one.id)?.version !== versionOf(one));
    while (wanted.length > 0) {
      const part: Exchange[] = [];
      let size = 0;
      while (wanted.length > 0 && (part.length === 0 || size + wanted[0]!.bytes <= READ_AT_ONCE)) {
        size += wanted[0]!.bytes;
        part.push(wanted.shift()!);
      }
      const texts = await page.evaluate(
        readBytes,
        part.map(({ id }) => id),
      );
      for (const [i, one] of part.entries()) {
        const { base64, entries } = texts[i]!;
        const bytes = Buffer.from(base64, 'base64');
        known.set(one.id, { version: versionOf(one), bytes, blocks: readEntries(bytes, entries) });
      }
    }
    return {
      ...records,
      exchanges: records.exchanges.map((exchange) => ({ exchange, ...known.get(exchange.id)! })),
    };
  };
}

function versionOf({ bytes, wire, replaced, fidelity }: Exchange): string {
  return JSON.stringify([bytes, wire, replaced, fidelity]);
}

/* These run in a page of the extension: they use nothing from around them. */

async function readRecords(): Promise<{
  sessions: Session[];
  streams: Stream[];
  exchanges: Exchange[];
  marks: Mark[];
}> {
  const request = indexedDB.open('sse-scope');
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const transaction = db.transaction(['sessions', 'streams', 'exchanges', 'marks']);
  const all = <T>(name: string) =>
    new Promise<T[]>((resolve, reject) => {
      const asked = transaction.objectStore(name).getAll();
      asked.onsuccess = () => resolve(asked.result as T[]);
      asked.onerror = () => reject(asked.error);
    });
  const [sessions, streams, exchanges, marks] = await Promise.all([
    all<Session>('sessions'),
    all<Stream>('streams'),
    all<Exchange>('exchanges'),
    all<Mark>('marks'),
  ]);
  db.close();
  return { sessions, streams, exchanges, marks };
}

/** The bytes of exchanges, put together from their segments, as base64, and where their events and comments stand. */
async function readBytes(
  exchanges: string[],
): Promise<{ base64: string; entries: [start: number, end: number][] }[]> {
  const request = indexedDB.open('sse-scope');
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const store = db.transaction('segments').objectStore('segments');
  const texts = exchanges.map(
    (id) =>
      new Promise<{ base64: string; entries: [number, number][] }>((resolve, reject) => {
        const asked = store.getAll(IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER]));
        asked.onerror = () => reject(asked.error);
        asked.onsuccess = () => {
          const segments = asked.result as Segment[];
          const entries: [number, number][] = [];
          const size = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
          const whole = new Uint8Array(size);
          let at = 0;
          for (const { base, bytes, kinds, ends, lengths } of segments) {
            if (base !== at) reject(new Error(`${id}: a segment begins at ${base}, not at ${at}.`));
            whole.set(bytes, at);
            kinds.forEach((kind, i) => {
              // Events and comments.
              if (kind < 2) entries.push([base + ends[i]! - lengths[i]!, base + ends[i]!]);
            });
            at += bytes.length;
          }
          let binary = '';
          for (let i = 0; i < size; i += 32_768)
            binary += String.fromCharCode(...whole.subarray(i, i + 32_768));
          resolve({ base64: btoa(binary), entries });
        };
      }),
  );
  const all = await Promise.all(texts);
  db.close();
  return all;
}
