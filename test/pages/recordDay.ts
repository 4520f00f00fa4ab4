import { Keep } from '../../src/background/keep/keep.ts';
import { databaseStore } from '../../src/background/keep/recordStore.ts';
import type { PageFact } from '../../src/shared/protocol/pageLink.ts';
import type { HttpFact } from '../../src/shared/session/httpFacts.ts';
import type { Session } from '../../src/shared/session/types.ts';
import { openStore } from '../../src/shared/store/open.ts';

/** The session, and the channel on which its announcements go to a panel in another page. */
const SESSION = 'day';
const URL_OF_STREAM = 'http://down.test/events';
/** Between two attempts, ms: what a browser waits by itself. */
const RETRY = 3000;
/** Events that came before the server went down. */
const EVENTS = 2000;

/**
 * Records a stream whose server is down, by the code of the background: a proxy before it accepts each attempt, answers
 * with the head of a stream, and closes. Runs in a page of the extension, faster than it would happen.
 */
export interface DayRecorder {
  /** @returns exchanges so far */
  attempts(count: number, perWrite: number): Promise<number>;
  end(): Promise<void>;
}

export async function recordDay(): Promise<DayRecorder> {
  const db = openStore(() => {});
  const channel = new BroadcastChannel(SESSION);
  const begun = Date.now() - 86_400_000;
  const record: Session = {
    id: SESSION,
    url: 'http://down.test/',
    title: 'A day without a server',
    startedAt: begun,
    streams: 0,
    events: 0,
    bytes: 0,
    lost: 0,
  };
  const keep = new Keep(
    async () => databaseStore(await db),
    () => ({ ...record }),
    true,
    {
      written() {},
      changed(session, streams, exchanges) {
        channel.postMessage({
          type: 'StreamsChanged',
          session: session.id,
          streams,
          exchanges,
        });
      },
      isGone: () => false,
      storageChanged(problem) {
        if (problem) throw new Error(problem);
      },
    },
  );
  const origin = { document: 'page', url: 'http://down.test/', top: true, frameId: 0 };
  let sequence = 0;
  let made = 0;
  const page = (...facts: PageFact[]) =>
    keep.submit(origin, { type: 'BatchSent', session: SESSION, sequence: ++sequence, facts });
  const http = (fact: HttpFact) => keep.submitHttp(SESSION, `request ${made}`, fact, true);

  /** One attempt, from its request to its end. */
  function attempt(): void {
    const at = begun + made * RETRY;
    made++;
    if (made === 1) {
      const { method, url } = { method: 'GET', url: URL_OF_STREAM };
      page(
        {
          type: 'StreamOpened',
          stream: 1,
          at,
          transport: 'EventSource',
          method,
          url,
          stack: '',
          late: false,
        },
        { type: 'ListenerAdded', stream: 1, at, event: 'message' },
      );
    } else page({ type: 'ExchangeStarted', stream: 1, at });
    http({
      type: 'RequestStarted',
      at: at + 1,
      method: 'GET',
      url: URL_OF_STREAM,
      tab: 1,
      frameId: 0,
      worker: false,
      documentUrl: origin.url,
      transport: 'EventSource',
    });
    http({ type: 'RequestSent', headers: HEADERS });
    http({
      type: 'ResponseStarted',
      at: at + 4,
      status: 200,
      protocol: 'HTTP/1.1',
      remoteAddress: '127.0.0.1',
      headers: RESPONSE_HEADERS,
      fromCache: false,
    });
    page({ type: 'ExchangeResponded', stream: 1, at: at + 5, status: 200, url: URL_OF_STREAM, headers: [] });
    if (made === 1) deliver(at);
    http({ type: 'RequestEnded', at: at + 8, error: 'net::ERR_INCOMPLETE_CHUNKED_ENCODING', aborted: false });
    page({ type: 'ExchangeEnded', stream: 1, at: at + 9, cause: 'disconnect', final: false, error: '' });
  }

  function deliver(at: number): void {
    const one = '{"n":77,"text":"lazy"}';
    const ends = (size: number) => Uint32Array.from({ length: EVENTS }, (_, i) => (i + 1) * size);
    page({
      type: 'EventsArrived',
      stream: 1,
      data: one.repeat(EVENTS),
      dataEnds: ends(one.length),
      ids: '7'.repeat(EVENTS),
      idEnds: ends(1),
      types: ['message'],
      typeOf: new Uint16Array(EVENTS),
      times: Float64Array.from({ length: EVENTS }, (_, i) => at + 5 + i / 1000),
    });
  }

  return {
    async attempts(count, perWrite) {
      for (let i = 0; i < count; i++) {
        attempt();
        if (i % perWrite === perWrite - 1) await keep.settled();
      }
      await keep.settled();
      return made;
    },
    async end() {
      await keep.endSession(SESSION, begun + made * RETRY);
      channel.postMessage({ type: 'SessionsChanged' });
    },
  };
}

const HEADERS: [string, string][] = [
  ['Accept', 'text/event-stream'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Accept-Language', 'en'],
  ['Cache-Control', 'no-cache'],
  ['Connection', 'keep-alive'],
  ['Host', 'down.test'],
  ['Referer', 'http://down.test/'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)'],
];
const RESPONSE_HEADERS: [string, string][] = [
  ['content-type', 'text/event-stream'],
  ['cache-control', 'no-cache'],
  ['date', 'Thu, 01 Jan 2026 00:00:00 GMT'],
  ['server', 'proxy'],
];

Object.assign(globalThis, { recordDay });
