import { headerOf } from '../../shared/session/headerOf.ts';
import type { HttpFact } from '../../shared/session/httpFacts.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';
import { transportOf } from '../sources/http/streamRequest.ts';
import { apply } from './applyToExchange.ts';
import type { Ledger } from './ledger.ts';
import { newRequest } from './records.ts';
import { isOfWire } from './sameAddress.ts';

/**
 * Takes a fact of the HTTP layer: into the exchange that its request is, or aside until that is known.
 *
 * @returns the request, where it is known
 */
export async function takeHttpFact(
  ledger: Ledger,
  session: string,
  id: string,
  fact: HttpFact,
): Promise<HttpRequest | undefined> {
  let request = await ledger.request(id);
  if (!request) {
    if (fact.type !== 'RequestStarted') return undefined;
    // The browser tells of the response late, and the background was killed since it was told of the request.
    if (fact.method === '' && (await ledger.hasRecorded(session, id, fact.url))) return undefined;
    request = newRequest(id, session, fact);
    ledger.putRequest(request);
  } else if (fact.type === 'RequestStarted') return undefined;
  if (fact.type === 'RequestSent') {
    request.lastEventId = headerOf(fact.headers, 'last-event-id') ?? '';
    request.headersKnown = !fact.provisional;
    // The debugger has said it already.
    if (!isOfWire(request) && request.transport !== 'EventSource')
      request.transport = transportOf(fact.headers);
    ledger.putRequest(request);
  } else if (fact.type === 'ResponseStarted' || fact.type === 'RequestEnded' || fact.type === 'WireSilent') {
    request.answeredAt ??= fact.at;
    ledger.answered(request);
    ledger.putRequest(request);
  }
  if (fact.type === 'WireBroken') {
    request.cut = true;
    ledger.putRequest(request);
  }
  if (request.stream) {
    await apply(ledger, request, [fact]);
    return request;
  }
  request.held.push(fact);
  ledger.putRequest(request);
  return request;
}
