import type { HttpFact } from '../shared/session/httpFacts.ts';
import type { HttpSide, Session } from '../shared/session/types.ts';
import type { HttpRequest } from '../shared/store/schema.ts';
import type { Ledger, Live } from './ledger.ts';
import { appendChunks, refineEnd } from './pageFacts.ts';

/** Writes one fact of the HTTP layer into the exchange that it belongs to. */
export function applyHttpFact(
  ledger: Ledger,
  session: Session,
  live: Live,
  request: HttpRequest,
  fact: HttpFact,
): void {
  const { stream, exchange, writer } = live;
  ledger.changed(live);
  exchange.http ??= newHttpSide(request);
  const { http } = exchange;
  switch (fact.type) {
    case 'RequestStarted':
      http.requestedAt = fact.at;
      exchange.url = request.url;
      break;
    case 'RequestSent':
      http.requestHeaders = fact.headers;
      break;
    case 'Redirected':
      http.redirects.push({
        at: fact.at,
        status: fact.status,
        from: exchange.url,
        to: fact.to,
        headers: fact.headers,
      });
      exchange.url = fact.to;
      break;
    case 'ResponseStarted':
      exchange.respondedAt = fact.at;
      exchange.status = fact.status;
      exchange.headers = fact.headers;
      http.protocol = fact.protocol;
      http.remoteAddress = fact.remoteAddress;
      http.fromCache = fact.fromCache;
      // Nobody else will say so.
      if (stream.frame === 'worker') stream.state = 'open';
      break;
    case 'WireAttached':
      // What the page has brought already stays: two sources in one exchange would double it.
      if (exchange.bytes === 0 && exchange.wire === undefined) {
        exchange.wire = 'live';
        exchange.fidelity = 'bytes';
      }
      break;
    case 'WireBytes':
      if (exchange.wire !== 'live' || fact.times.length === 0) break;
      appendChunks(live, fact);
      ledger.count(session, live);
      live.lastEventId = writer.lastEventId();
      break;
    case 'WireBroken':
      if (exchange.wire === 'live') exchange.wire = 'broken';
      break;
    case 'EvidenceSeen':
      http.evidence = fact.text;
      break;
    case 'RequestEnded': {
      http.completedAt = fact.at;
      http.error = fact.error;
      http.aborted = fact.aborted;
      if (exchange.wire === 'live') {
        exchange.wire = 'ended';
        writer.end();
        ledger.count(session, live);
      }
      if (stream.frame === 'worker') endWithoutPage(live, fact);
      refineEnd(live);
      break;
    }
  }
}

/** What the page would have told of its end, for a stream whose page side nobody sees. */
function endWithoutPage({ stream, exchange }: Live, fact: Extract<HttpFact, { type: 'RequestEnded' }>): void {
  exchange.endedAt = fact.at;
  exchange.end = fact.aborted ? 'abort' : fact.error ? 'error' : 'end';
  if (fact.error && !fact.aborted) exchange.error = fact.error;
  const wasStream = exchange.status === undefined || (exchange.status === 200 && exchange.wire !== undefined);
  if (stream.transport === 'EventSource' && !fact.aborted && wasStream) stream.state = 'reconnecting';
  else {
    stream.state = 'ended';
    stream.end = exchange.end;
  }
}

function newHttpSide(request: HttpRequest): HttpSide {
  return {
    request: request.id,
    requestedAt: request.startedAt,
    requestHeaders: [],
    redirects: [],
    protocol: '',
    remoteAddress: '',
    fromCache: false,
    certain: true,
  };
}
