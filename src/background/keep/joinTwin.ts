import type { HttpRequest } from '../../shared/store/schema.ts';
import { apply, join } from './applyToExchange.ts';
import type { Ledger, Live } from './ledger.ts';
import { isOfWire } from './sameAddress.ts';
import { isTwinOf } from './twins.ts';
import { RESOLUTION } from './waiting.ts';

export async function joinTwins(ledger: Ledger, requests: readonly HttpRequest[]): Promise<void> {
  for (const request of requests) {
    const waits = request.stream === '' && (await ledger.request(request.id)) === request;
    if (waits) await joinTwin(ledger, request);
  }
}

/**
 * Another layer has reported this request, and it is known whose it is. The wire's report counts: it has the bytes. The other
 * one tells of the end where the wire was taken off before.
 */
export async function joinTwin(ledger: Ledger, request: HttpRequest): Promise<boolean> {
  const twin = ledger.twins.take(request);
  if (!twin) return false;
  const live = await ledger.live(twin.stream, twin.exchange);
  if (!isOfWire(request)) {
    if (live) await joinBeside(ledger, twin, request, live);
    else ledger.endRequest(request);
    return true;
  }
  if (!live) return false;
  if (isOfNext(request, twin, live)) {
    ledger.twins.joined(twin);
    return false;
  }
  await makeTwins(ledger, request, twin);
  const requestHeaders = live.exchange.http?.requestHeaders ?? [];
  delete live.exchange.http;
  await join(ledger, request, live, true);
  // The debugger was attached after it was sent.
  const joined: Live['exchange'] = live.exchange;
  if (!request.headersKnown && joined.http) joined.http.requestHeaders = requestHeaders;
  return true;
}

/** The debugger heard the response of this request when the page was done with what the other layer has reported. */
function isOfNext(wire: HttpRequest, http: HttpRequest, { exchange }: Live): boolean {
  if (wire.answeredAt === undefined || http.answeredAt === undefined) return false;
  return wire.answeredAt > http.answeredAt + RESOLUTION && (exchange.endedAt ?? Infinity) < wire.answeredAt;
}

/** The wire has reported this request of the HTTP layer before. */
async function joinBeside(
  ledger: Ledger,
  wire: HttpRequest,
  request: HttpRequest,
  live: Live,
): Promise<void> {
  await makeTwins(ledger, request, wire);
  const { http } = live.exchange;
  const certain = http?.certain ?? true;
  if (wire.cut) {
    // The wire saw it begin, and this layer how it went on.
    request.held = request.held.filter(({ type }) => type !== 'RequestStarted');
    if (http) http.request = request.id;
  } else await tellSent(ledger, wire, request);
  await join(ledger, request, live, certain);
}

/** Each of the two knows that the other layer has reported it, too. */
async function makeTwins(ledger: Ledger, request: HttpRequest, joined: HttpRequest): Promise<void> {
  request.twin = joined.id;
  const open = await ledger.request(joined.id);
  if (!open) return;
  open.twin = request.id;
  ledger.putRequest(open);
}

/** The debugger was attached after it had sent its request: the HTTP layer tells with what headers. */
async function tellSent(ledger: Ledger, wire: HttpRequest, request: HttpRequest): Promise<void> {
  const sent = request.held.find((fact) => fact.type === 'RequestSent');
  if (wire.headersKnown || !request.headersKnown || !sent) return;
  const open = await ledger.request(wire.id);
  for (const one of [open, wire])
    Object.assign(one ?? {}, { headersKnown: true, lastEventId: request.lastEventId });
  await apply(ledger, wire, [sent]);
}

/** The wire has reported this request, and it was over, and out of memory, before the HTTP layer could report it too. */
export async function isKnownOtherwise(ledger: Ledger, request: HttpRequest): Promise<boolean> {
  if (isOfWire(request)) return false;
  return (await ledger.seenOtherwise(request)).some((side) => isTwinOf(request, side));
}
