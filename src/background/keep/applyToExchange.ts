import type { HttpFact } from '../../shared/session/httpFacts.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';
import { applyHttpFact } from './applyHttpFact.ts';
import type { Ledger, Live } from './ledger.ts';
import { isOfWire } from './sameAddress.ts';
import { isLate, RESOLUTION } from './waiting.ts';

export async function join(
  ledger: Ledger,
  request: HttpRequest,
  live: Live,
  certain: boolean,
): Promise<void> {
  ledger.twins.joined(request);
  const { held } = request;
  const { stream } = live;
  // The debugger says for certain what sent it; headers do not.
  if (stream.unclaimed && isOfWire(request)) stream.transport = request.transport;
  request.stream = stream.id;
  request.exchange = live.exchange.number;
  request.held = [];
  if (!certain) request.certain = false;
  ledger.putRequest(request);
  await apply(ledger, request, held);
}

export async function apply(ledger: Ledger, request: HttpRequest, facts: HttpFact[]): Promise<void> {
  const session = await ledger.session(request.session);
  const live = session && (await ledger.live(request.stream, request.exchange));
  for (const fact of facts) {
    if (session && live && counts(request, live, fact)) {
      if (fact.type === 'RequestEnded' && wasOverBefore(live, fact.at)) {
        takeOff(ledger, live);
        await endWithTwin(ledger, request);
        return;
      }
      await applyHttpFact(ledger, session, live, request, fact);
    }
    const over =
      fact.type === 'RequestEnded' ||
      fact.type === 'WireClosed' ||
      fact.type === 'WireSilent' ||
      (fact.type === 'WireBroken' && fact.gone);
    if (over) ledger.endRequest(request);
  }
  if (live) sayCertain(request, live);
}

/** Of what an exchange has of a request, all is its own: no other stream could have sent it, and its last event ID is known. */
function sayCertain(request: HttpRequest, live: Live): void {
  const { http } = live.exchange;
  if (http?.request === request.id) http.certain = request.certain !== false && isIdKnown(request, live);
}

/**
 * What a page's own stream sends as its last event ID, the page has been given before. Of others the headers alone tell, and
 * they may have been told while the background was away.
 */
function isIdKnown({ headersKnown }: HttpRequest, live: Live): boolean {
  const { stream } = live;
  if (headersKnown || stream.transport !== 'EventSource') return true;
  return !isLate(live) && stream.frame !== 'worker' && !stream.unclaimed;
}

/** Of two layers that report one request one counts, and the other one for the end that the wire does not tell any more. */
function counts({ id }: HttpRequest, { exchange: { http, wire } }: Live, { type }: HttpFact): boolean {
  if (!http || http.request === id) return true;
  return type === 'RequestEnded' && wire !== 'live' && http.completedAt === undefined;
}

/** The page had the stream open when recording began, and this request was over by then: it was an earlier connection. */
function wasOverBefore(live: Live, endedAt: number): boolean {
  const { exchange } = live;
  return isLate(live) && exchange.wire === undefined && endedAt < exchange.startedAt - RESOLUTION;
}

/** Neither of the two layers tells more of it. */
async function endWithTwin(ledger: Ledger, request: HttpRequest): Promise<void> {
  const twin = request.twin && (await ledger.request(request.twin));
  if (twin) ledger.endRequest(twin);
  ledger.endRequest(request);
}

/** The exchange waits for its request again. */
export function takeOff(ledger: Ledger, live: Live): void {
  const { stream, exchange } = live;
  exchange.url = stream.url;
  if (exchange.pageRespondedAt === undefined) delete exchange.respondedAt;
  else exchange.respondedAt = exchange.pageRespondedAt;
  if (exchange.number === 1) exchange.lastEventIdBefore = '';
  delete exchange.http;
  delete exchange.status;
  delete exchange.headers;
  if (exchange.bytes === 0) ledger.beginAgain(live);
  ledger.changed(live);
}
