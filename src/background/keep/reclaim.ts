import type { Stream } from '../../shared/session/types.ts';
import { join } from './applyToExchange.ts';
import { evidenceOf, MOST_LOOKED_AT } from './evidence.ts';
import type { Ledger } from './ledger.ts';
import { lostItsRequest } from './lostItsRequest.ts';
import { matchNearly, matchRequest } from './matchRequest.ts';
import { requestOf, wireBytesOf, withBytes } from './requestOf.ts';
import { withoutFragment } from './sameAddress.ts';
import { CLOCK_DRIFT } from './waiting.ts';

/** A page that was too busy to speak reports the streams that were taken for nobody's. */
export async function reclaim(ledger: Ledger, id: string, since: number | undefined): Promise<void> {
  const waiting = await ledger.waiting(id);
  const urls = waiting.flatMap(({ stream, lastUrl }) => [stream.url, lastUrl]).map(withoutFragment);
  const unclaimed = await ledger.unclaimed(id, new Set(urls));
  unclaimed.sort((a, b) => a.openedAt - b.openedAt);
  for (const stream of unclaimed) {
    while (stream.exchanges > 0 && (await reclaimFirst(ledger, stream, since)));
  }
}

async function reclaimFirst(ledger: Ledger, stream: Stream, since: number | undefined): Promise<boolean> {
  const session = await ledger.session(stream.session);
  const first = session && (await ledger.live(stream.id, 1));
  const request = first && (await requestOf(ledger, first));
  if (!request) return false;
  const waiting = (await ledger.waiting(stream.session)).filter(
    (one) => !lostItsRequest(request, one, ledger.since),
  );
  const { held } = request;
  request.held = withBytes(held, await wireBytesOf(ledger, first, MOST_LOOKED_AT));
  const evidence = await evidenceOf(ledger, request, waiting);
  const match =
    matchRequest(request, waiting, since, evidence) ?? matchNearly(request, waiting, CLOCK_DRIFT, evidence);
  if (!match) return false;
  request.held = withBytes(held, await wireBytesOf(ledger, first));
  await ledger.removeFirst(session, stream);
  await join(ledger, request, match.waiting, match.certain);
  return true;
}
