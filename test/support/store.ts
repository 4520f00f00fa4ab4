import type { Segment } from '../../src/shared/segment/segment.ts';
import type { Exchange, Mark, Session, Stream } from '../../src/shared/session/types.ts';

/** Everything in the store, with the bytes of the exchanges put together; as plain JSON. */
export interface StoreDump {
  sessions: Session[];
  streams: Stream[];
  exchanges: (Exchange & {
    text: string;
    sha256: string;
    chunks: number;
    indexed: number;
    kinds: number[];
  })[];
  marks: Mark[];
}

/** Runs in a page of the extension: reads the whole store. */
export async function dumpStore(): Promise<StoreDump> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('sse-scope');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  try {
    if (!db.objectStoreNames.contains('sessions'))
      return { sessions: [], streams: [], exchanges: [], marks: [] };
    const all = <T>(name: string) =>
      new Promise<T[]>((resolve, reject) => {
        const request = db.transaction(name).objectStore(name).getAll();
        request.onsuccess = () => resolve(request.result as T[]);
        request.onerror = () => reject(request.error);
      });
    const sessions = await all<Session>('sessions');
    const streams = await all<Stream>('streams');
    const exchanges = await all<Exchange>('exchanges');
    const segments = await all<Segment>('segments');
    const marks = await all<Mark>('marks');
    const dumped: StoreDump['exchanges'] = [];
    for (const exchange of exchanges) {
      const own = segments.filter((s) => s.exchange === exchange.id).sort((a, b) => a.index - b.index);
      const bytes = new Uint8Array(own.reduce((sum, s) => sum + s.bytes.length, 0));
      let at = 0;
      for (const segment of own) {
        if (segment.base !== at)
          throw new Error(`segment ${segment.index} begins at ${segment.base}, not ${at}`);
        bytes.set(segment.bytes, at);
        at += segment.bytes.length;
      }
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      dumped.push({
        ...exchange,
        text: bytes.length < 2_000_000 ? new TextDecoder().decode(bytes) : '',
        sha256: [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
        chunks: own.reduce((sum, s) => sum + s.chunkTimes.length, 0),
        kinds: own.length > 1 ? [] : own.flatMap((s) => [...s.kinds]),
        indexed: own.reduce((sum, s) => sum + s.kinds.length, 0),
      });
    }
    sessions.sort((a, b) => a.startedAt - b.startedAt);
    streams.sort((a, b) => (a.session === b.session ? a.number - b.number : a.session < b.session ? -1 : 1));
    return { sessions, streams, exchanges: dumped, marks };
  } finally {
    db.close();
  }
}
