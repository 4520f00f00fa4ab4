import type { HttpRequest } from '../../shared/store/schema.ts';
import { takeOff } from './applyToExchange.ts';
import type { Ledger, Live } from './ledger.ts';
import { matchRequest } from './matchRequest.ts';
import { requestOf, wireBytesOf, withBytes } from './requestOf.ts';
import { withoutFragment } from './sameAddress.ts';
import { isLate, RESOLUTION } from './waiting.ts';

/**
 * A page says only now that an exchange was over when its request was sent: a policy had forbidden it, or a script closed it while it
 * waited. The request is another one's. Where the nearest was taken, times may be off: then only if there is another one.
 */
export async function releaseOthers(
  ledger: Ledger,
  session: string,
  since: number | undefined,
): Promise<void> {
  for (const live of await ledger.joined(session)) {
    const isOfBefore = wasOverBeforeOpen(live);
    if (!isOfBefore && !wasOverBeforeSent(live)) continue;
    const request = await requestOf(ledger, live);
    if (!request || request.twin) continue;
    const isOthers = isOfBefore
      ? await hasYounger(ledger, live)
      : live.exchange.http!.certain || (await hasOther(ledger, request, since));
    if (isOthers) await release(ledger, live, request);
  }
}

/** It was connecting when recording began, and its response came after this request was over: that was the connection before. */
function wasOverBeforeOpen(live: Live): boolean {
  const { http, pageRespondedAt = 0, wire } = live.exchange;
  return isLate(live) && wire === undefined && pageRespondedAt > (http?.completedAt ?? Infinity) + RESOLUTION;
}

async function hasYounger(ledger: Ledger, { stream, exchange }: Live): Promise<boolean> {
  const held = await ledger.heldRequests(stream.session);
  return held.some(
    ({ url, startedAt }) => url === withoutFragment(stream.url) && startedAt >= exchange.http!.completedAt!,
  );
}

function wasOverBeforeSent({ exchange }: Live): boolean {
  const { http, endedAt = Infinity, end, pageBytes = 0, pageEvents = 0, wire, bytes } = exchange;
  const isHeard = pageBytes + pageEvents > 0 || (wire === undefined && bytes > 0);
  if (!http || end === 'unload' || isHeard) return false;
  return endedAt < http.requestedAt - RESOLUTION;
}

async function hasOther(ledger: Ledger, request: HttpRequest, since: number | undefined): Promise<boolean> {
  return matchRequest(request, await ledger.waiting(request.session), since) !== undefined;
}

/** Its request is another one's: both wait again. */
async function release(ledger: Ledger, live: Live, request: HttpRequest): Promise<void> {
  const session = await ledger.session(live.stream.session);
  if (!session) return;
  request.held = withBytes(request.held, await wireBytesOf(ledger, live));
  const { exchange } = live;
  // Without the wire they are the page's own.
  if (exchange.bytes > 0 && exchange.wire !== undefined) await ledger.replace(session, live);
  takeOff(ledger, live);
  delete exchange.wire;
  delete exchange.pageFirst;
  ledger.wireOver(live);
  ledger.twins.drop(request.id);
  ledger.putRequest(request);
}
